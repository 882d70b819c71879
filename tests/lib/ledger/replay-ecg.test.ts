// ECGs tried again: a zip keeps the records that stand, and a record of several objects is one set in every attempt.
import { expect, test } from 'vitest';
import type { Plan, Received } from '#functions/study.ts';
import { attemptKey } from '#lib/ledger/attempt.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { planKey, receiptKey, siteKey } from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { decideReplay } from '#lib/ledger/replay.ts';
import { attemptsOf } from '#lib/ledger/replayed.ts';
import { endOf, NORTH, northCloud } from '../../steps/hospital.ts';
import { drainInOrder, dropFile, loseOne, type MemoryCloud, recordAt } from '../../steps/memory-cloud.ts';
import { tryAgain } from '../../steps/operator.ts';
import { recordFiles, textFile, together, zipped } from '../../steps/wfdb-records.ts';

const RECORDS_TABLE = 'patient,file,age';
const described = { name: 'recordings', patientId: { column: 'patient' }, record: { column: 'file' } };
const label = { name: 'af', column: 'age', codes: { old: 1 }, source: 's', method: 'm' };
/** Reads the age of records as a number; the lenient one does not read it. */
const STRICT = { ...NORTH, tables: [...NORTH.tables, { ...described, columns: { age: { column: 'age' } } }] };
const LENIENT = { ...NORTH, tables: [...NORTH.tables, { ...described, columns: {}, label }] };

/** The received record of the site that is asked for. */
async function recordOf<T>({ archive }: MemoryCloud, wanted: (record: T) => boolean): Promise<T> {
  const keys = archive.keys('ledger/north/').filter((key) => key.endsWith('/received.json'));
  const records = await Promise.all(keys.map((key) => recordAt<T>(archive, key)));
  return records.find(wanted) as T;
}

const ledgerOf = async ({ archive, intake }: MemoryCloud) => {
  const { complete, problems, total } = await countLedger(archive, intake);
  return { complete, problems, outcomes: total.outcomes };
};

const FILES = together(recordFiles('a1', 1), recordFiles('b2', 2), recordFiles('c3', 3));
const KEY = 'drops/north/night.zip';

test('a zip whose unit was set aside is tried again ECG by ECG', async () => {
  const cloud = await northCloud();
  const versionId = dropFile(cloud, KEY, zipped(FILES));
  await loseOne(cloud, 'publish');
  await drainInOrder(cloud);
  expect(await ledgerOf(cloud)).toMatchObject({ complete: true, outcomes: { abstained: 0, quarantined: 3 } });
  const { plan, closed } = await endOf(cloud, KEY, versionId);
  expect(closed[0].ecgs?.map(({ row, outcome }) => [row, outcome])).toEqual(
    [1, 2, 3].map((row) => [row, 'quarantined']),
  );
  expect(await tryAgain(cloud, plan)).toBe(true);
  await loseOne(cloud, 'publish');
  await drainInOrder(cloud);
  expect(await ledgerOf(cloud)).toMatchObject({ problems: [], outcomes: { abstained: 2, quarantined: 1 } });
  const second = await recordAt<Plan>(cloud.archive, planKey('north', attemptKey(plan.dropKey, 2)));
  expect(second.units.map(({ unit }) => unit)).toEqual(plan.units[0].ecgs?.map(({ ecg }) => ecg));

  expect(await tryAgain(cloud, plan)).toBe(true);
  await drainInOrder(cloud);
  expect(await ledgerOf(cloud)).toMatchObject({
    complete: true,
    problems: [],
    outcomes: { abstained: 3, quarantined: 0 },
  });
  const third = await recordAt<Plan>(cloud.archive, planKey('north', attemptKey(plan.dropKey, 3)));
  expect(third.units.map(({ items }) => items)).toEqual([1, 1, 1]);
  expect(third.units.filter(({ keptFrom }) => keptFrom === second.dropKey)).toHaveLength(2);
});

test('a unit of several ECGs that stands is kept whole, though another record of its zip can now be read', async () => {
  const cloud = await northCloud();
  const nameless = [RECORDS_TABLE, 'P2,b2,old'];
  const files = together(FILES, textFile('records.csv', nameless.join('\n')));
  cloud.archive.drop(siteKey('north'), toJson(STRICT));
  const versionId = dropFile(cloud, KEY, zipped(files));
  await drainInOrder(cloud);
  const { plan } = await endOf(cloud, KEY, versionId);
  expect(plan).toMatchObject({ rejected: [{ row: 2 }], units: [{ items: 2 }] });
  cloud.archive.drop(siteKey('north'), toJson(LENIENT));
  expect(await tryAgain(cloud, plan)).toBe(true);
  await drainInOrder(cloud);
  const second = await recordAt<Plan>(cloud.archive, planKey('north', attemptKey(plan.dropKey, 2)));
  expect(second.units.map(({ items, keptFrom }) => [items, keptFrom])).toEqual([
    [2, plan.dropKey],
    [1, undefined],
  ]);
  expect(await ledgerOf(cloud)).toMatchObject({
    complete: true,
    problems: [],
    outcomes: { abstained: 3, rejected: 0 },
  });
});

test('a header that was set aside finds its signal file when it is tried again, and parts are left to it', async () => {
  const cloud = await northCloud();
  const files = recordFiles('r1', 1);
  const put = (name: string): string => dropFile(cloud, `drops/north/${name}`, files.get(name) as Uint8Array);
  const header = put('r1.hea');
  const signals = put('r1.dat');
  await loseOne(cloud, 'intake');
  await drainInOrder(cloud);
  const received = (versionId: string) => recordOf<Received>(cloud, (record) => record.versionId === versionId);
  const drop = await received(header);
  const part = await received(signals);
  expect((await recordAt<Plan>(cloud.archive, planKey('north', drop.dropKey))).state).toBe('quarantined');
  expect(await tryAgain(cloud, drop)).toBe(true);
  await drainInOrder(cloud);
  expect(await ledgerOf(cloud)).toMatchObject({ problems: [], outcomes: { abstained: 1, quarantined: 0 } });
  expect((await attemptsOf(cloud.archive, 'north', drop.dropKey)).at(-1)?.plan?.state).toBe('planned');
  const parts = await attemptsOf(cloud.archive, 'north', part.dropKey);
  expect(decideReplay(parts)).toEqual({
    act: 'leave',
    why: `found a part of drop ${drop.dropKey}, allowed: replay of that one`,
  });
  expect(cloud.intake.keys('receipts/')).toContain(receiptKey('drops/north/r1.hea', header, 2));
});
