import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The process that holds a folder; the start time tells it from a later one with the same id. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** Takes the folder for this process alone, or says who has it. A lock left behind by a killed process is taken over. */
export function lockFolder(folder: string): { release(): void } {
  const path = join(folder, 'twin.lock');
  const own = join(folder, `twin.lock.${process.pid}`);
  const startedAt = processStart(process.pid);
  writeFileSync(own, JSON.stringify({ pid: process.pid, startedAt }));
  try {
    while (!tryLink(own, path)) {
      const holder = readHolder(path);
      if (holder && processStart(holder.pid) === holder.startedAt) {
        throw new Error(`${folder} is used by another twin (process ${holder.pid}); stop it or use another folder`);
      }
      // Renamed before it is removed: of two that find it stale only one succeeds, and tries again.
      if (holder) moveAway(path, `${own}.stale`);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function moveAway(path: string, to: string): void {
  try {
    renameSync(path, to);
    rmSync(to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Start of a process in clock ticks since boot (field 22 of /proc/<pid>/stat); empty when there is none. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
