import { expect, test } from 'vitest';
import type { TabulateMessage } from '#functions/study.ts';
import { tabulate } from '#functions/tabulate/tabulate.ts';
import { readTabulateMessage } from '#lib/ledger/messages.ts';
import { TABLE_NAMES } from '#lib/tables/columns.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { LABEL_HEADER, northCloud, table } from '../steps/hospital.ts';
import { collectSent, deliver, dropFile, type MemoryCloud } from '../steps/memory-cloud.ts';
import { tableTexts } from '../steps/snapshot.ts';

/** Two tables and a table of labels, everything done but tabulate; the messages that wait for it. */
async function untabulated(): Promise<{ cloud: MemoryCloud; messages: TabulateMessage[] }> {
  const cloud = await northCloud();
  dropFile(cloud, 'drops/north/a.csv', table(1, 2));
  dropFile(cloud, 'drops/north/b.csv', table(3));
  dropFile(cloud, 'drops/north/outcomes.csv', `${LABEL_HEADER}\nP1,yes,2026-01-05\nP3,no,2026-01-06`);
  const messages: TabulateMessage[] = [];
  for (collectSent(cloud); cloud.waiting.length > 0; collectSent(cloud)) {
    const [message] = cloud.waiting.splice(0, 1);
    if (message.queue === 'tabulate') messages.push(readTabulateMessage(message.body));
    else await deliver(cloud, message);
  }
  return { cloud, messages };
}

const counts = async ({ archive }: MemoryCloud): Promise<number[]> =>
  Promise.all(
    TABLE_NAMES.map(async (name) => (await readObjects(archive, name, await tableObjects(archive, name))).length),
  );

test('a batch becomes one part per table, a redelivered one the same parts', async () => {
  const { cloud, messages } = await untabulated();
  await tabulate(messages, cloud.ports);
  const keys = cloud.archive.keys('tables/');
  expect(keys.map((key) => key.slice(0, key.indexOf('/part')))).toEqual([
    'tables/labels/site=north/month=2026-03',
    'tables/ledger/site=north/month=2026-03',
    'tables/predictions/site=north/month=2026-03',
    'tables/studies/site=north/month=2026-03',
  ]);
  await tabulate(messages.toReversed(), cloud.ports);
  expect(cloud.archive.keys('tables/')).toEqual(keys);
});

test('however messages are batched and repeated, the tables hold the same rows', async () => {
  const { cloud, messages } = await untabulated();
  await tabulate(messages, cloud.ports);
  const together = await tableTexts(cloud.archive);
  expect(await counts(cloud)).toEqual([3, 3, 2, 7]);
  const alone = await untabulated();
  for (const message of [...alone.messages, ...alone.messages]) await tabulate([message], alone.cloud.ports);
  await tabulate(alone.messages.slice(1, 3), alone.cloud.ports);
  expect(await tableTexts(alone.cloud.archive)).toEqual(together);
});

test('a message without its record is a failure, and no part is written', async () => {
  const { cloud, messages } = await untabulated();
  const foreign = { site: 'north', dropKey: 'unknown' };
  await expect(tabulate([...messages, foreign], cloud.ports)).rejects.toThrow(
    'tabulate: found a message without its record, expected it to be written before the message',
  );
  expect(cloud.archive.keys('tables/')).toEqual([]);
});

test('predictions that came after the unit was closed are in no table', async () => {
  const { cloud, messages } = await untabulated();
  const [closedKey] = cloud.archive.keys('units/north/').filter((key) => key.endsWith('closed.json'));
  const unit = closedKey.split('/')[2];
  const [prediction] = cloud.archive.keys(`predictions/north/${unit}/`);
  const late = prediction.replace('.parquet', '.rows-0-1.parquet');
  cloud.archive.drop(late, (await cloud.archive.get(prediction))?.body ?? '');
  await tabulate(messages, cloud.ports);
  expect(await counts(cloud)).toEqual([3, 3, 2, 7]);
});
