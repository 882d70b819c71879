import { expect, it } from 'vitest';
import { receiptWatch } from '#cli/receipt-watch.ts';
import { receiptKey } from '#lib/ledger/keys.ts';
import { MemoryBucket } from '#lib/local/memory.ts';

it('measures until the receipt of the very version that was put', async () => {
  const bucket = new MemoryBucket();
  const versionId = bucket.drop('drops/a/table.csv', 'x');
  bucket.drop('receipts/a/table.csv.other-version.json', '{}');
  const watch = receiptWatch(bucket);
  watch.look('drops/a/table.csv');
  bucket.drop(receiptKey('drops/a/table.csv', versionId), '{}');
  const waits = await watch.waits();
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThan(0);
});

it('gives up what has no receipt when it is told to stop, and says nothing about it', async () => {
  const bucket = new MemoryBucket();
  bucket.drop('drops/a/table.csv', 'x');
  const watch = receiptWatch(bucket);
  watch.look('drops/a/table.csv');
  watch.stop();
  expect(await watch.waits()).toEqual([]);
});

it('watches some of many drops at a time, so that watching is no load of its own', async () => {
  const bucket = new MemoryBucket();
  const watch = receiptWatch(bucket);
  for (let n = 0; n < 100; n++) {
    const key = `drops/a/${n}.csv`;
    bucket.drop(receiptKey(key, bucket.drop(key, 'x')), '{}');
    watch.look(key);
  }
  expect((await watch.waits()).length).toBe(24);
});
