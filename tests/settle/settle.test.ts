import { expect, test } from 'vitest';
import { settle } from '#functions/settle/settle.ts';
import type { Closed } from '#functions/study.ts';
import { parseSite } from '#lib/sites/site.ts';
import { dropAndSettle, endOf, HEADER, NORTH, northCloud, row, table } from '../steps/hospital.ts';
import { collectSent, deliver, drainInOrder, dropFile, type QueuedMessage, recordAt } from '../steps/memory-cloud.ts';

const KEY = 'drops/north/tests.csv';

test('a receipt lies beside the drop under its path and version and says what became of each item', async () => {
  const cloud = await northCloud();
  const { receipt, done } = await dropAndSettle(cloud, 'drops/north/2026/März.csv', `${table(1, 2)}\n${row(2)}\nP3`);
  expect(cloud.intake.keys('receipts/')).toEqual([`receipts/north/2026/März.csv.${receipt.versionId}.json`]);
  expect(receipt).toMatchObject({
    object: 'drops/north/2026/März.csv',
    items: 4,
    outcomes: { published: 2, abstained: 0, filed: 0, repeated: 1, rejected: 1, quarantined: 0 },
    repeated: { rows: [3], units: [] },
  });
  expect(receipt.rejected.map(({ row: at }) => at)).toEqual([4]);
  expect(done).toBe(true);
});

test('settle waits while a unit is open, and while there is no plan', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1));
  await deliver(cloud, cloud.waiting.shift() as QueuedMessage);
  const intake = cloud.queues.sent.splice(0)[0];
  const drop = JSON.parse(intake.body) as { site: string; dropKey: string };
  await settle(drop, cloud.ports);
  await deliver(cloud, intake);
  await settle(drop, cloud.ports);
  expect(cloud.intake.keys('receipts/')).toEqual([]);
  expect(cloud.archive.keys('ledger/open/')).toHaveLength(1);
  await drainInOrder(cloud);
  expect(cloud.intake.keys('receipts/')).toHaveLength(1);
  expect(cloud.archive.keys('ledger/open/')).toEqual([]);
});

test('a receipt is written once: a second settle leaves it and the tag as they are', async () => {
  const cloud = await northCloud();
  const { receipt } = await dropAndSettle(cloud, KEY, table(1));
  const [key] = cloud.intake.keys('receipts/');
  const before = (await cloud.intake.get(key))?.etag;
  await settle({ site: 'north', dropKey: receipt.dropKey }, cloud.ports);
  expect((await cloud.intake.get(key))?.etag).toBe(before);
  expect(cloud.intake.isDone(KEY, receipt.versionId)).toBe(true);
});

test('a drop with quarantined items gets its receipt and is kept for another try', async () => {
  const cloud = await northCloud({
    models: async () => {
      throw new Error('the model cannot be read');
    },
  });
  const { receipt, done } = await dropAndSettle(cloud, KEY, table(1, 2));
  expect(receipt.outcomes).toMatchObject({ quarantined: 2 });
  expect(receipt.units[0].reason?.message).toMatch(/^found a message that predict could not finish/);
  expect(done).toBe(false);
});

test('two versions of one object have a receipt each', async () => {
  const cloud = await northCloud();
  const first = dropFile(cloud, KEY, table(1));
  const second = dropFile(cloud, KEY, `${HEADER}\n${row(2)}`);
  await drainInOrder(cloud);
  expect((await endOf(cloud, KEY, first)).receipt.versionId).toBe(first);
  expect((await endOf(cloud, KEY, second)).receipt.versionId).toBe(second);
  expect(cloud.intake.isDone(KEY, first)).toBe(true);
});

test('items that do not add up are a failure and not a receipt', async () => {
  const cloud = await northCloud({ site: parseSite({ ...NORTH, name: 'North' }) });
  dropFile(cloud, KEY, table(1));
  const toSettle: QueuedMessage[] = [];
  for (collectSent(cloud); cloud.waiting.length > 0; collectSent(cloud)) {
    const message = cloud.waiting.shift() as QueuedMessage;
    if (message.queue === 'settle') toSettle.push(message);
    else await deliver(cloud, message);
  }
  const [unit] = cloud.archive.keys('units/north/').filter((name) => name.endsWith('closed.json'));
  const stored = await recordAt<Closed>(cloud.archive, unit);
  cloud.archive.drop(unit, JSON.stringify({ ...stored, published: 7, abstained: 0 }));
  await expect(deliver(cloud, toSettle[0])).rejects.toThrow(
    'settle: found 7 items with an outcome, expected the 1 of the plan',
  );
});
