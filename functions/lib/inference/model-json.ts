import { InvalidModel } from '#functions/errors.ts';

/** JSON of a file of a model's folder; `source` names the model or its folder. */
export function modelJson(source: string, file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new InvalidModel(source, `${file}: found ${bytes.length} bytes that are not JSON, allowed JSON`, { cause });
  }
}
