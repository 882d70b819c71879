// The whole way of a load test: `up` in one process, `simulate --check` in another.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { TRICUSPID, tricuspid, workFolder } from './command.ts';

const folder = workFolder();
afterAll(() => folder.remove());

it('simulate finds the running twin, drops as its sites do, and the ledger comes to the truth; the same seed again is refused', async () => {
  const up = spawn(process.execPath, [TRICUSPID, 'up'], { cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  up.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => up.once('close', resolve));
  while (up.exitCode === null && !output.includes('Up:')) await sleep(50);
  const load = ['simulate', '--kind', 'ecg', '--studies', '12', '--seed', 'e2e', '--check'];
  const first = await tricuspid(folder.path, ...load);
  expect(first.stdout).toContain('The ledger is what the simulation is known to come to.');
  expect(first.stdout).toMatch(/^12 studies of 4 sites put into the twin at http:\/\/127\.0\.0\.1:\d+: 11 objects in /);
  expect(first.stdout).toMatch(/PUT to receipt, of \d+ drops watched: p50 \d+\.\d s, p95 /);
  expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
  const again = await tricuspid(folder.path, ...load);
  expect(again.stderr).toContain('found drops of sim-e2e-northgate from before');
  expect(again.code).toBe(2);
  up.kill('SIGINT');
  expect(await ended).toBe(0);
}, 300_000);
