// A run waits for the ledger, ends at its deadline with what there is, and ends once.
import { beforeEach, expect, test } from 'vitest';
import { audit } from '#functions/audit/audit.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { type RunClosed, type RunPlan, type RunSuccess, runKey } from '#lib/cohort/run.ts';
import { HEADER, LABEL_HEADER, northCloud, row } from '../steps/hospital.ts';
import {
  collectSent,
  deliver,
  drainInOrder,
  dropFile,
  type MemoryCloud,
  type QueuedMessage,
  recordAt,
  START_MS,
} from '../steps/memory-cloud.ts';
import { plainContract } from '../steps/models.ts';
import { contentHashes } from '../steps/snapshot.ts';

const HOUR_MS = 60 * 60 * 1000;
const PEOPLE = Array.from({ length: 40 }, (_, n) => n + 1);

let cloud: MemoryCloud;
let cohort: Cohort;

beforeEach(async () => {
  const { name, version } = await plainContract();
  cohort = { name: 'north-cad', title: 'North', model: { name, version }, label: 'coronary-artery-disease' };
  cloud = await northCloud();
  dropFile(cloud, 'drops/north/tests.csv', [HEADER, ...PEOPLE.map(row)].join('\n'));
  const labels = [...PEOPLE.slice(4), 99].map((n) => `P${n},${n % 3 ? 'no' : 'yes'},2026-01-05`);
  dropFile(cloud, 'drops/north/outcomes.csv', [LABEL_HEADER, ...labels].join('\n'));
});

function plan(run: string): void {
  const deadline = new Date(START_MS + 24 * HOUR_MS).toISOString();
  const record: RunPlan = { run, cohort, deadline, publicData: true, command: 'tricuspid run --test' };
  cloud.archive.drop(runKey(run, 'plan.json'), JSON.stringify(record));
}

/** Everything delivered but what goes to the tables; those messages. */
async function holdTablesBack(): Promise<QueuedMessage[]> {
  const held: QueuedMessage[] = [];
  for (collectSent(cloud); cloud.waiting.length > 0; collectSent(cloud)) {
    const message = cloud.waiting.shift() as QueuedMessage;
    if (message.queue === 'tabulate') held.push(message);
    else await deliver(cloud, message);
  }
  return held;
}

const reports = (): string[] => cloud.archive.keys('reports/');

test('a run over a complete ledger writes its report, names its objects and ends', async () => {
  await drainInOrder(cloud);
  plan('r1');
  await audit({ run: 'r1' }, cloud.ports);
  const closed = await recordAt<RunClosed>(cloud.archive, runKey('r1', '_CLOSED'));
  expect(closed).toMatchObject({ complete: true, drops: 2, units: 1, missing: 0 });
  const success = await recordAt<RunSuccess>(cloud.archive, runKey('r1', '_SUCCESS'));
  expect(success).toMatchObject({ run: 'r1', report: 'reports/north-cad/r1/' });
  expect(reports().some((key) => key.startsWith('reports/north-cad/r1/internal/'))).toBe(true);
  expect(reports().some((key) => key.startsWith('reports/north-cad/r1/shareable/'))).toBe(true);
});

test('a label without its study is counted as unmatched in the flow of the report', async () => {
  await drainInOrder(cloud);
  plan('r1');
  await audit({ run: 'r1' }, cloud.ports);
  const report = await recordAt<object>(cloud.archive, 'reports/north-cad/r1/internal/report.json');
  expect(JSON.stringify(report)).toMatch(/"unmatched":1\b/);
});

test('a run waits while a drop or a unit is missing from the tables', async () => {
  const held = await holdTablesBack();
  plan('r1');
  for (const message of held) {
    await audit({ run: 'r1' }, cloud.ports);
    expect(cloud.archive.keys('runs/r1/')).toEqual(['runs/r1/plan.json']);
    await deliver(cloud, message);
  }
  expect(held).toHaveLength(3);
  expect(cloud.log.lines.join()).toContain('run waits for the ledger');
  await audit({ run: 'r1' }, cloud.ports);
  expect(cloud.archive.keys('runs/r1/')).toContain('runs/r1/_SUCCESS');
});

test('a run waits for a unit that its drop has shown and nobody has closed', async () => {
  await deliver(cloud, cloud.waiting.shift() as QueuedMessage);
  await deliver(cloud, cloud.queues.sent.splice(0)[0]);
  const predict = cloud.queues.sent.splice(0, 1)[0];
  await drainInOrder(cloud);
  plan('r1');
  await audit({ run: 'r1' }, cloud.ports);
  expect(await cloud.archive.has(runKey('r1', '_CLOSED'))).toBe(false);
  cloud.waiting.push(predict);
  await drainInOrder(cloud);
  await audit({ run: 'r1' }, cloud.ports);
  expect(await cloud.archive.has(runKey('r1', '_SUCCESS'))).toBe(true);
});

test('at its deadline a run goes on with what there is and says how much is missing', async () => {
  const held = await holdTablesBack();
  for (const message of held.slice(0, -1)) await deliver(cloud, message);
  plan('r1');
  cloud.clock.nowMs = START_MS + 25 * HOUR_MS;
  await audit({ run: 'r1' }, cloud.ports);
  expect(await recordAt<RunClosed>(cloud.archive, runKey('r1', '_CLOSED'))).toMatchObject({
    complete: false,
    missing: 1,
  });
  expect(await cloud.archive.has(runKey('r1', '_SUCCESS'))).toBe(true);
});

test('a run that has ended is left alone, whatever comes later', async () => {
  await drainInOrder(cloud);
  plan('r1');
  await audit({ run: 'r1' }, cloud.ports);
  const before = await contentHashes(cloud.archive, 'reports/', 'runs/');
  dropFile(cloud, 'drops/north/more.csv', `${HEADER}\n${row(77)}`);
  await drainInOrder(cloud);
  await audit({ run: 'r1' }, cloud.ports);
  expect(await contentHashes(cloud.archive, 'reports/', 'runs/')).toEqual(before);
});

test('a run that died after closing goes on from the objects it had named', async () => {
  await drainInOrder(cloud);
  plan('r1');
  await audit({ run: 'r1' }, cloud.ports);
  const before = await contentHashes(cloud.archive, 'reports/', 'runs/');
  for (const key of [...reports().slice(1), runKey('r1', '_SUCCESS')]) await cloud.archive.remove(key);
  dropFile(cloud, 'drops/north/more.csv', `${HEADER}\n${row(77)}`);
  await drainInOrder(cloud);
  await audit({ run: 'r1' }, cloud.ports);
  expect(await contentHashes(cloud.archive, 'reports/', 'runs/')).toEqual(before);
});

test('a run without a plan is refused', async () => {
  await expect(audit({ run: 'nothing' }, cloud.ports)).rejects.toThrow(
    'run: found no plan, expected runs/<run>/plan.json',
  );
});

test('a run sends on what could be in the tables and is not, so that a lost message is no loss', async () => {
  const lost = await holdTablesBack();
  expect(lost).toHaveLength(3);
  plan('r1');
  for (let tick = 0; tick < 3; tick++) {
    await audit({ run: 'r1' }, cloud.ports);
    await drainInOrder(cloud);
  }
  expect(await recordAt<RunClosed>(cloud.archive, runKey('r1', '_CLOSED'))).toMatchObject({
    complete: true,
    missing: 0,
  });
  expect(await cloud.archive.has(runKey('r1', '_SUCCESS'))).toBe(true);
});
