// The command as a script runs it: a process of its own, in an empty folder.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The script of the command. */
export const TRICUSPID = fileURLToPath(new URL('../../cli/tricuspid.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tricuspid` with these arguments in the folder and waits for its end. */
export function tricuspid(folder: string, ...parameters: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [TRICUSPID, ...parameters], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
}

/** An empty folder, and its end. */
export function workFolder(): { readonly path: string; readonly in: (name: string) => string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tricuspid-cli-'));
  return { path, in: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) };
}
