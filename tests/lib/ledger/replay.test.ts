// What `tricuspid replay` begins: drops tried again after the cause was repaired.
import { beforeAll, describe, expect, test } from 'vitest';
import { InvalidModel } from '#functions/errors.ts';
import type { Receipt } from '#functions/settle/receipt.ts';
import type { Closed, Plan, Received } from '#functions/study.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { countedRows } from '#lib/cohort/attempts.ts';
import type { LabelTableRow, LedgerTableRow, PredictionTableRow, StudyTableRow } from '#lib/cohort/rows.ts';
import type { LoadedModel, ModelLoader } from '#lib/inference/sessions.ts';
import { attemptKey, attemptOf, dropOf, latestAttempts } from '#lib/ledger/attempt.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { closedKey, planKey, receiptKey, receivedKey, siteKey } from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { decideReplay, replay } from '#lib/ledger/replay.ts';
import { attemptsOf } from '#lib/ledger/replayed.ts';
import type { Site } from '#lib/sites/site.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { HEADER, LABEL_HEADER, NORTH, northCloud, row, table } from '../../steps/hospital.ts';
import {
  collectSent,
  deliver,
  deliverDead,
  drainInOrder,
  dropFile,
  type MemoryCloud,
  recordAt,
} from '../../steps/memory-cloud.ts';
import { logisticDouble, plainContract } from '../../steps/models.ts';
import { dropsIn, tryAgain } from '../../steps/operator.ts';

const KEY = 'drops/north/tests.csv';
const HOUR_MS = 60 * 60 * 1000;

const outcomesOf = async ({ archive, intake }: MemoryCloud) => (await countLedger(archive, intake)).total.outcomes;

/** The only drop of the cloud. */
function onlyDrop(cloud: MemoryCloud): { readonly site: string; readonly dropKey: string } {
  const [drop, ...others] = dropsIn(cloud);
  expect(others).toEqual([]);
  return drop;
}

const planOf = (cloud: MemoryCloud, { site, dropKey }: { site: string; dropKey: string }, attempt: number) =>
  recordAt<Plan>(cloud.archive, planKey(site, attemptKey(dropKey, attempt)));

async function again(cloud: MemoryCloud, all = false): Promise<void> {
  expect(await tryAgain(cloud, onlyDrop(cloud), all)).toBe(true);
  await drainInOrder(cloud);
}

async function tables({ archive }: MemoryCloud) {
  const read = async (name: 'studies' | 'predictions' | 'labels' | 'ledger') =>
    readObjects(archive, name, await tableObjects(archive, name));
  return {
    studies: (await read('studies')) as readonly StudyTableRow[],
    predictions: (await read('predictions')) as readonly PredictionTableRow[],
    labels: (await read('labels')) as readonly LabelTableRow[],
    ledger: (await read('ledger')) as readonly LedgerTableRow[],
  };
}

describe('keys of attempts', () => {
  test('name the drop and the number, and the first attempt is the drop itself', () => {
    expect([1, 2, 13].map((n) => attemptKey('ab', n))).toEqual(['ab', 'ab-attempt-2', 'ab-attempt-13']);
    expect(['ab', 'ab-attempt-2', 'ab-attempt-13'].map(attemptOf)).toEqual([1, 2, 13]);
    expect(['ab', 'ab-attempt-2', 'ab-attempt-x'].map(dropOf)).toEqual(['ab', 'ab', 'ab-attempt-x']);
  });

  test('are compared as numbers', () => {
    const latest = latestAttempts(['a-attempt-9', 'a', 'a-attempt-10', 'b']);
    expect([...latest]).toEqual([
      ['a', 'a-attempt-10'],
      ['b', 'b'],
    ]);
  });
});

describe('a drop that was rejected because its site was described wrongly', () => {
  const wrong: Site = {
    ...NORTH,
    tables: NORTH.tables.map((each) => ({ ...each, patientId: { column: 'number' } })),
  };

  test('is read anew after the repair, with a receipt that says which one it supersedes', async () => {
    const cloud = await northCloud({ site: wrong });
    const versionId = dropFile(cloud, KEY, table(1, 2));
    await drainInOrder(cloud);
    expect(await outcomesOf(cloud)).toMatchObject({ rejected: 1, published: 0 });
    await cloud.archive.put(siteKey('north'), toJson(NORTH));
    await again(cloud);
    expect(await outcomesOf(cloud)).toMatchObject({ rejected: 0, published: 2 });
    const first = receiptKey(KEY, versionId);
    const receipt = await recordAt<Receipt>(cloud.intake, receiptKey(KEY, versionId, 2));
    expect(receipt).toMatchObject({ attempt: 2, supersedes: first, state: 'accepted', versionId });
    expect(receipt.dropKey).toBe(onlyDrop(cloud).dropKey);
    expect(await recordAt<Receipt>(cloud.intake, first)).toMatchObject({ attempt: 1, state: 'rejected' });
  });

  test('whose version has gone in between is rejected by that name', async () => {
    const cloud = await northCloud({ site: wrong });
    dropFile(cloud, KEY, table(1, 2));
    await drainInOrder(cloud);
    await cloud.intake.remove(KEY);
    await again(cloud);
    expect(await planOf(cloud, onlyDrop(cloud), 2)).toMatchObject({ state: 'rejected', reason: { code: 'gone' } });
  });
});

test('rows and labels that were read by a wrong description stop counting once it is repaired', async () => {
  const codes = (no: number): Site => ({
    ...NORTH,
    tables: NORTH.tables.map((each) =>
      each.label === undefined ? each : { ...each, label: { ...each.label, codes: { no, yes: 1 - no } } },
    ),
  });
  const cloud = await northCloud({ site: codes(1) });
  dropFile(cloud, KEY, [LABEL_HEADER, 'P1,yes,2024-05-01', 'P2,no,2024-05-01'].join('\n'));
  await drainInOrder(cloud);
  await cloud.archive.put(siteKey('north'), toJson(codes(0)));
  await again(cloud, true);
  const all = await tables(cloud);
  expect(all.labels.map(({ value }) => value).sort()).toEqual([0, 0, 1, 1]);
  const { labels } = countedRows(all);
  expect(new Map(labels.map((label) => [label.row, label.value]))).toEqual(
    new Map([
      [1, 1],
      [2, 0],
    ]),
  );
  expect(labels.every(({ dropKey }) => attemptOf(dropKey) === 2)).toBe(true);
});

describe('a drop with one unit that failed', () => {
  /** Two units: 5,000 rows, and one. */
  const people = Array.from({ length: 5001 }, (_, n) => row(n % 100).replace(/^P\d+/, `P${n}`));
  const body = [HEADER, ...people].join('\n');

  /** The drop, with the predict message of its second unit given up. */
  async function failed(): Promise<MemoryCloud> {
    const cloud = await northCloud();
    dropFile(cloud, KEY, body);
    for (let n = 0; n < 2; n++) {
      collectSent(cloud);
      await deliver(cloud, cloud.waiting.splice(0, 1)[0]);
    }
    collectSent(cloud);
    const [first, second] = cloud.waiting.filter(({ queue }) => queue === 'predict');
    expect([first, second].map((message) => (JSON.parse(message.body) as { items: number }).items)).toEqual([5000, 1]);
    cloud.waiting.splice(cloud.waiting.indexOf(second), 1);
    await deliverDead(cloud, second);
    await drainInOrder(cloud);
    return cloud;
  }

  let cloud: MemoryCloud;
  let before: { readonly outcomes: unknown; readonly predictions: readonly string[]; readonly done: boolean };

  const isDone = async (): Promise<boolean> =>
    cloud.intake.isDone(KEY, (await cloud.intake.currentVersion(KEY))?.versionId ?? 'none');

  beforeAll(async () => {
    cloud = await failed();
    const predictions = cloud.archive.keys('predictions/');
    before = { outcomes: await outcomesOf(cloud), predictions, done: await isDone() };
    await again(cloud);
  });

  test('keeps the unit that stands and scores the other one again', async () => {
    expect(before.outcomes).toMatchObject({ published: 5000, quarantined: 1 });
    expect(await outcomesOf(cloud)).toMatchObject({ published: 5001, quarantined: 0 });
    const drop = onlyDrop(cloud);
    const { units } = await planOf(cloud, drop, 2);
    expect(units.map(({ keptFrom }) => keptFrom)).toEqual([drop.dropKey, undefined]);
    const added = cloud.archive.keys('predictions/').filter((key) => !before.predictions.includes(key));
    expect(added).toEqual([expect.stringContaining(`${units[1].unit}/attempt-2/`)]);
  });

  test('counts once in the tables, by the results that its highest attempt names', async () => {
    const all = await tables(cloud);
    expect(all.predictions).toHaveLength(5002);
    const counted = countedRows(all);
    expect(counted.predictions).toHaveLength(5001);
    expect(counted.predictions.every(({ status }) => status === 'scored')).toBe(true);
    expect(counted.studies).toHaveLength(5001);
    const units = counted.ledger.filter(({ kind }) => kind === 'unit');
    expect(units.map(({ attempt, quarantined }) => [attempt, quarantined]).sort()).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  test('is kept from expiring until nothing is set aside any more', async () => {
    expect([before.done, await isDone()]).toEqual([false, true]);
  });

  test('is not touched by messages of its first attempt that come late', async () => {
    const drop = onlyDrop(cloud);
    const { unit, items, slots } = (await planOf(cloud, drop, 1)).units[1];
    const about = { ...drop, unit };
    const late = [
      { queue: 'predict', body: JSON.stringify({ ...about, items, slots, lane: 'standard' }) },
      { queue: 'publish', body: JSON.stringify(about) },
      { queue: 'settle', body: JSON.stringify(drop) },
    ] as const;
    const place = closedKey({ ...about, dropKey: attemptKey(drop.dropKey, 2) });
    const closed = await recordAt<Closed>(cloud.archive, place);
    const receipts = cloud.intake.keys('receipts/');
    for (const message of late) await deliver(cloud, message);
    for (const message of late) await deliverDead(cloud, message);
    await drainInOrder(cloud);
    expect(await recordAt<Closed>(cloud.archive, place)).toEqual(closed);
    expect(cloud.intake.keys('receipts/')).toEqual(receipts);
    expect(await outcomesOf(cloud)).toMatchObject({ published: 5001, quarantined: 0 });
  });
});

test('a drop whose model was broken is scored by the repaired one', async () => {
  const contract = await plainContract();
  let broken = true;
  const models: ModelLoader = async (): Promise<LoadedModel> => {
    if (broken) throw new InvalidModel('logistic-double@1.0.0', 'found other weights than its contract names');
    return logisticDouble(contract);
  };
  const cloud = await northCloud({ contracts: [contract], models });
  dropFile(cloud, KEY, table(1, 2, 3));
  await drainInOrder(cloud);
  expect(await outcomesOf(cloud)).toMatchObject({ quarantined: 3 });
  await again(cloud);
  expect(await outcomesOf(cloud)).toMatchObject({ quarantined: 3 });
  broken = false;
  await again(cloud);
  expect(await outcomesOf(cloud)).toMatchObject({ quarantined: 0, published: 3 });
  const { replayed, complete } = await countLedger(cloud.archive, cloud.intake);
  expect(complete).toBe(true);
  expect(replayed).toHaveLength(1);
  expect(replayed[0].attempts.map(({ attempt, reason, outcomes }) => [attempt, reason, outcomes.published])).toEqual([
    [1, 'model-failed', 0],
    [2, 'model-failed', 0],
    [3, undefined, 3],
  ]);
});

test('a version that was rejected, and set aside when it was tried again, is held', async () => {
  const cloud = await northCloud();
  const versionId = dropFile(cloud, KEY, 'no,such,columns\n1,2,3');
  await drainInOrder(cloud);
  expect(cloud.intake.isDone(KEY, versionId)).toBe(true);
  const drop = onlyDrop(cloud);
  expect(await tryAgain(cloud, drop)).toBe(true);
  collectSent(cloud);
  await deliverDead(cloud, cloud.waiting.splice(0, 1)[0]);
  await drainInOrder(cloud);
  expect(await outcomesOf(cloud)).toMatchObject({ quarantined: 1, rejected: 0 });
  expect(cloud.intake.isDone(KEY, versionId)).toBe(false);
  await deliver(cloud, { queue: 'settle', body: JSON.stringify(drop) });
  expect(cloud.intake.isDone(KEY, versionId)).toBe(false);
});

test('a drop quarantined whole leaves its content to whoever claimed it in between', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  collectSent(cloud);
  await deliver(cloud, cloud.waiting.splice(0, 1)[0]);
  collectSent(cloud);
  await deliverDead(cloud, cloud.waiting.splice(0, 1)[0]);
  const [first] = dropsIn(cloud);
  dropFile(cloud, 'drops/north/other.csv', table(1, 2));
  await drainInOrder(cloud);
  expect(await outcomesOf(cloud)).toMatchObject({ published: 2, quarantined: 1 });
  await tryAgain(cloud, first);
  await drainInOrder(cloud);
  expect(await outcomesOf(cloud)).toMatchObject({ published: 2, repeated: 2, quarantined: 0 });
});

test('an attempt whose message was lost is sent again by the sweep, by its own age', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  await drainInOrder(cloud);
  cloud.clock.nowMs += 200 * HOUR_MS;
  await tryAgain(cloud, onlyDrop(cloud), true);
  cloud.queues.sent.length = 0;
  cloud.clock.nowMs += 5 * HOUR_MS;
  await sweep(cloud.ports);
  expect(cloud.queues.sent).toEqual([]);
  cloud.clock.nowMs += HOUR_MS;
  await sweep(cloud.ports);
  await drainInOrder(cloud);
  expect(await outcomesOf(cloud)).toMatchObject({ published: 2, quarantined: 0 });
  expect(cloud.archive.keys('ledger/open/')).toEqual([]);
});

describe('what replay leaves as it is', () => {
  const why = async (cloud: MemoryCloud, all = false): Promise<string> => {
    const { site, dropKey } = onlyDrop(cloud);
    const decision = decideReplay(await attemptsOf(cloud.archive, site, dropKey), { all });
    return decision.act === 'leave' ? decision.why : decision.act;
  };

  test('nothing was set aside', async () => {
    const cloud = await northCloud();
    dropFile(cloud, KEY, table(1, 2));
    await drainInOrder(cloud);
    expect(await why(cloud)).toBe('found nothing set aside or rejected, allowed with --all');
    expect(await why(cloud, true)).toBe('try');
  });

  test('it is still in flight', async () => {
    const cloud = await northCloud();
    dropFile(cloud, KEY, table(1, 2));
    await deliver(cloud, cloud.waiting.splice(0, 1)[0]);
    expect(await why(cloud, true)).toBe('found attempt 1 still in flight, expected one that has ended');
  });

  test('it was refused unread', async () => {
    const cloud = await northCloud();
    dropFile(cloud, KEY, '');
    await drainInOrder(cloud);
    expect(await why(cloud, true)).toBe('found it refused unread (empty), allowed: its site puts it again');
  });

  test('there is no such drop', () => {
    expect(decideReplay([])).toEqual({
      act: 'leave',
      why: 'found no such drop in the ledger, expected a received one',
    });
  });
});

test('an attempt that was begun and never sent is sent again, and not begun twice', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  await drainInOrder(cloud);
  const drop = onlyDrop(cloud);
  const attempts = await attemptsOf(cloud.archive, drop.site, drop.dropKey);
  const begin = { act: 'try', attempt: 2 } as const;
  await replay(attempts[0].received, begin, { reason: 'first', all: true }, cloud.ports);
  await replay(attempts[0].received, begin, { reason: 'second', all: true }, cloud.ports);
  const stored = await recordAt<Received>(cloud.archive, receivedKey(drop.site, attemptKey(drop.dropKey, 2)));
  expect(stored.replayed).toMatchObject({ reason: 'first', all: true });
  cloud.queues.sent.length = 0;
  const two = await attemptsOf(cloud.archive, drop.site, drop.dropKey);
  expect(decideReplay(two)).toEqual({ act: 'send', attempt: 2 });
  await tryAgain(cloud, drop);
  await drainInOrder(cloud);
  expect((await countLedger(cloud.archive, cloud.intake)).complete).toBe(true);
  expect(await attemptsOf(cloud.archive, drop.site, drop.dropKey)).toHaveLength(2);
});
