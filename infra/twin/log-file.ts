import { appendFileSync } from 'node:fs';
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
