// Models that are not what they say, are switched off, or saw the patients before.
import { beforeAll, describe, expect, test } from 'vitest';
import type { PredictionRow } from '#functions/study.ts';
import { payloadHash } from '#lib/formats/payload.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { createLoader, type ModelLoader } from '#lib/inference/sessions.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { disabledKey, modelKey } from '#lib/ledger/keys.ts';
import { PREDICTION_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { dropAndSettle, HEADER, northCloud, row, table } from '../steps/hospital.ts';
import { deliver, drainInOrder, dropFile, type MemoryCloud, recordAt } from '../steps/memory-cloud.ts';
import {
  copyModels,
  doubleLoader,
  type InstalledModels,
  installShipped,
  logisticDouble,
  plainContract,
} from '../steps/models.ts';

const KEY = 'drops/north/tests.csv';
const SHIPPED = { model: 'cad-measurements' };

let shipped: InstalledModels;
let version: string;

beforeAll(async () => {
  shipped = await installShipped();
  version = shipped.archive.keys('models/cad-measurements/')[0].split('/')[2];
});

/** Shipped model and a double side by side; the shipped one is opened from this archive. */
async function cloudWithBoth(change: (cloud: MemoryCloud) => Promise<void>): Promise<MemoryCloud> {
  const double = await plainContract();
  const fallBack = doubleLoader(double);
  const late: { loader?: ModelLoader } = {};
  const models: ModelLoader = (id) => (id.model === double.name ? fallBack(id) : (late.loader as ModelLoader)(id));
  const cloud = await northCloud({ contracts: [double], models });
  await copyModels(shipped.archive, cloud.archive);
  late.loader = createLoader(cloud.archive, 1);
  await change(cloud);
  return cloud;
}

async function predictionsOf(cloud: MemoryCloud, model: string): Promise<readonly PredictionRow[]> {
  const [key] = cloud.archive.keys('predictions/').filter((name) => name.includes(`/${model}@`));
  return readParquet<PredictionRow>(PREDICTION_COLUMNS, (await cloud.archive.get(key))?.body ?? new Uint8Array());
}

async function rewriteJson<T>(cloud: MemoryCloud, key: string, change: (json: T) => T): Promise<void> {
  cloud.archive.drop(key, JSON.stringify(change(await recordAt<T>(cloud.archive, key))));
}

async function breakWeights(cloud: MemoryCloud): Promise<void> {
  const key = modelKey(SHIPPED.model, version, 'all.onnx');
  cloud.archive.drop(key, Buffer.concat([(await cloud.archive.get(key))?.body ?? new Uint8Array(), Buffer.from([0])]));
}

/** Golden vectors that say something else, with the hash that belongs to them. */
async function breakGolden(cloud: MemoryCloud): Promise<void> {
  const key = modelKey(SHIPPED.model, version, 'golden.json');
  await rewriteJson<{ cases: { expected: Record<string, number> }[] }>(cloud, key, ({ cases: [first, ...rest] }) => ({
    cases: [{ ...first, expected: { ...first.expected, 'all.onnx': 0.123 } }, ...rest],
  }));
  const sha256 = payloadHash(Buffer.from((await cloud.archive.get(key))?.body ?? []).toString('utf8'));
  await rewriteJson<ModelContract>(cloud, modelKey(SHIPPED.model, version, 'model.json'), (contract) => ({
    ...contract,
    golden: { ...contract.golden, sha256 },
  }));
}

describe.each([
  [
    'a wrong hash',
    breakWeights,
    /^model cad-measurements@[\d.]+: all\.onnx: found sha256 [0-9a-f]{64}, allowed [0-9a-f]{64}$/,
  ],
  ['a wrong golden vector', breakGolden, /: all\.onnx: golden vector 0: found 0\.9\d+, allowed 0\.123 within/],
])('a model with %s', (_, change, message) => {
  test('is refused by name, and the unit is published with the other model', async () => {
    const cloud = await cloudWithBoth(change);
    const { receipt } = await dropAndSettle(cloud, KEY, table(1, 2));
    const failed = await predictionsOf(cloud, SHIPPED.model);
    expect(failed.map(({ status, score }) => [status, score])).toEqual([
      ['failed', null],
      ['failed', null],
    ]);
    expect(failed[0].reason).toMatch(message);
    expect(receipt.outcomes).toMatchObject({ published: 2, quarantined: 0 });
  });

  test('alone ends its units as quarantined, with the message in the receipt and the code in the ledger', async () => {
    const cloud = await cloudWithBoth(change);
    for (const key of cloud.archive.keys('models/logistic-double/')) await cloud.archive.remove(key);
    const { receipt, done } = await dropAndSettle(cloud, KEY, table(1, 2));
    expect(receipt.outcomes).toMatchObject({ published: 0, quarantined: 2 });
    expect(receipt.units[0].reason?.message).toMatch(message);
    expect(done).toBe(false);
    const rows = await readObjects(cloud.archive, 'ledger', await tableObjects(cloud.archive, 'ledger'));
    expect(rows.find(({ kind }) => kind === 'unit')).toMatchObject({ reason: 'model-failed', quarantined: 2 });
    const labels = await dropAndSettle(cloud, 'drops/north/outcomes.csv', 'id,disease,day\nP1,yes,2026-01-05');
    expect(labels.receipt.outcomes.filed).toBe(1);
  });
});

test('a model that is switched off before predict leaves a withdrawn slot, and the unit abstains', async () => {
  const contract = await plainContract();
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  await deliver(cloud, cloud.waiting.splice(0)[0]);
  await deliver(cloud, cloud.queues.sent.splice(0)[0]);
  cloud.archive.drop(disabledKey(contract.name, contract.version), '');
  await drainInOrder(cloud);
  expect((await predictionsOf(cloud, contract.name)).map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn']);
  const { total } = await countLedger(cloud.archive, cloud.intake);
  expect(total.outcomes).toMatchObject({ abstained: 2, published: 0 });
});

test('a model that is switched off after predict is withdrawn from what is published', async () => {
  const contract = await plainContract();
  const cloud = await northCloud();
  dropFile(cloud, KEY, table(1, 2));
  for (const step of [0, 1, 2]) {
    const message = step === 0 ? cloud.waiting.splice(0)[0] : cloud.queues.sent.splice(0)[0];
    await deliver(cloud, message);
  }
  cloud.archive.drop(disabledKey(contract.name, contract.version), '');
  await drainInOrder(cloud);
  const csv = Buffer.from((await cloud.archive.get(cloud.archive.keys('results/')[1]))?.body ?? []).toString();
  expect(csv).toContain('withdrawn,,model-disabled');
  expect((await countLedger(cloud.archive, cloud.intake)).total.outcomes).toMatchObject({ abstained: 2, published: 0 });
});

test('a model that is switched off before intake gets no slot', async () => {
  const contract = await plainContract();
  const cloud = await northCloud();
  cloud.archive.drop(disabledKey(contract.name, contract.version), '');
  const { plan } = await dropAndSettle(cloud, KEY, table(1));
  expect(plan.units[0].slots).toEqual([]);
});

test('without any model the unit abstains, closes and reaches its receipt', async () => {
  const cloud = await northCloud({ contracts: [] });
  const { receipt } = await dropAndSettle(cloud, KEY, table(1, 2));
  expect(receipt.outcomes).toMatchObject({ abstained: 2, published: 0 });
  expect(cloud.archive.keys('predictions/')).toEqual([]);
});

test('a unit waits for the models of both lanes', async () => {
  const contracts = [await plainContract(), await plainContract({ name: 'large-double', lane: 'large' })];
  const cloud = await northCloud({ contracts });
  dropFile(cloud, KEY, table(1, 2));
  await deliver(cloud, cloud.waiting.splice(0)[0]);
  await deliver(cloud, cloud.queues.sent.splice(0)[0]);
  const lanes = cloud.queues.sent.filter(({ queue }) => queue.startsWith('predict'));
  expect(lanes.map(({ queue }) => queue).sort()).toEqual(['predict', 'predict-large']);
  cloud.queues.sent.length = 0;
  await deliver(cloud, lanes[0]);
  expect(cloud.queues.sent).toEqual([]);
  await deliver(cloud, lanes[1]);
  expect(cloud.queues.sent.map(({ queue }) => queue)).toEqual(['publish']);
});

test('a model that was trained on these very people is called apparent, never external', async () => {
  const cloud = await northCloud();
  await dropAndSettle(cloud, KEY, table(1, 2));
  const studies = await readObjects(cloud.archive, 'studies', await tableObjects(cloud.archive, 'studies'));
  const seen = studies.map(({ payload }) => payloadHash(payload));
  const plain = await plainContract();
  const contract = await plainContract({ training: { ...plain.training, groups: { north: seen } } });
  const again = await northCloud({ contracts: [contract], models: async () => logisticDouble(contract) });
  await dropAndSettle(again, KEY, `${table(1, 2)}\n${row(3)}`);
  const rows = await readObjects(again.archive, 'predictions', await tableObjects(again.archive, 'predictions'));
  expect(rows.map(({ row: at, relation }) => [at, relation])).toEqual([
    [1, 'apparent'],
    [2, 'apparent'],
    [3, 'external'],
  ]);
});

test('a row outside what the model accepts abstains with its reason, beside rows that are scored', async () => {
  const cloud = await northCloud();
  const { receipt } = await dropAndSettle(cloud, KEY, `${HEADER}\n${row(1)}\nP2,17,F,1,200,130\nP3,50,F,1,,`);
  expect(receipt.outcomes).toMatchObject({ published: 1, abstained: 2 });
  const contract = await plainContract();
  const reasons = (await predictionsOf(cloud, contract.name)).map(({ reason }) => reason);
  expect(reasons[0]).toBeNull();
  expect(reasons.slice(1).every((reason) => reason !== null)).toBe(true);
});
