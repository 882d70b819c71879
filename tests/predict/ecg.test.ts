// ecg-af over units of one ECG: scores, abstentions, and models that are not what they say.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { installModel } from '#functions/install/install.ts';
import type { Measurements, PredictionRow } from '#functions/study.ts';
import { leadHash, type StoredLead } from '#lib/formats/ecg-object.ts';
import { createLoader } from '#lib/inference/sessions.ts';
import { ecgKey, modelKey } from '#lib/ledger/keys.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket } from '#lib/local/memory.ts';
import { inventedLeads } from '../lib/inference/invented-ecg.ts';
import { contractJson, ECG_AF, type Json, THREE_LEADS } from '../lib/inference/models.ts';
import { type MemoryCloud, memoryCloud } from '../steps/memory-cloud.ts';
import { copyModels } from '../steps/models.ts';
import { detailOf, GOLDEN, goldenLead, MESSAGE, predictionOf, putEcg } from './ecg-unit.ts';

const [SINUS, FIBRILLATION, PREMATURE, NOISE] = GOLDEN;
const CLASSES = ['normal', 'atrial-fibrillation', 'other-rhythm', 'noise'];

let installed: MemoryBucket;

beforeAll(async () => {
  installed = new MemoryBucket();
  await installModel('ecg-af', folderReader(ECG_AF), installed);
  await installModel('three-leads', folderReader(THREE_LEADS), installed);
});

async function cloudWithModels(): Promise<MemoryCloud> {
  const models = createLoader(installed, 1);
  const cloud = memoryCloud({ models });
  await copyModels(installed, cloud.archive);
  return cloud;
}

async function answerTo(leads: readonly StoredLead[], about?: Measurements): Promise<PredictionRow> {
  const cloud = await cloudWithModels();
  putEcg(cloud.archive, leads, about);
  return predictionOf(cloud);
}

describe('a score', () => {
  test('is the probability of fibrillation, with all classes and the lead beside it', async () => {
    const row = await answerTo([goldenLead(FIBRILLATION)]);
    const wanted = FIBRILLATION.expected['all.onnx'];
    expect(row).toMatchObject({ row: 1, status: 'scored', reason: null, file: 'all.onnx', relation: 'external' });
    expect(row.score).toBeCloseTo(wanted[1], 6);
    const { lead, probabilities } = detailOf(row);
    expect([lead, Object.keys(probabilities)]).toEqual(['ECG', CLASSES]);
    CLASSES.forEach((name, n) => {
      expect(probabilities[name]).toBeCloseTo(wanted[n], 6);
    });
  });

  test('of a long recording says what each window says by itself', async () => {
    const { windows } = detailOf(await answerTo([goldenLead(PREMATURE)]));
    expect(windows.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 30],
      [10, 40],
    ]);
    // softmax of the `logits` of all.onnx, by onnxruntime 1.32.0 for Python and scipy.special.softmax
    expect(windows[0].score).toBeCloseTo(0.0011912157, 6);
    expect(windows[1].score).toBeCloseTo(0.0012317854, 6);
  });

  test('comes from lead I before the others, whatever their order in the file', async () => {
    const leads = [goldenLead(SINUS, 'II'), goldenLead(SINUS, 'V1'), goldenLead(FIBRILLATION, 'I')];
    const row = await answerTo(leads.map((lead) => ({ ...lead, samplesMv: lead.samplesMv.slice(0, 1000) })));
    expect(detailOf(row).lead).toBe('I');
    expect(row.score).toBeGreaterThan(0.5);
  });

  test('does not depend on what else was scored before', async () => {
    const cloud = await cloudWithModels();
    const once = await answerTo([goldenLead(SINUS)]);
    for (const golden of [FIBRILLATION, SINUS]) {
      for (const key of cloud.archive.keys('predictions/')) await cloud.archive.remove(key);
      putEcg(cloud.archive, [goldenLead(golden)]);
      const row = await predictionOf(cloud);
      if (golden === SINUS) expect(row).toEqual(once);
    }
  });

  test('is given for a range of the one row too, which is never halved', async () => {
    const cloud = await cloudWithModels();
    putEcg(cloud.archive, [goldenLead(SINUS)]);
    const row = await predictionOf(cloud, { ...MESSAGE, range: { from: 0, to: 1 } }, 3);
    expect(row.status).toBe('scored');
    expect(cloud.queues.sent.map(({ queue }) => queue)).toEqual(['publish']);
  });

  test('by a model of several leads that a user brought', async () => {
    const cloud = await cloudWithModels();
    putEcg(cloud.archive, inventedLeads(500, 10), { age: 60, sex: 'F' });
    const slots = [{ model: 'three-leads', version: '1.0.0', lane: 'standard' }] as const;
    const row = await predictionOf(cloud, { ...MESSAGE, slots });
    const [{ expected }] = JSON.parse(
      Buffer.from((await folderReader(THREE_LEADS)('golden.json')) ?? []).toString('utf8'),
    ).cases;
    expect(row.score).toBeCloseTo(expected['model.onnx'][1], 5);
    expect(detailOf(row).lead).toBe('V5, II, I');
  });
});

describe('the weights that judge', () => {
  const lead = goldenLead(FIBRILLATION);
  const seenBy = async (groups: Json): Promise<PredictionRow> => {
    const cloud = await cloudWithModels();
    const json = contractJson(ECG_AF);
    const training = json.training as Json;
    const changed = { ...json, training: { ...training, groups: { ...(training.groups as Json), ...groups } } };
    cloud.archive.drop(modelKey('ecg-af', '1.0.0', 'model.json'), JSON.stringify(changed));
    putEcg(cloud.archive, [lead]);
    return predictionOf({ ...cloud, ports: { ...cloud.ports, models: createLoader(cloud.archive, 1) } });
  };

  test('of a recording from training are those that left it out', async () => {
    const row = await seenBy({ 'fold-3': [leadHash(lead)] });
    expect(row).toMatchObject({ file: 'fold-3.onnx', relation: 'left-out-fold' });
    expect(row.score).toBeCloseTo(FIBRILLATION.expected['fold-3.onnx'][1], 6);
  });

  test('of a recording that no fold left out are those of all, called apparent', async () => {
    const hash = leadHash(lead);
    expect(await seenBy({ 'fold-3': [hash], 'fold-4': [hash] })).toMatchObject({
      file: 'all.onnx',
      relation: 'apparent',
    });
  });
});

describe('an abstention', () => {
  test('for noise keeps what the model said, without a score', async () => {
    const row = await answerTo([goldenLead(NOISE)]);
    expect(row).toMatchObject({
      status: 'abstained',
      reason: 'noise-probable',
      score: null,
      relation: null,
      file: 'all.onnx',
    });
    expect(detailOf(row).probabilities.noise).toBeCloseTo(NOISE.expected['all.onnx'][3], 6);
  });

  const sinus = goldenLead(SINUS);
  const times = (gain: number): StoredLead => ({ ...sinus, samplesMv: sinus.samplesMv.map((sample) => sample * gain) });
  const constant = (value: number): StoredLead => ({ ...sinus, samplesMv: sinus.samplesMv.map(() => value) });
  const lasting = (samples: number): StoredLead => ({ ...sinus, samplesMv: new Float32Array(samples).fill(0.1) });

  test.each([
    ['other leads only', [{ ...sinus, name: 'V1' }], 'lead-missing'],
    ['no lead', [], 'lead-missing'],
    ['a rate below 100 Hz', [{ ...sinus, samplingRateHz: 50 }], 'sampling-rate-outside'],
    ['no samples', [lasting(0)], 'duration-outside'],
    ['less than 9 s', [lasting(899)], 'duration-outside'],
    ['more than 120 s', [lasting(12_001)], 'duration-outside'],
    ['a lead without any valid sample', [constant(Number.NaN)], 'samples-missing'],
    ['a flat lead', [constant(0)], 'amplitude-too-low'],
    ['a constant offset', [constant(2)], 'amplitude-too-low'],
    ['a gain 1000 times too small', [times(0.001)], 'amplitude-too-low'],
    ['a gain 1000 times too large', [times(1000)], 'amplitude-too-high'],
  ])('for %s has its reason, and nothing was computed', async (_, leads, reason) => {
    expect(await answerTo(leads)).toMatchObject({ status: 'abstained', reason, score: null, file: null, detail: null });
  });

  test.each([
    [{ age: 17 }, 'age-outside'],
    [{ sex: 'unknown' }, 'sex-outside'],
  ])('for %o, where the contract has limits', async (about, reason) => {
    const cloud = await cloudWithModels();
    putEcg(cloud.archive, inventedLeads(500, 10), about);
    const slots = [{ model: 'three-leads', version: '1.0.0', lane: 'standard' }] as const;
    expect(await predictionOf(cloud, { ...MESSAGE, slots })).toMatchObject({ status: 'abstained', reason });
  });

  test('is not needed for any age and sex where the contract has no limits', async () => {
    expect((await answerTo([sinus], { age: 119, sex: 'F' })).status).toBe('scored');
  });

  test('is not needed for a short gap, over which a line is drawn', async () => {
    const samplesMv = sinus.samplesMv.slice();
    samplesMv.fill(Number.NaN, 500, 510);
    const row = await answerTo([{ ...sinus, samplesMv }]);
    expect(row.status).toBe('scored');
    expect(row.score).toBeLessThan(0.01);
  });
});

describe('what is not as it should be', () => {
  test('weights that were changed fail by name where they would judge, and nothing is thrown', async () => {
    const cloud = await cloudWithModels();
    const key = modelKey('ecg-af', '1.0.0', 'all.onnx');
    cloud.archive.drop(
      key,
      Buffer.concat([(await cloud.archive.get(key))?.body ?? new Uint8Array(), Buffer.from([0])]),
    );
    putEcg(cloud.archive, [goldenLead(SINUS)]);
    const row = await predictionOf({ ...cloud, ports: { ...cloud.ports, models: createLoader(cloud.archive, 1) } });
    expect(row).toMatchObject({ status: 'failed', score: null });
    expect(row.reason).toMatch(/^model ecg-af@1\.0\.0: all\.onnx: found sha256 [0-9a-f]{64}, allowed [0-9a-f]{64}$/);
  });

  test('an ECG whose bytes are not those described is not scored, and the message comes again', async () => {
    const cloud = await cloudWithModels();
    putEcg(cloud.archive, [goldenLead(SINUS)]);
    const key = ecgKey(MESSAGE.site, MESSAGE.unit);
    const bytes = Buffer.from((await cloud.archive.get(key))?.body ?? []);
    const found = createHash('sha256')
      .update(bytes.fill(1, bytes.length - 1))
      .digest('hex');
    cloud.archive.drop(key, bytes);
    await expect(predictionOf(cloud)).rejects.toThrow(`predict: found an ECG with sha256 ${found}, expected `);
    expect(cloud.archive.keys('predictions/')).toEqual([]);
  });

  test('an ECG that is not there is not scored', async () => {
    const cloud = await cloudWithModels();
    putEcg(cloud.archive, [goldenLead(SINUS)]);
    await cloud.archive.remove(ecgKey(MESSAGE.site, MESSAGE.unit));
    await expect(predictionOf(cloud)).rejects.toThrow('predict: found a unit without its study');
  });
});
