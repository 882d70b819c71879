import { readdir } from 'node:fs/promises';
import { RefusedInput } from '#functions/errors.ts';
import { SHIPPED_MODELS, shippedVersion } from './shipped.ts';

/** A model of this project by `name` or `name@version`; a run starts a cloud of its own, which has no other. */
export async function modelNamed(text: string): Promise<{ readonly name: string; readonly version: string }> {
  const [name, version] = text.split('@');
  const folders = await readdir(SHIPPED_MODELS, { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const shipped = await Promise.all(
    names.map(async (known) => ({ name: known, version: await shippedVersion(known) })),
  );
  const found = shipped.find((model) => model.name === name && (version === undefined || model.version === version));
  if (found !== undefined) return found;
  const accepted = shipped.map((model) => `${model.name}@${model.version}`).join(', ');
  throw new RefusedInput(`model: found "${text}", accepted ${accepted}`);
}
