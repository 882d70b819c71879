// ECGs tried again: a zip keeps the records that stand, and a record of several objects is one set in every attempt.
import { expect, test } from 'vitest';
import type { Plan, Received } from '#functions/study.ts';
import { attemptKey } from '#lib/ledger/attempt.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { planKey, receiptKey } from '#lib/ledger/keys.ts';
import { decideReplay } from '#lib/ledger/replay.ts';
import { attemptsOf } from '#lib/ledger/replayed.ts';
import { endOf, northCloud } from '../../steps/hospital.ts';
import {
  collectSent,
  deliver,
  deliverDead,
  drainInOrder,
  dropFile,
  type MemoryCloud,
  recordAt,
  type StepQueue,
} from '../../steps/memory-cloud.ts';
import { tryAgain } from '../../steps/operator.ts';
import { recordFiles, together, zipped } from '../../steps/wfdb-records.ts';

/** Delivers until a message of this queue waits, and gives that one up. */
async function loseOne(cloud: MemoryCloud, queue: StepQueue): Promise<void> {
  for (;;) {
    collectSent(cloud);
    const message = cloud.waiting.shift();
    if (message === undefined) throw new Error(`found no message for ${queue}, expected one`);
    if (message.queue === queue) return deliverDead(cloud, message);
    await deliver(cloud, message);
  }
}

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

test('a zip with one record that failed keeps the others', async () => {
  const cloud = await northCloud();
  const key = 'drops/north/night.zip';
  const files = together(recordFiles('a1', 1), recordFiles('b2', 2), recordFiles('c3', 3));
  const versionId = dropFile(cloud, key, zipped(files));
  await loseOne(cloud, 'publish');
  await drainInOrder(cloud);
  expect(await ledgerOf(cloud)).toMatchObject({ complete: true, outcomes: { abstained: 2, quarantined: 1 } });
  const { plan } = await endOf(cloud, key, versionId);
  expect(await tryAgain(cloud, plan)).toBe(true);
  await drainInOrder(cloud);
  expect(await ledgerOf(cloud)).toMatchObject({
    complete: true,
    problems: [],
    outcomes: { abstained: 3, quarantined: 0 },
  });
  const second = await recordAt<Plan>(cloud.archive, planKey('north', attemptKey(plan.dropKey, 2)));
  expect(second.units.map(({ unit }) => unit)).toEqual(plan.units.map(({ unit }) => unit));
  expect(second.units.filter(({ keptFrom }) => keptFrom === plan.dropKey)).toHaveLength(2);
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
