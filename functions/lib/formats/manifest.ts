import * as z from 'zod/mini';
import { RejectedDrop } from '#functions/errors.ts';
import { zipLimits } from './archive-zip.ts';

const accepted =
  '{"tricuspidManifest":1,"files":[…]} with paths below the folder of the manifest, each once and with slashes';

const schema = z.strictObject({
  tricuspidManifest: z.literal(1),
  files: z.array(z.string()).check(z.minLength(1), z.maxLength(zipLimits.entries)),
});

/** Paths of the files that a manifest closes, relative to its folder. Throws RejectedDrop; no message holds a path. */
export function readManifest(bytes: Uint8Array): readonly string[] {
  const parsed = schema.safeParse(parse(bytes));
  if (!parsed.success) {
    const [{ path }] = parsed.error.issues;
    throw refused(`a manifest whose ${path[0] === 'files' ? 'files are' : 'form is'} not as expected`);
  }
  const { files } = parsed.data;
  const unsafe = files.findIndex((file) => !isBelow(file));
  if (unsafe >= 0) throw refused(`file ${unsafe + 1} in another place`);
  if (new Set(files).size < files.length) throw refused('a file twice');
  return files;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    );
  } catch (cause) {
    throw refused('text that is not JSON', { cause });
  }
}

/** No root, no way up, nothing empty. */
const isBelow = (file: string): boolean =>
  !file.includes('\\') && file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

function refused(found: string, options?: ErrorOptions): RejectedDrop {
  return new RejectedDrop('manifest', `manifest: found ${found}, accepted ${accepted}`, options);
}
