import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { TRICUSPID, tricuspid, workFolder } from './command.ts';

// Each test starts processes, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000 });

const folder = workFolder();
afterAll(() => folder.remove());

function write(name: string, text: string | Uint8Array): string {
  mkdirSync(dirname(folder.in(name)), { recursive: true });
  writeFileSync(folder.in(name), text);
  return name;
}

describe('up refuses with exit code 2, before anything starts,', () => {
  it.each([
    ['a faults file that is not there', ['--faults', 'none.yaml'], 'faults: found no file that can be read (ENOENT)'],
    [
      'an unknown fault, by its name',
      ['--faults', write('unknown.yaml', 'seed: 1\nfaults: [{ fault: meteor, probability: 1 }]')],
      'unknown.yaml: faults.1.fault: found "meteor", allowed duplicate-event, ',
    ],
    ['a speed that is no number', ['--speed', 'fast'], 'speed: found "fast", allowed 1 to 3600'],
  ] as const)('%s', async (_what, parameters, words) => {
    const { code, stdout, stderr } = await tricuspid(folder.path, 'up', ...parameters);
    expect(stderr).toContain(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(folder.path)).not.toContain('.tricuspid');
  });
});

describe('up with faults and a fast clock', () => {
  const { sites, drops } = simulateHospitals({ seed: 'up', peoplePerSite: 12 });
  const [{ site }] = sites;
  const [drop] = drops.filter((candidate) => candidate.site === site);
  const faults = `
seed: up
faults:
  - { fault: duplicate-event, probability: 1 }
  - { fault: s3-lost-answer, probability: 1, atMost: 1, operation: PutObject, prefix: drops/ }
  - { fault: kill-function, probability: 1, atMost: 1, function: intake }
`;

  it('brings the receipt all the same, says what it injected, and ends well', async () => {
    write(`hospital/sites/${site}.json`, JSON.stringify(sites[0]));
    write(`hospital/drops/${site}/first.csv`, drop.body);
    const parameters = ['up', '--folder', 'hospital', '--speed', '600', '--faults', write('faults.yaml', faults)];
    const child = spawn(process.execPath, [TRICUSPID, ...parameters], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    // The put whose answer was lost is two versions: each has its receipt.
    while (child.exitCode === null && (output.match(/receipts came back/g) ?? []).length === 0) await sleep(50);
    while (child.exitCode === null && receipts().length < 2) await sleep(50);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(output).toContain("Its clock runs 600 times as fast as the wall's.");
    expect(output).toContain('faults.yaml injects faults: each is a line of .tricuspid/up/logs/faults.log');
    expect(output).toContain('Faults injected: duplicate-event 2, s3-lost-answer 1, kill-function 1');
    const log = readFileSync(folder.in('.tricuspid/up/logs/faults.log'), 'utf8');
    expect(log.trim().split('\n')).toHaveLength(4);
    expect(log).not.toContain('first.csv');
    const states = receipts().map((file) => JSON.parse(readFileSync(file, 'utf8')).state);
    expect(states).toEqual(['accepted', 'accepted']);
  });

  function receipts(): readonly string[] {
    const below = readdirSync(folder.in('hospital'), { recursive: true, withFileTypes: true });
    return below
      .filter((entry) => entry.isFile() && entry.parentPath.includes('receipts'))
      .map((entry) => `${entry.parentPath}/${entry.name}`);
  }
});
