// Every dead letter ends in an explicit state: the very record that its step would have created.
import { describe, expect, test } from 'vitest';
import { quarantineArchive, quarantineInside } from '#functions/quarantine/quarantine.ts';
import type { Closed, Plan, PredictMessage } from '#functions/study.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { PREDICTION_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { northCloud, table } from '../steps/hospital.ts';
import {
  collectSent,
  deliver,
  deliverDead,
  drainInOrder,
  dropFile,
  type MemoryCloud,
  type QueuedMessage,
  recordAt,
  type StepQueue,
} from '../steps/memory-cloud.ts';

const KEY = 'drops/north/tests.csv';

/** Delivers the drop's way until a message for this queue waits, and takes that message out. */
async function messageFor(cloud: MemoryCloud, queue: StepQueue): Promise<QueuedMessage> {
  for (;;) {
    collectSent(cloud);
    const message = cloud.waiting.shift();
    if (message === undefined) throw new Error(`found no message for ${queue}, expected one`);
    if (message.queue === queue) return message;
    await deliver(cloud, message);
  }
}

async function recordsNamed<T>(cloud: MemoryCloud, name: string): Promise<readonly T[]> {
  const keys = cloud.archive.keys().filter((key) => key.endsWith(`/${name}`));
  return Promise.all(keys.map((key) => recordAt<T>(cloud.archive, key)));
}

describe('a message that is not ours', () => {
  const text = '{"patient":"Jane Roe"}';

  test.each(['route', 'intake', 'settle'])(
    'in the dead letters of %s leaves a record without its text',
    async (step) => {
      const cloud = await northCloud();
      await quarantineInside({ step, body: text }, cloud.ports);
      await expectRecord(cloud, step);
    },
  );

  test.each(['predict', 'predict-large', 'publish', 'tabulate', 'audit'])(
    'in the dead letters of %s leaves a record without its text',
    async (step) => {
      const cloud = await northCloud();
      await quarantineArchive({ step, body: text }, cloud.ports);
      await expectRecord(cloud, step);
    },
  );

  async function expectRecord(cloud: MemoryCloud, step: string): Promise<void> {
    const [key, ...others] = cloud.archive.keys('quarantine/');
    expect(others).toEqual([]);
    expect(key).toMatch(new RegExp(`^quarantine/${step}/[0-9a-f]{32}\\.json$`));
    const record = await recordAt<{ message: string }>(cloud.archive, key);
    expect(record).toMatchObject({ step, characters: text.length });
    expect(record.message).toMatch(/found 22 characters that are not/);
    expect(JSON.stringify(record) + cloud.log.lines.join()).not.toContain('Jane');
    expect(cloud.metrics.counts.get('Quarantined')).toBe(1);
  }

  test('that is not even JSON, or an event with a key that cannot be decoded, is kept the same way', async () => {
    const cloud = await northCloud();
    const event = JSON.parse(arrivalWithKey('drops/north/%E0%A4%A')) as object;
    for (const body of ['Jane Roe', JSON.stringify(event)])
      await quarantineInside({ step: 'route', body }, cloud.ports);
    expect(cloud.archive.keys('quarantine/route/')).toHaveLength(2);
  });

  test('of ours in form, about a unit that no plan holds, is kept too', async () => {
    const cloud = await northCloud();
    const body = JSON.stringify({ site: 'north', dropKey: 'd1', unit: 'u1' });
    await quarantineArchive({ step: 'publish', body }, cloud.ports);
    const [record] = await Promise.all(cloud.archive.keys('quarantine/').map((key) => recordAt(cloud.archive, key)));
    expect(record).toMatchObject({
      message: 'publish message: found a unit that no plan holds, expected a planned unit',
    });
    expect(cloud.archive.keys('units/')).toEqual([]);
  });

  test('from a queue that nobody named is refused', async () => {
    const cloud = await northCloud();
    await expect(quarantineInside({ step: 'other', body: text }, cloud.ports)).rejects.toThrow(
      'quarantine: found dead letters of other, allowed route, intake, settle',
    );
  });
});

const arrivalWithKey = (key: string): string =>
  JSON.stringify({
    Records: [
      {
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        eventTime: '2026-03-01T08:00:00.000Z',
        s3: { object: { key, size: 3, versionId: 'v1' } },
      },
    ],
  });

test.each(['arrivals', 'intake'] as const)('a dead letter of %s quarantines the whole drop', async (queue) => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  await deliverDead(cloud, await messageFor(cloud, queue));
  await drainInOrder(cloud);
  const [plan] = await recordsNamed<Plan>(cloud, 'plan.json');
  expect(plan).toMatchObject({ state: 'quarantined', items: 1 });
  expect(plan.reason?.message).toMatch(/^found a message that (route|intake) could not finish in its deliveries/);
  const { complete, total } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, quarantined: total.outcomes.quarantined }).toEqual({ complete: true, quarantined: 1 });
});

test('a late intake follows the quarantined plan, and the next drop with the same content takes the unit over', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  const message = await messageFor(cloud, 'intake');
  await deliverDead(cloud, message);
  await drainInOrder(cloud);
  await deliver(cloud, message);
  await drainInOrder(cloud);
  expect(cloud.archive.keys('predictions/')).toEqual([]);
  dropFile(cloud, 'drops/north/again.csv', table(1, 2));
  await drainInOrder(cloud);
  const { complete, total } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, ...total.outcomes }).toMatchObject({ complete: true, quarantined: 1, published: 2, repeated: 0 });
});

test('a unit that a dying intake had claimed passes to the next drop with the same content', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  const message = await messageFor(cloud, 'intake');
  const create = cloud.archive.create.bind(cloud.archive);
  cloud.archive.create = async (key, body) => {
    if (key.endsWith('plan.json')) throw new Error('the process ended');
    return create(key, body);
  };
  await expect(deliver(cloud, message)).rejects.toThrow('the process ended');
  cloud.archive.create = create;
  expect(await recordsNamed(cloud, 'owner.json')).toHaveLength(1);
  await deliverDead(cloud, message);
  dropFile(cloud, 'drops/north/again.csv', table(1, 2));
  await drainInOrder(cloud);
  expect(cloud.archive.keys('units/').filter((key) => key.includes('owner-after-'))).toHaveLength(1);
  expect((await countLedger(cloud.archive, cloud.intake)).total.outcomes).toMatchObject({ published: 2, repeated: 0 });
});

test('a dead letter of predict fills the slot as failed, row by row, and the unit ends quarantined', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  await deliverDead(cloud, await messageFor(cloud, 'predict'));
  const [key] = cloud.archive.keys('predictions/');
  const rows = await readParquet(PREDICTION_COLUMNS, (await cloud.archive.get(key))?.body ?? new Uint8Array());
  expect(rows.map(({ status, score }) => [status, score])).toEqual([
    ['failed', null],
    ['failed', null],
  ]);
  await drainInOrder(cloud);
  const [closed] = await recordsNamed<Closed>(cloud, 'closed.json');
  expect(closed).toMatchObject({ quarantined: 2, published: 0, reason: { code: 'model-failed' } });
});

test('a dead letter of one part costs the rows of that part alone', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2, 3));
  const message = await messageFor(cloud, 'predict');
  await deliver(cloud, message, 3);
  const parts = cloud.queues.sent.splice(cloud.queues.sent.length - 3);
  expect(parts.map(({ body }) => (JSON.parse(body) as PredictMessage).range?.from)).toEqual([0, 1, 2]);
  await deliverDead(cloud, parts[0]);
  for (const part of parts.slice(1)) await deliver(cloud, part);
  await drainInOrder(cloud);
  const [closed] = await recordsNamed<Closed>(cloud, 'closed.json');
  expect(closed).toMatchObject({ published: 2, quarantined: 1 });
});

test('a whole unit that is declared failed after its halves were published changes nothing in the tables', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  const message = await messageFor(cloud, 'predict');
  await deliver(cloud, message, 3);
  const late = await messageFor(cloud, 'tabulate').then(async (first) => {
    await deliver(cloud, first);
    return messageFor(cloud, 'tabulate');
  });
  await deliverDead(cloud, message);
  await deliver(cloud, late);
  await drainInOrder(cloud);
  const [key] = cloud.archive.keys('tables/predictions/');
  const rows = await readParquet(PREDICTION_COLUMNS, (await cloud.archive.get(key))?.body ?? new Uint8Array());
  expect(rows.map(({ status }) => status)).toEqual(['scored', 'scored']);
  expect((await recordsNamed<Closed>(cloud, 'closed.json'))[0]).toMatchObject({ published: 2 });
});

test('a dead letter of publish closes the unit as quarantined, and a late publish follows', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  const message = await messageFor(cloud, 'publish');
  await deliverDead(cloud, message);
  await deliver(cloud, message);
  await drainInOrder(cloud);
  const [closed] = await recordsNamed<Closed>(cloud, 'closed.json');
  expect(closed).toMatchObject({ quarantined: 2, published: 0, predictions: [], reason: { code: 'publish-failed' } });
  expect(cloud.archive.keys('results/')).toEqual([]);
  expect(cloud.archive.keys('tables/predictions/')).toEqual([]);
});

test('a dead letter of tabulate names what the tables lack', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  await deliverDead(cloud, await messageFor(cloud, 'tabulate'));
  const [key] = cloud.archive.keys('quarantine/tabulate/');
  expect(await recordAt(cloud.archive, key)).toMatchObject({ site: 'north', reason: { code: 'tabulate-failed' } });
});

test('a dead letter of settle writes no receipt while a unit is in flight', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  const predict = await messageFor(cloud, 'predict');
  const { site, dropKey } = JSON.parse(predict.body) as PredictMessage;
  const settle: QueuedMessage = { queue: 'settle', body: JSON.stringify({ site, dropKey }) };
  await deliverDead(cloud, settle);
  expect(cloud.intake.keys('receipts/')).toEqual([]);
  await deliver(cloud, predict);
  await drainInOrder(cloud);
  expect(cloud.intake.keys('receipts/')).toHaveLength(1);
});

test('a dead letter of settle says in place of the receipt what has become of the items', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  const message = await messageFor(cloud, 'settle');
  await deliverDead(cloud, message);
  const [key] = cloud.intake.keys('receipts/');
  expect(await recordAt(cloud.intake, key)).toMatchObject({
    object: KEY,
    reason: { code: 'settle-failed' },
    outcomes: { published: 2, quarantined: 0 },
  });
  const before = (await cloud.intake.get(key))?.etag;
  await deliver(cloud, message);
  expect((await cloud.intake.get(key))?.etag).toBe(before);
  expect(cloud.archive.keys('ledger/open/')).toEqual([]);
});

test('a dead letter of audit marks its run as failed', async () => {
  const cloud = await northCloud();
  await quarantineArchive({ step: 'audit', body: '{"run":"r1"}' }, cloud.ports);
  expect(await recordAt(cloud.archive, 'runs/r1/_FAILED')).toMatchObject({ reason: { code: 'audit-failed' } });
});
