// `tricuspid replay` as an operator uses it, against a twin in which intake dies of its drop three times.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { type Ended, TRICUSPID, tricuspid, workFolder } from './command.ts';

// A twin starts, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = workFolder();
const { sites, drops } = simulateHospitals({ seed: 'replay', peoplePerSite: 12 });
const [{ site }] = sites;
const [drop] = drops.filter((candidate) => candidate.site === site);
const faults = 'seed: replay\nfaults: [{ fault: kill-function, probability: 1, atMost: 3, function: intake }]\n';

function write(name: string, text: string | Uint8Array): void {
  mkdirSync(dirname(folder.in(name)), { recursive: true });
  writeFileSync(folder.in(name), text);
}

const run = (...parameters: readonly string[]): Promise<Ended> => tricuspid(folder.path, ...parameters);

const receipts = (): readonly string[] =>
  readdirSync(folder.in('hospital'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.startsWith('receipts/') && name.endsWith('.json'))
    .sort();

const receipt = (name: string): { attempt: number; state: string; dropKey: string; supersedes?: string } =>
  JSON.parse(readFileSync(folder.in(`hospital/${name}`), 'utf8'));

let stop: () => Promise<void>;

beforeAll(async () => {
  write(`hospital/sites/${site}.json`, JSON.stringify(sites[0]));
  write(`hospital/drops/${site}/first.csv`, drop.body);
  write('faults.yaml', faults);
  const parameters = ['up', '--folder', 'hospital', '--speed', '600', '--faults', 'faults.yaml'];
  const child = spawn(process.execPath, [TRICUSPID, ...parameters], { cwd: folder.path, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  while (child.exitCode === null && (!readdirSync(folder.in('hospital')).includes('receipts') || receipts().length < 1))
    await sleep(100);
});

afterAll(async () => {
  await stop();
  folder.remove();
});

describe('a drop that killed its function until it was set aside', () => {
  it('is what status and a dry run point at, and a dry run changes nothing', async () => {
    expect(receipt(receipts()[0])).toMatchObject({ attempt: 1, state: 'quarantined' });
    const status = await run('status');
    expect(status.code).toBe(1);
    expect(status.stdout).toContain('After the repair: tricuspid replay --quarantined');
    const { code, stdout } = await run('replay', '--quarantined', '--dry-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `drops/${site}/first.csv: attempt 1 ended with 1 quarantined (intake-failed); attempt 2 would follow\n`,
    });
    expect((await run('ledger', '--attempts')).stdout).not.toContain('attempt 2');
  });

  it('is published by a second attempt, whose receipt supersedes the first', async () => {
    const { code, stdout, stderr } = await run('replay', '--quarantined', '--reason', 'killer removed');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/first\.csv: attempt 1 ended with 1 quarantined \(intake-failed\); attempt 2 will follow\n/);
    expect(stdout).toMatch(
      /first\.csv: attempt 2 ended with \d+ published.*; receipt receipts\/.*first\.csv\.\w+\.attempt-2\.json\n/,
    );
    while (receipts().length < 2) await sleep(100);
    const [second, first] = receipts();
    expect(receipt(second)).toMatchObject({ attempt: 2, state: 'accepted', supersedes: first });
    expect((await run('status')).code).toBe(0);
  });

  it('stays visible attempt by attempt, and is left as it is from now on', async () => {
    const ledger = await run('ledger', '--attempts');
    expect(ledger.code).toBe(0);
    expect(ledger.stdout).toMatch(/attempt 1 \(.*\) ended with 1 quarantined \(intake-failed\)\n/);
    expect(ledger.stdout).toMatch(/attempt 2 \(.*: killer removed\) ended with \d+ published/);
    const { dropKey } = receipt(receipts()[0]);
    for (const name of ['first.csv', `drops/${site}/first.csv`, dropKey]) {
      const { code, stdout } = await run('replay', site, name);
      expect(stdout).toContain('left as it is: found nothing set aside or rejected, allowed with --all');
      expect(code).toBe(2);
    }
    expect((await run('replay', '--quarantined')).stdout).toBe('Nothing is set aside.\n');
  });

  it.each([
    ['no choice', [], 'found no choice of drops that is clear'],
    ['a drop and a sweeping choice', [site, 'first.csv', '--quarantined'], 'found no choice of drops that is clear'],
    ['a path that nobody dropped', [site, 'second.csv'], 'found 0 versions under this path'],
    ['a drop key that is none', [site, 'f'.repeat(32)], `found no drop ${'f'.repeat(32)} of ${site}`],
    ['a time that is none', [site, 'first.csv', '--minutes', 'soon'], 'found --minutes soon, allowed'],
  ])('and %s is refused with exit code 2', async (_what, parameters, words) => {
    const { code, stdout, stderr } = await run('replay', ...parameters);
    expect(stderr).toContain(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
