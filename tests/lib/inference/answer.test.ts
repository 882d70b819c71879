import { describe, expect, test } from 'vitest';
import { answerEcg } from '#lib/inference/ecg-answer.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { prepareEcg } from '#lib/inference/prepare-ecg.ts';
import { type Json, smallContract, smallSession } from './models.ts';

// The graphs take the mean of each lead; leads that are constant have means that one can write down.
// Softmax and logistic values: numpy 2.4.6, as beside each.
const LEVELS = [0.5, -1, 2];
const TILED = [
  { operation: 'select-leads', order: ['I', 'II', 'V5'] },
  { operation: 'tile-windows', lengthSeconds: 5, strideSeconds: 5, remainder: 'drop', shorter: 'whole' },
];
const combine = (method: string, inGraph: boolean) => ({
  preprocessing: [...TILED, { operation: 'combine-windows', method, inGraph }],
});
const output = (changes: Json) => ({
  name: 'y',
  type: 'float32',
  shape: ['windows', 3],
  values: 'logits',
  meaning: 'y',
  ...changes,
});

/** 10 s at 100 Hz: constant leads; in the second half their order is turned round. */
const leads = (turned: boolean) =>
  ['I', 'II', 'V5'].map((name, n) => ({
    name,
    samplingRateHz: 100,
    samplesMv: Float32Array.from({ length: 1000 }, (_, at) => LEVELS[turned && at >= 500 ? 2 - n : n]),
  }));

async function answer(graph: string, contract: EcgContract, turned = false) {
  const ecg = prepareEcg(contract, leads(turned));
  if ('abstain' in ecg) throw new Error(ecg.abstain);
  return answerEcg(contract, await smallSession(graph, contract), ecg);
}

const close = (found: readonly number[], wanted: readonly number[]): void => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, n) => {
    expect(value).toBeCloseTo(wanted[n], 6);
  });
};

// import numpy as np; e = np.exp([.5, -1, 2]); e / e.sum()
const SOFTMAX = [0.1752904, 0.0391126, 0.785597];
// np.mean([e / e.sum(), e[::-1] / e.sum()], axis=0)
const MEAN_OF_BOTH = [0.4804437, 0.0391126, 0.4804437];
// m = np.exp([1.25, -1, 1.25]); m / m.sum()
const SOFTMAX_OF_MEAN = [0.4749693, 0.0500614, 0.4749693];

describe('one answer from the windows', () => {
  test('a single window: softmax of its logits', async () => {
    const { probabilities, windows } = await answer('means', smallContract('means'));
    close(probabilities, SOFTMAX);
    expect(windows).toEqual([{ startSeconds: 0, endSeconds: 10, score: probabilities[1] }]);
  });

  test('samples before leads in the input', async () => {
    const inputs = [{ name: 'x', type: 'float32', shape: ['windows', 'samples', 'leads'], meaning: 'mV' }];
    close((await answer('means-last', smallContract('means-last', { inputs }))).probabilities, SOFTMAX);
  });

  test('mean of the probabilities, and each window by itself', async () => {
    const contract = smallContract('means', { ...combine('mean-of-probabilities', false), positive: 'third' });
    const { probabilities, windows } = await answer('means', contract, true);
    close(probabilities, MEAN_OF_BOTH);
    expect(windows.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 5],
      [5, 10],
    ]);
    close(
      windows.map(({ score }) => score),
      [SOFTMAX[2], SOFTMAX[0]],
    );
  });

  test('softmax of the mean logits', async () => {
    const contract = smallContract('means', combine('mean-of-logits', false));
    close((await answer('means', contract, true)).probabilities, SOFTMAX_OF_MEAN);
  });

  test('windows combined in the graph, their own logits beside', async () => {
    const outputs = [output({}), output({ name: 'p', shape: [3], values: 'probabilities' })];
    const contract = smallContract('combined', { ...combine('mean-of-logits', true), outputs });
    const { probabilities, windows } = await answer('combined', contract, true);
    close(probabilities, SOFTMAX_OF_MEAN);
    close(
      windows.map(({ score }) => score),
      [SOFTMAX[1], SOFTMAX[1]],
    );
  });

  test('a graph that answers for the recording only has no scores of windows', async () => {
    const outputs = [output({ name: 'p', shape: [3], values: 'probabilities' })];
    const { windows } = await answer(
      'combined',
      smallContract('combined', { ...combine('mean-of-logits', true), outputs }),
      true,
    );
    expect(windows).toEqual([]);
  });

  test('one probability of a binary model is that of the positive class', async () => {
    const binary = {
      task: 'binary',
      classes: ['yes', 'no'],
      positive: 'yes',
      accepts: {
        kind: 'ecg',
        leads: { oneOf: ['I'] },
        samplingRateHz: { minimum: 10, maximum: 1000 },
        durationSeconds: { minimum: 1, maximum: 60 },
      },
      preprocessing: [{ operation: 'select-lead', order: ['I'] }],
      inputs: [{ name: 'x', type: 'float32', shape: ['windows', 'samples'], meaning: 'mV' }],
      outputs: [output({ shape: ['windows'], values: 'probabilities' })],
    };
    const training = { ...smallContract('logistic').training, classes: { yes: 1, no: 1 } };
    // 1 / (1 + np.exp(-.5))
    close(
      (await answer('logistic', smallContract('logistic', { ...binary, training }))).probabilities,
      [0.6224593, 0.3775407],
    );
  });
});

describe('a graph that is not what its contract says is refused', () => {
  test.each<[string, string, Json, string | RegExp]>([
    [
      'NaN, which the runtime passes silently',
      'not-a-number',
      {},
      'not-a-number.onnx: found NaN in y, allowed finite numbers',
    ],
    ['another number of columns', 'six-columns', {}, 'found y of float32 [1, 6], allowed float32 [1, 3]'],
    [
      'a fixed length that the windows do not have',
      'fixed-length',
      {},
      'found a graph that does not take 1 × 3 × 1000',
    ],
    [
      'numbers that are no probabilities',
      'means',
      { outputs: [output({ values: 'probabilities' })] },
      /y: found 0\.5000, -1\.000, 2\.000, allowed probabilities with the sum 1/,
    ],
    [
      'an output that it has not',
      'means',
      { outputs: [output({ name: 'z' })] },
      'found outputs y, allowed z as in the contract',
    ],
    [
      'an input that it has not',
      'means',
      { inputs: [{ name: 'ecg', type: 'float32', shape: ['windows', 'leads', 'samples'], meaning: 'mV' }] },
      'found inputs x, allowed ecg as in the contract',
    ],
  ])('%s', async (_, graph, changes, message) => {
    await expect(answer(graph, smallContract(graph, changes))).rejects.toThrow(message);
    await expect(answer(graph, smallContract(graph, changes))).rejects.toHaveProperty('name', 'InvalidModel');
  });
});
