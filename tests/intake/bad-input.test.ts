// What hospitals drop by mistake: each ends in one clear message, in the receipt and in the ledger.
import { expect, test } from 'vitest';
import { countLedger } from '#lib/ledger/count.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { dropAndSettle, endOf, HEADER, LABEL_HEADER, northCloud, row, table } from '../steps/hospital.ts';
import {
  deliver,
  drainInOrder,
  dropFile,
  type MemoryCloud,
  type QueuedMessage,
  recordAt,
} from '../steps/memory-cloud.ts';

const KEY = 'drops/north/tests.csv';

const ledgerRows = async ({ archive }: MemoryCloud) =>
  readObjects(archive, 'ledger', await tableObjects(archive, 'ledger'));

test.each([
  ['a picture', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'format-not-accepted', /^found a PNG picture, accepted /],
  ['half a zip', Buffer.from('504b030414000000', 'hex'), 'zip', /^zip: found .*, accepted whole zip archives$/],
  ['binary data', Buffer.from([0x41, 0x02, 0x00, 0x07]), 'format-unknown', /not text \(first at byte 1\), accepted /],
  ['a wrong encoding', Buffer.from(`${HEADER}\nM\xfcller,1`, 'latin1'), 'encoding', /^found .*accepted /],
  ['a wrong header', 'name,weight\nx,1', 'header', /^found .*accepted /],
  ['a header alone', HEADER, 'no-rows', /^found a header without rows, accepted at least one row$/],
  ['a unit that cannot be', `${HEADER.replace('chol', 'chol [furlong]')}\n${row(1)}`, 'unit', /accepted .*mg\/dL/],
])('%s is rejected whole, with what was found and what is accepted', async (_, body, code, message) => {
  const cloud = await northCloud();
  const { receipt, plan, done } = await dropAndSettle(cloud, KEY, body);
  expect(plan).toMatchObject({ state: 'rejected', items: 1, units: [] });
  expect(plan.reason?.code).toBe(code);
  expect(plan.reason?.message).toMatch(message);
  expect(receipt.summary).toBe(`Not accepted: ${plan.reason?.message}.`);
  expect(receipt.outcomes).toMatchObject({ rejected: 1, published: 0 });
  expect(done).toBe(true);
  const rows = await ledgerRows(cloud);
  expect(rows.find(({ kind }) => kind === 'rejection')).toMatchObject({ reason: code, rejected: 1 });
});

test('the good rows of a table go on, the others are named by row and reason', async () => {
  const cloud = await northCloud();
  const rows = [row(1), 'P2,forty,F,1,200,130', 'P3,50,M,1,200,9000', 'P4,50,X,1,200,130', 'P5,50', row(6)];
  const { receipt, plan, done } = await dropAndSettle(cloud, KEY, [HEADER, ...rows].join('\n'));
  expect(receipt.rejected.map(({ row: at, reason }) => [at, reason.code])).toEqual([
    [2, 'not-a-number'],
    [3, 'value-impossible'],
    [4, 'code-unknown'],
    [5, 'cells'],
  ]);
  for (const { reason } of receipt.rejected) expect(reason.message).toMatch(/found .*accepted /);
  expect(receipt.outcomes).toMatchObject({ published: 2, rejected: 4 });
  expect(receipt.summary).toBe('6 items: 2 published, 4 rejected.');
  expect(plan.items).toBe(6);
  expect(done).toBe(true);
  const table = (await ledgerRows(cloud)).filter(({ kind }) => kind === 'rejection');
  expect(table.map(({ reason, rejected }) => [reason, rejected]).sort()).toEqual([
    ['cells', 1],
    ['code-unknown', 1],
    ['not-a-number', 1],
    ['value-impossible', 1],
  ]);
});

test('a label without its study is filed', async () => {
  const cloud = await northCloud();
  const { receipt, plan } = await dropAndSettle(cloud, KEY, `${LABEL_HEADER}\nP77,yes,2026-01-05`);
  expect(plan).toMatchObject({ items: 1, filed: 1, units: [] });
  expect(receipt.summary).toBe('1 items: 1 filed.');
  const labels = await readObjects(cloud.archive, 'labels', await tableObjects(cloud.archive, 'labels'));
  expect(labels).toEqual([expect.objectContaining({ value: 1, date: '2026', site: 'north' })]);
});

test('the same file twice counts its items as repeated and names the drop that owns them', async () => {
  const cloud = await northCloud();
  const first = await dropAndSettle(cloud, KEY, table(1, 2, 3));
  const again = await dropAndSettle(cloud, 'drops/north/copy.csv', table(1, 2, 3));
  expect(first.receipt.outcomes).toMatchObject({ published: 3, repeated: 0 });
  expect(again.receipt.outcomes).toMatchObject({ published: 0, repeated: 3 });
  expect(again.receipt.repeated.units).toEqual([{ items: 3, sameAsDrop: first.receipt.dropKey }]);
  expect(cloud.archive.keys('predictions/').length).toBe(1);
});

test('a corrected file is a new unit, and the first one again is a repeat that is sighted last', async () => {
  const cloud = await northCloud();
  const a = await dropAndSettle(cloud, KEY, table(1, 2));
  const corrected = table(1, 2).replace(',181,', ',211,');
  const b = await dropAndSettle(cloud, KEY, corrected);
  const again = await dropAndSettle(cloud, KEY, table(1, 2));
  expect([a, b, again].map(({ receipt }) => receipt.outcomes.published)).toEqual([2, 2, 0]);
  expect(again.receipt.outcomes.repeated).toBe(2);
  const sightings = (await ledgerRows(cloud)).filter(({ kind }) => kind === 'sighting');
  const last = sightings.sort((x, y) => (x.receivedAt < y.receivedAt ? -1 : 1)).at(-1);
  expect(last).toMatchObject({ unit: a.plan.units[0].unit, repeated: 2 });
});

test('a version that its site deleted before it was read is rejected, and its ledger adds up', async () => {
  const cloud = await northCloud();
  const versionId = dropFile(cloud, KEY, table(1));
  await cloud.intake.remove(KEY);
  await drainInOrder(cloud);
  const { plan } = await endOf(cloud, KEY, versionId);
  expect(plan.reason).toEqual({
    code: 'gone',
    message: 'found an object version that was deleted before it was read, accepted versions that stay',
  });
  const ledger = await countLedger(cloud.archive, cloud.intake);
  expect(ledger.problems).toEqual([]);
});

test('a drop whose link is missing is quarantined by its dead letter', async () => {
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1));
  await deliver(cloud, cloud.waiting.shift() as QueuedMessage);
  await cloud.intake.remove(cloud.intake.keys('links/')[0]);
  await drainInOrder(cloud);
  const [plan] = cloud.archive.keys('ledger/north/').filter((name) => name.endsWith('plan.json'));
  expect(await recordAt(cloud.archive, plan)).toMatchObject({
    state: 'quarantined',
    reason: { code: 'intake-failed' },
  });
});

test('one bad drop among good ones holds nothing up', async () => {
  const cloud = await northCloud();
  const bodies = [table(1, 2), Buffer.from([0, 1, 2]), table(3, 4), 'nonsense', table(5, 6)];
  const versions = bodies.map((body, n) => dropFile(cloud, `drops/north/${n}.csv`, body));
  await drainInOrder(cloud);
  const ends = await Promise.all(versions.map((version, n) => endOf(cloud, `drops/north/${n}.csv`, version)));
  expect(ends.map(({ receipt }) => receipt.outcomes.published)).toEqual([2, 0, 2, 0, 2]);
  expect((await countLedger(cloud.archive, cloud.intake)).complete).toBe(true);
});

test('a model whose contract cannot be read keeps no hospital waiting, and is counted', async () => {
  const cloud = await northCloud();
  cloud.archive.drop('models/junk/1.0.0/model.json', '{}');
  cloud.archive.drop('models/torn/1.0.0/model.json', '{"name":');
  const { plan, receipt } = await dropAndSettle(cloud, KEY, table(1));
  expect(plan.units[0]?.slots.map(({ model }) => model)).toEqual(['logistic-double']);
  expect(receipt.outcomes).toMatchObject({ published: 1, quarantined: 0 });
  expect(cloud.metrics.counts.get('Quarantined')).toBe(2);
  expect(cloud.log.lines.filter((line) => line.includes('model refused'))).toHaveLength(2);
});
