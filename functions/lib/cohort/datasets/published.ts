// Published files in a folder: found by their names, read one by one, compared with the hashes that their publisher gives.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedInput } from '#functions/errors.ts';
import type { DatasetSource } from './dataset.ts';

/** Files by their paths. */
export interface FileSource {
  /** Paths of all files, with slashes, sorted. */
  readonly paths: readonly string[];
  size(path: string): Promise<number>;
  /** The bytes of a file; throws RefusedInput when it cannot be read or is not the published one. */
  read(path: string): Promise<Uint8Array>;
}

export interface PublishedFolder extends FileSource {
  /** How many files were read, and how many of them agree with a published hash. */
  checked(): Checked;
}

export interface Checked {
  readonly read: number;
  readonly verified: number;
}

/** Opens a folder with published files, in the publisher's layout or a part of it. */
export async function openPublished(folder: string, source: DatasetSource): Promise<PublishedFolder> {
  const paths = await pathsBelow(folder);
  const sums = new Map(source.files.map(({ name, sha256 }) => [name, sha256]));
  if (source.sums !== undefined && paths.includes(source.sums.name)) {
    for (const [path, sum] of parseSums(await readFile(join(folder, source.sums.name), 'utf8'))) sums.set(path, sum);
  }
  const verified = new Map<string, boolean>();
  return {
    paths,
    size: async (path) => (await stat(join(folder, path))).size,
    async read(path) {
      const bytes = await readOr(folder, path);
      const accepted = sums.get(path) ?? sums.get(path.slice(path.lastIndexOf('/') + 1));
      if (accepted !== undefined) checkHash(path, bytes, accepted);
      verified.set(path, accepted !== undefined);
      return bytes;
    },
    checked: () => ({ read: verified.size, verified: [...verified.values()].filter(Boolean).length }),
  };
}

/** `<sha256> <path>` a line, as sha256sum writes them; throws RefusedInput for a path that leads out of the folder. */
export function parseSums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^([0-9a-fA-F]{64}) [ *]?(?:\.\/)?(\S.*)$/.exec(line);
    if (line.trim() === '') continue;
    if (match === null) throw new RefusedInput('list of hashes: found another line, accepted "<sha256> <path>"');
    const [, sum, path] = match;
    if (path.startsWith('/') || /[\\:]/.test(path) || path.split('/').includes('..'))
      throw new RefusedInput(`list of hashes: found path ${path}, accepted paths below the folder`);
    sums.set(path, sum.toLowerCase());
  }
  return sums;
}

/** One sentence on what was compared with published hashes. */
export function checkedNote({ read, verified }: Checked): string {
  const rest = read - verified;
  if (rest === 0) return `all ${read} files read agree with their published SHA-256`;
  return `${verified} of ${read} files read agree with their published SHA-256; for ${rest} no published hash is known here`;
}

/** No published layout is deeper; a link to a folder above would lead around for ever. */
const deepest = 8;

async function pathsBelow(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  const walk = async (below: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const isFolder = entry.isSymbolicLink() ? (await stat(join(folder, path))).isDirectory() : entry.isDirectory();
      if (!isFolder) paths.push(path);
      else if (depth < deepest) await walk(path, depth + 1);
    }
  };
  await walk('', 1).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`dataset folder: found none that can be read (${error.code}), accepted an existing folder`);
  });
  return paths.sort();
}

async function readOr(folder: string, path: string): Promise<Uint8Array> {
  return await readFile(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(
      `dataset file ${path}: found none that can be read (${error.code}), expected it in the folder`,
    );
  });
}

function checkHash(path: string, bytes: Uint8Array, accepted: string): void {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== accepted) throw new RefusedInput(`dataset file ${path}: found sha256 ${found}, accepted ${accepted}`);
}
