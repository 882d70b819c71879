// Where demo and run leave the state of their cloud, so that `tricuspid ledger` can count it afterwards.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedInput } from '#functions/errors.ts';

/** Below the folder in which a command runs; git ignores it. */
export const STATE_ROOT = '.tricuspid';

/** A state folder to start from nothing: the given one, which must be new or empty, or our own for this name, emptied. */
export async function freshState(name: string, given: string | undefined): Promise<string> {
  if (given === undefined) {
    const own = join(STATE_ROOT, name);
    await rm(own, { recursive: true, force: true });
    return own;
  }
  await mkdir(given, { recursive: true });
  if ((await readdir(given)).length > 0) {
    throw new RefusedInput(`state folder: found files in ${given}, expected a new or empty folder`);
  }
  return given;
}

/** The given state folder, or the one that was left last. */
export async function lastState(given: string | undefined): Promise<string> {
  if (given !== undefined) return existing(given);
  const names = await statesIn(STATE_ROOT);
  const states = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(STATE_ROOT, name))).mtimeMs })),
  );
  const [last] = states.sort((a, b) => b.at - a.at);
  if (last === undefined)
    throw new RefusedInput(`state: found none in ${STATE_ROOT}, expected a demo or run before, or --state <folder>`);
  return join(STATE_ROOT, last.name);
}

async function statesIn(root: string): Promise<readonly string[]> {
  const entries = await filesOf(root);
  const found = await Promise.all(entries.map(async (name) => ((await isState(join(root, name))) ? [name] : [])));
  return found.flat();
}

const isState = async (folder: string): Promise<boolean> =>
  (await stat(folder)).isDirectory() && (await filesOf(folder)).includes('state.sqlite');

async function existing(folder: string): Promise<string> {
  if ((await filesOf(folder)).includes('state.sqlite')) return folder;
  throw new RefusedInput(`state folder: found no state in ${folder}, expected a folder that demo or run has left`);
}

/** Names in a folder; none where there is no folder. */
async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
