import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDiskFull } from './disk-full.ts';

/** Appends at once, so that the lines before a crash are there; what the disk has no room for goes to standard error. */
export function appendToLog(path: string, text: string | Buffer): void {
  try {
    appendFileSync(path, text);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    process.stderr.write(text);
  }
}

/** Lines of `logs/<name>.log` in the state folder, each with the wall's time; `further` gets them too. */
export function openLog(stateFolder: string, name: string, further?: (line: string) => void): (line: string) => void {
  mkdirSync(join(stateFolder, 'logs'), { recursive: true });
  const path = join(stateFolder, 'logs', `${name}.log`);
  return (line) => {
    appendToLog(path, `${new Date().toISOString()} ${line}\n`);
    further?.(line);
  };
}
