// Nothing waits for ever: sent again after 6, 24 and 72 hours, set aside at 96.
import { beforeEach, expect, test } from 'vitest';
import type { Plan } from '#functions/study.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { planKey } from '#lib/ledger/keys.ts';
import { northCloud, table } from '../steps/hospital.ts';
import { deliver, drainInOrder, dropFile, type MemoryCloud, recordAt } from '../steps/memory-cloud.ts';

const HOUR_MS = 60 * 60 * 1000;

let cloud: MemoryCloud;
let receivedMs: number;

beforeEach(async () => {
  cloud = await northCloud();
  dropFile(cloud, 'drops/north/tests.csv', table(1, 2));
  receivedMs = cloud.clock.nowMs;
});

/** A tick this many hours after the drop; what it sent. */
async function tickAt(hours: number): Promise<readonly string[]> {
  cloud.clock.nowMs = receivedMs + hours * HOUR_MS;
  await sweep(cloud.ports);
  return cloud.queues.sent.map(({ queue }) => queue);
}

/** Delivers the first messages of the way and loses all that follows. */
async function loseAfter(deliveries: number): Promise<void> {
  for (let n = 0; n < deliveries; n++)
    await deliver(cloud, n === 0 ? cloud.waiting[0] : cloud.queues.sent.splice(0)[0]);
  cloud.waiting.length = 0;
  cloud.queues.sent.length = 0;
}

const resends = (): string[] => cloud.archive.keys('ledger/north/').filter((key) => key.includes('resend'));

test('a drop without a plan is sent to intake once after 6, 24 and 72 hours, each recorded', async () => {
  await loseAfter(1);
  const sent: (readonly string[])[] = [];
  for (const hours of [5.9, 6, 6.25, 23, 24, 71, 72, 95]) {
    sent.push([...(await tickAt(hours))]);
    cloud.queues.sent.length = 0;
  }
  expect(sent).toEqual([[], ['intake'], [], [], ['intake'], [], ['intake'], []]);
  expect(resends().map((key) => key.slice(key.lastIndexOf('/') + 1))).toEqual([
    'resend-24h.json',
    'resend-6h.json',
    'resend-72h.json',
  ]);
});

test('a drop whose message was lost ends as if nothing had happened after the first tick that is due', async () => {
  await loseAfter(1);
  await tickAt(6);
  await drainInOrder(cloud);
  const { complete, total } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, published: total.outcomes.published }).toEqual({ complete: true, published: 2 });
  expect(cloud.archive.keys('ledger/open/')).toEqual([]);
});

test('a planned drop has its open units, its rows and its receipt sent again', async () => {
  await loseAfter(2);
  expect(await tickAt(24)).toEqual(['predict', 'tabulate', 'settle']);
  await drainInOrder(cloud);
  expect((await countLedger(cloud.archive, cloud.intake)).complete).toBe(true);
});

test('a unit that closed before its rows were sent has them sent by the sweep', async () => {
  await loseAfter(4);
  expect(cloud.archive.keys('units/north/').filter((key) => key.endsWith('closed.json'))).toHaveLength(1);
  expect(await tickAt(6)).toEqual(['tabulate', 'settle', 'tabulate', 'settle']);
  await drainInOrder(cloud);
  expect(cloud.archive.keys('tables/predictions/')).toHaveLength(1);
  expect(cloud.archive.keys('ledger/open/')).toEqual([]);
});

test('at 96 hours a drop without a plan is quarantined whole and gets its receipt', async () => {
  await loseAfter(1);
  await tickAt(96);
  await drainInOrder(cloud);
  const [drop] = cloud.archive.keys('ledger/north/').map((key) => key.split('/')[2]);
  const plan = await recordAt<Plan>(cloud.archive, planKey('north', drop));
  expect(plan).toMatchObject({ state: 'quarantined', reason: { code: 'overdue' } });
  expect(plan.reason?.message).toBe(
    'found a drop still open 96 hours after it came and 3 times sent again, expected it to finish',
  );
  const { complete, total } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, quarantined: total.outcomes.quarantined }).toEqual({ complete: true, quarantined: 1 });
  expect(cloud.intake.keys('receipts/')).toHaveLength(1);
});

test('at 96 hours open units are set aside, and a late predict and publish change nothing', async () => {
  await loseAfter(2);
  const late = { queue: 'predict' as const, body: '' };
  await tickAt(72);
  const [predict] = cloud.queues.sent.splice(0);
  await tickAt(96);
  await drainInOrder(cloud);
  expect(cloud.metrics.counts.get('Quarantined')).toBe(1);
  cloud.waiting.push({ ...late, body: predict.body });
  await drainInOrder(cloud);
  const { complete, problems, total } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, problems }).toEqual({ complete: true, problems: [] });
  expect(total.outcomes).toMatchObject({ quarantined: 2, published: 0 });
  expect(cloud.archive.keys('tables/predictions/')).toEqual([]);
});

test('a drop that is settled is never looked at again', async () => {
  await drainInOrder(cloud);
  expect(await tickAt(200)).toEqual([]);
});

test('a hint without a received record is left to route', async () => {
  cloud.archive.drop('ledger/open/north/0123', '');
  cloud.waiting.length = 0;
  expect(await tickAt(200)).toEqual([]);
});

test('runs that have neither ended nor failed are audited again at every tick', async () => {
  await drainInOrder(cloud);
  for (const key of ['runs/a/plan.json', 'runs/b/plan.json', 'runs/b/_SUCCESS', 'runs/c/plan.json', 'runs/c/_FAILED'])
    cloud.archive.drop(key, '{}');
  await tickAt(1);
  expect(cloud.queues.sent).toEqual([{ queue: 'audit', body: '{"run":"a"}' }]);
});

test('after 96 hours a drop that cannot settle is sent once a day and not at every tick', async () => {
  await loseAfter(1);
  const sent: number[] = [];
  for (const hours of [96, 96.25, 100, 119, 120, 120.25, 144]) {
    sent.push((await tickAt(hours)).length);
    cloud.queues.sent.length = 0; // lost again
  }
  expect(sent.map((messages) => messages > 0)).toEqual([true, false, false, false, true, false, true]);
});
