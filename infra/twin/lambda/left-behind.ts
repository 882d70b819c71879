import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { BOOTSTRAP_NAME, workerFolder } from './worker.ts';

/** Ends workers of a twin that was killed while they were computing, and removes their folders. */
export function endWorkersLeftBehind(stateFolder: string): void {
  const folder = workerFolder(stateFolder);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = Number(name);
    if (pid > 0 && commandLine(pid).includes(BOOTSTRAP_NAME)) process.kill(pid, 'SIGKILL');
  }
  rmSync(folder, { recursive: true });
}

function commandLine(pid: number): string {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
