import { expect, test } from 'vitest';
import { rowOutcome } from '#functions/publish/outcomes.ts';
import { publish } from '#functions/publish/publish.ts';
import type { Closed, PredictionRow, PredictMessage, UnitMessage } from '#functions/study.ts';
import { disabledKey } from '#lib/ledger/keys.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { northCloud, table } from '../steps/hospital.ts';
import {
  collectSent,
  deliver,
  drainInOrder,
  dropFile,
  type MemoryCloud,
  type QueuedMessage,
  recordAt,
} from '../steps/memory-cloud.ts';

const row = (status: PredictionRow['status']): PredictionRow => ({
  row: 1,
  studyKey: 's',
  status,
  reason: null,
  score: status === 'scored' ? 0.5 : null,
  file: null,
  relation: null,
  detail: null,
});
const answer = (status: PredictionRow['status'], withdrawn = false) => ({ withdrawn, row: row(status) });

test.each([
  ['published', 'one score', [answer('failed'), answer('scored')]],
  ['quarantined', 'a failure and no score', [answer('failed'), answer('abstained')]],
  ['abstained', 'only abstentions', [answer('abstained'), answer('withdrawn')]],
  ['abstained', 'a score of a model that was switched off', [answer('scored', true)]],
  ['quarantined', 'a failure beside a withdrawn score', [answer('scored', true), answer('failed')]],
  ['abstained', 'no model', []],
] as const)('a row is %s with %s', (outcome, _, answers) => {
  expect(rowOutcome(answers)).toBe(outcome);
});

/** A planned unit whose predictions are still to come. */
async function plannedUnit(): Promise<{ cloud: MemoryCloud; predict: QueuedMessage; unit: UnitMessage }> {
  const cloud = await northCloud();
  dropFile(cloud, 'drops/north/tests.csv', table(1, 2));
  await deliver(cloud, cloud.waiting.shift() as QueuedMessage);
  await deliver(cloud, cloud.queues.sent.splice(0)[0]);
  const predict = cloud.queues.sent.splice(0)[0];
  const { site, dropKey, unit } = JSON.parse(predict.body) as UnitMessage;
  return { cloud, predict, unit: { site, dropKey, unit } };
}

test('a unit with an empty slot is left alone', async () => {
  const { cloud, unit } = await plannedUnit();
  await publish(unit, cloud.ports);
  expect(cloud.archive.keys('results/')).toEqual([]);
  expect(cloud.queues.sent).toEqual([]);
});

test('a published unit has a page, a table and a closed record that names its predictions, and goes on', async () => {
  const { cloud, predict, unit } = await plannedUnit();
  await deliver(cloud, predict);
  cloud.queues.sent.length = 0;
  await publish(unit, cloud.ports);
  expect(cloud.archive.keys('results/').map((key) => key.slice(key.lastIndexOf('/') + 1))).toEqual([
    'result.html',
    'results.csv',
  ]);
  const closed = await recordAt<Closed>(cloud.archive, `units/north/${unit.unit}/closed.json`);
  expect(closed).toMatchObject({ items: 2, published: 2, predictions: cloud.archive.keys('predictions/') });
  expect(cloud.queues.sent.map(({ queue }) => queue)).toEqual(['tabulate', 'settle']);
});

test('a second publish changes nothing and sends everything again', async () => {
  const { cloud, predict, unit } = await plannedUnit();
  await deliver(cloud, predict);
  await publish(unit, cloud.ports);
  const keys = cloud.archive.keys();
  collectSent(cloud);
  await publish(unit, cloud.ports);
  expect(cloud.archive.keys()).toEqual(keys);
  expect(cloud.queues.sent.map(({ queue }) => queue)).toEqual(['tabulate', 'settle']);
});

test('a unit that its plan does not hold is a failure', async () => {
  const { cloud, unit } = await plannedUnit();
  await expect(publish({ ...unit, unit: 'other' }, cloud.ports)).rejects.toThrow(
    'publish: found a unit that its plan does not hold, expected a planned unit',
  );
});

test('the results hold keys and scores, and no id of a patient', async () => {
  const { cloud, predict, unit } = await plannedUnit();
  await deliver(cloud, predict);
  await publish(unit, cloud.ports);
  for (const key of cloud.archive.keys('results/')) {
    const text = Buffer.from((await cloud.archive.get(key))?.body ?? []).toString('utf8');
    expect(text).not.toMatch(/\bP[12]\b/);
    expect(text).toMatch(/logistic-double/);
  }
});

/** A published unit that dies before its closed record; what was decided about its model until then. */
async function deadBeforeClosed(disabled: boolean): Promise<{ cloud: MemoryCloud; unit: UnitMessage; mark: string }> {
  const death = { armed: false };
  const cloud = await northCloud({
    gate: (moment, effect) => {
      if (death.armed && moment === 'before' && effect.endsWith('closed.json')) throw new Error('killed');
    },
  });
  dropFile(cloud, 'drops/north/tests.csv', table(1, 2));
  await deliver(cloud, cloud.waiting.shift() as QueuedMessage);
  await deliver(cloud, cloud.queues.sent.splice(0)[0]);
  const predict = cloud.queues.sent.splice(0)[0];
  await deliver(cloud, predict);
  const { site, dropKey, unit, slots } = JSON.parse(predict.body) as PredictMessage;
  const mark = disabledKey(slots[0].model, slots[0].version);
  if (disabled) cloud.archive.drop(mark, '');
  death.armed = true;
  await expect(publish({ site, dropKey, unit }, cloud.ports)).rejects.toThrow('killed');
  death.armed = false;
  return { cloud, unit: { site, dropKey, unit }, mark };
}

const csvOf = async (cloud: MemoryCloud, { unit }: UnitMessage): Promise<string> =>
  Buffer.from((await cloud.archive.get(`results/north/${unit}/results.csv`))?.body ?? []).toString();

test('a model that is disabled between a page and its closed record does not make the two contradict each other', async () => {
  const { cloud, unit, mark } = await deadBeforeClosed(false);
  cloud.archive.drop(mark, '');
  await publish(unit, cloud.ports);
  const closed = await recordAt<Closed>(cloud.archive, `units/north/${unit.unit}/closed.json`);
  expect(closed).toMatchObject({ published: 2, abstained: 0, withdrawn: [] });
  expect(await csvOf(cloud, unit)).toMatch(/,published,/);
});

test('a model that is enabled again in between stays withdrawn from the unit, in page, outcome and tables', async () => {
  const { cloud, unit, mark } = await deadBeforeClosed(true);
  await cloud.archive.remove(mark);
  await publish(unit, cloud.ports);
  const closed = await recordAt<Closed>(cloud.archive, `units/north/${unit.unit}/closed.json`);
  expect(closed).toMatchObject({ published: 0, abstained: 2, withdrawn: ['logistic-double@1.0.0'] });
  expect(await csvOf(cloud, unit)).not.toMatch(/published/);
  await drainInOrder(cloud);
  const rows = await readObjects(cloud.archive, 'predictions', await tableObjects(cloud.archive, 'predictions'));
  expect(rows.map(({ status, score, reason }) => [status, score, reason])).toEqual([
    ['withdrawn', null, 'model-disabled'],
    ['withdrawn', null, 'model-disabled'],
  ]);
});
