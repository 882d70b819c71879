// A model's folder as the archive holds it, for benchmarks that load a model without a cloud.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Bucket } from '#functions/ports.ts';

/** Answers `get` for the files of one model; every other call is an error of the benchmark. */
export function folderArchive(folder: string): Bucket {
  const refuse = (): never => {
    throw new Error('bench: found a call besides get, expected that loading a model only reads');
  };
  return {
    get: async (key) => {
      const body = await readFile(join(folder, basename(key)));
      return { body, etag: createHash('md5').update(body).digest('hex') };
    },
    has: refuse,
    create: refuse,
    replace: refuse,
    put: refuse,
    remove: refuse,
    list: refuse,
  };
}
