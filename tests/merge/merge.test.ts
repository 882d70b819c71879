import { beforeEach, expect, test } from 'vitest';
import { merge } from '#functions/merge/merge.ts';
import { type CurrentTable, currentKey, tableObjects } from '#lib/tables/read.ts';
import { northCloud, table } from '../steps/hospital.ts';
import { drainInOrder, dropFile, type MemoryCloud, recordAt } from '../steps/memory-cloud.ts';
import { tableTexts } from '../steps/snapshot.ts';

const HOUR_MS = 60 * 60 * 1000;

let cloud: MemoryCloud;

beforeEach(async () => {
  cloud = await northCloud();
  for (const n of [1, 2, 3]) dropFile(cloud, `drops/north/${n}.csv`, table(n, n + 10));
  await drainInOrder(cloud);
});

const parts = (): string[] => cloud.archive.keys('tables/').filter((key) => key.includes('/part-'));
const merged = (): string[] => cloud.archive.keys('tables/').filter((key) => key.includes('/merged-'));

test('many parts become one file per table, site and month, with the same rows', async () => {
  const before = await tableTexts(cloud.archive);
  await merge(cloud.ports);
  expect(await tableTexts(cloud.archive)).toEqual(before);
  expect(await tableObjects(cloud.archive, 'studies')).toEqual(merged().filter((key) => key.includes('/studies/')));
  expect(merged()).toHaveLength(3);
});

test('a second merge with nothing new changes nothing', async () => {
  await merge(cloud.ports);
  const keys = cloud.archive.keys('tables/');
  const before = await recordAt(cloud.archive, currentKey('ledger'));
  cloud.clock.nowMs += HOUR_MS;
  await merge(cloud.ports);
  expect(cloud.archive.keys('tables/')).toEqual(keys);
  expect(await recordAt(cloud.archive, currentKey('ledger'))).toEqual(before);
});

test('absorbed parts stay for a day and are then deleted, and the rows stay', async () => {
  const before = await tableTexts(cloud.archive);
  await merge(cloud.ports);
  const absorbed = parts();
  expect(absorbed.length).toBeGreaterThan(0);
  cloud.clock.nowMs += 23 * HOUR_MS;
  await merge(cloud.ports);
  expect(parts()).toEqual(absorbed);
  cloud.clock.nowMs += 2 * HOUR_MS;
  await merge(cloud.ports);
  expect(parts()).toEqual([]);
  expect(await tableTexts(cloud.archive)).toEqual(before);
});

test('a part that is written again after its deletion is absorbed again and adds no row', async () => {
  const [part] = parts();
  const bytes = (await cloud.archive.get(part))?.body ?? new Uint8Array();
  const before = await tableTexts(cloud.archive);
  await merge(cloud.ports);
  cloud.clock.nowMs += 25 * HOUR_MS;
  await merge(cloud.ports);
  await cloud.archive.create(part, bytes);
  expect(await tableTexts(cloud.archive)).toEqual(before);
  await merge(cloud.ports);
  expect(await tableTexts(cloud.archive)).toEqual(before);
  cloud.clock.nowMs += 25 * HOUR_MS;
  await merge(cloud.ports);
  expect(parts()).toEqual([]);
  expect(await tableTexts(cloud.archive)).toEqual(before);
});

test('new parts join the merged file, and the file before it goes a day later', async () => {
  await merge(cloud.ports);
  const first = merged();
  dropFile(cloud, 'drops/north/4.csv', table(4));
  await drainInOrder(cloud);
  const before = await tableTexts(cloud.archive);
  await merge(cloud.ports);
  expect(merged().length).toBe(2 * first.length);
  cloud.clock.nowMs += 25 * HOUR_MS;
  await merge(cloud.ports);
  expect(merged().filter((key) => first.includes(key))).toEqual([]);
  expect(await tableTexts(cloud.archive)).toEqual(before);
});

test('a merge that another one overtook leaves the table to that one and deletes nothing', async () => {
  const before = await tableTexts(cloud.archive);
  await merge(cloud.ports);
  cloud.clock.nowMs += 25 * HOUR_MS;
  const replace = cloud.archive.replace.bind(cloud.archive);
  let overtaken = 0;
  cloud.archive.replace = async (key, body, etag) => {
    if (overtaken++ === 0) await cloud.archive.put(key, `${Buffer.from((await cloud.archive.get(key))?.body ?? [])} `);
    return replace(key, body, etag);
  };
  const present = parts();
  await merge(cloud.ports);
  expect(parts().length).toBeGreaterThan(0);
  expect(parts().every((key) => present.includes(key))).toBe(true);
  expect(cloud.log.lines.join()).toContain('merge overtaken by another');
  expect(await tableTexts(cloud.archive)).toEqual(before);
});

test('the merged file is named by its content: two merges of the same rows write the same bytes', async () => {
  await merge(cloud.ports);
  const current = await recordAt<CurrentTable>(cloud.archive, currentKey('studies'));
  const other = await northCloud();
  for (const n of [1, 2, 3]) dropFile(other, `drops/north/${n}.csv`, table(n, n + 10));
  await drainInOrder(other);
  await merge(other.ports);
  expect((await recordAt<CurrentTable>(other.archive, currentKey('studies'))).files).toEqual(current.files);
});
