import { RefusedInput } from '#functions/errors.ts';
import { shippedVersion } from './shipped.ts';

/** `name@version`, or a name alone: the version that this project ships. */
export async function modelNamed(text: string): Promise<{ readonly name: string; readonly version: string }> {
  const match = /^([a-z0-9][a-z0-9-]*)(?:@(\d+\.\d+\.\d+))?$/.exec(text);
  if (match === null)
    throw new RefusedInput(`model: found "${text}", accepted <name> or <name>@<version>, such as ecg-af@1.0.0`);
  const [, name, version] = match;
  return { name, version: version ?? (await shippedVersion(name)) };
}
