import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFileReader } from '#lib/inference/golden.ts';

/** Reads files of a folder; a file that is not there is undefined. */
export const folderReader =
  (folder: string): ModelFileReader =>
  async (file) => {
    try {
      return await readFile(join(folder, file));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };

/** Folders of models, sorted by name: those that hold a contract. */
export async function modelFolders(root: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const entry of (await readdir(root, { withFileTypes: true })).filter((candidate) => candidate.isDirectory())) {
    const folder = join(root, entry.name);
    if ((await readdir(folder)).includes('model.json')) folders.push(folder);
  }
  return folders.sort();
}
