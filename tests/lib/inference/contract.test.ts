import { describe, expect, test } from 'vitest';
import { readContract, thresholdOf } from '#lib/inference/contract.ts';
import { contractJson, ECG_AF, type Json, THREE_LEADS } from './models.ts';

const shipped = contractJson(ECG_AF);
const own = contractJson(THREE_LEADS);

const part = (json: Json, name: string): Json => json[name] as Json;
const list = (json: Json, name: string): readonly Json[] => json[name] as readonly Json[];

test('the contract of ecg-af says what is read, what is done and what is answered', () => {
  expect(readContract('ecg-af', shipped)).toMatchObject({
    task: 'multiclass',
    positive: 'atrial-fibrillation',
    accepts: { kind: 'ecg', leads: { oneOf: ['I', 'ECG', 'II', 'MLII'] } },
  });
});

test("a fold's threshold belongs to its file, and any other file has the threshold of all", () => {
  const { thresholds } = readContract('ecg-af', shipped);
  expect(thresholdOf(thresholds[0], 'fold-3.onnx')).toBe(0.0709);
  expect(thresholdOf(thresholds[0], 'all.onnx')).toBe(0.0703);
  expect(thresholdOf(thresholds[0], null)).toBe(0.0703);
});

test('a contract for another kind of study is refused by its name', () => {
  expect(() => readContract('m', { ...own, accepts: { kind: 'heart-sound' } })).toThrow(
    'model m: model.json: accepts.kind: found another value, allowed measurements, ecg',
  );
});

test.each([
  ['at the top', (json: Json) => ({ ...json, sampleRate: 500 }), 'found unknown field sampleRate at top level'],
  [
    'in what is accepted',
    (json: Json) => ({ ...json, accepts: { ...part(json, 'accepts'), age: null, voltage: 'mV' } }),
    /model\.json: (accepts\.age|found unknown field voltage)/,
  ],
  [
    'in an operation',
    (json: Json) => ({ ...json, preprocessing: [{ ...list(json, 'preprocessing')[0], from: 'file' }] }),
    'found unknown field from at preprocessing.0',
  ],
  [
    'of an operation that is none',
    (json: Json) => ({ ...json, preprocessing: [{ operation: 'wavelet' }] }),
    /model\.json: preprocessing\.0\.operation: found another value, allowed select-lead, select-leads, fill-gaps/,
  ],
])('an unknown field %s is refused by name', (_, change, message) => {
  expect(() => readContract('m', change(own))).toThrow(message);
});

/** Steps of the contract with one of them changed, by its name. */
const step = (name: string, change: Json) => ({
  preprocessing: list(own, 'preprocessing').map((found) =>
    found.operation === name ? { ...found, ...change } : found,
  ),
});
const without = (name: string) => ({
  preprocessing: list(own, 'preprocessing').filter(({ operation }) => operation !== name),
});
const rule = (json: Json) => ({ abstain: [{ why: 'test', ...json }] });
const logits = { name: 'logit', type: 'float32', shape: [1, 1], values: 'logits', meaning: 'logit' };

test.each<[string, Json, string]>([
  ['version', { version: '1' }, 'version: found another value, allowed /^\\d+'],
  ['memoryMb', { memoryMb: '512' }, 'memoryMb: found another value, allowed number'],
  ['lane', { lane: 'gpu' }, 'lane: found another value, allowed standard, large'],
  ['thresholds', { thresholds: [] }, 'thresholds: found another value, allowed at least 1'],
  [
    'golden',
    { golden: { file: 'g.json', sha256: 'a'.repeat(64), tolerance: 0.1 } },
    'golden.tolerance: found another value, allowed at most 0.0001',
  ],
])('a value of %s that cannot be is refused with what can', (_, change, message) => {
  expect(() => readContract('m', { ...own, ...change })).toThrow(`model m: model.json: ${message}`);
});

describe('what contradicts itself is refused', () => {
  test.each<[string, Json, string]>([
    ['a positive class that is no class', { positive: 'sick' }, 'positive: found sick, allowed absent, present'],
    ['a class twice', { classes: ['present', 'present'] }, 'classes: found one twice'],
    ['three classes of a binary task', { classes: ['absent', 'present', 'other'] }, 'classes: found 3, allowed 2'],
    [
      'training classes that do not add up',
      { training: { ...part(own, 'training'), classes: { absent: 5 } } },
      'training.classes: found 5 in all, allowed 2 as in n',
    ],
    [
      'leads that are not those selected',
      { accepts: { ...part(own, 'accepts'), leads: { allOf: ['I', 'II'] } } },
      'accepts.leads: found I, II, allowed the order of select-leads: V5, II, I',
    ],
    [
      'one lead of several where all are read',
      { accepts: { ...part(own, 'accepts'), leads: { oneOf: ['V5', 'II', 'I'] } } },
      'accepts.leads: found V5, II, I',
    ],
    ['no selection of leads', without('select-leads'), 'preprocessing: found fill-gaps first, allowed select-lead'],
    [
      'gaps filled late',
      {
        preprocessing: [
          ...list(own, 'preprocessing').slice(0, 1),
          ...list(own, 'preprocessing').slice(2, 3),
          list(own, 'preprocessing')[1],
          ...list(own, 'preprocessing').slice(3),
        ],
      },
      'found fill-gaps at place 3, allowed 2',
    ],
    ['windows that nothing combines', without('combine-windows'), 'preprocessing: found tile-windows, allowed neither'],
    [
      'an edge above half of the rate',
      step('bandpass', { highHz: 63 }),
      'bandpass: found 63 Hz, allowed below 62.5 Hz',
    ],
    ['edges that fall', step('bandpass', { lowHz: 50 }), 'bandpass: found edges'],
    [
      'a crop longer than the shortest ECG',
      step('zscore-per-lead', { operation: 'crop', durationSeconds: 9, keep: 'start' }),
      'crop: found 9 s, allowed up to 8 s',
    ],
    [
      'limits that fall',
      { accepts: { ...part(own, 'accepts'), durationSeconds: { minimum: 9, maximum: 8 } } },
      'accepts.durationSeconds: found 9 to 8',
    ],
    [
      'an input without samples',
      { inputs: [{ name: 'ecg', type: 'float32', shape: [1, 'leads'], meaning: 'x' }] },
      'inputs: found shape 1 × leads',
    ],
    [
      'several leads in an input without leads',
      { inputs: [{ name: 'ecg', type: 'float32', shape: ['windows', 'samples'], meaning: 'x' }] },
      'inputs: found shape windows × samples for several leads',
    ],
    [
      'an output of five columns',
      { outputs: [{ ...logits, shape: [1, 5] }] },
      'outputs: logit: found shape 1 × 5, allowed windows × 2 or 2',
    ],
    ['two outputs of windows', { outputs: [logits, { ...logits, name: 'again' }] }, 'outputs: found two of one kind'],
    [
      'a graph that is said to combine and does not',
      step('combine-windows', { inGraph: true }),
      'outputs: found windows, allowed one of the recording',
    ],
    [
      'a mean of logits from probabilities',
      { ...step('combine-windows', { method: 'mean-of-logits' }), outputs: [{ ...logits, values: 'probabilities' }] },
      'outputs: logit: found probabilities, allowed logits',
    ],
    [
      'a rule about a class that is none',
      rule({ rule: 'probability-at-least', class: 'noise', value: 0.5, chosen: 'x' }),
      'found noise, allowed absent, present',
    ],
    [
      'a rule after a step that is not taken',
      rule({ rule: 'standard-deviation-below', millivolts: 1, after: 'notch' }),
      'found notch, allowed select-leads',
    ],
    [
      'a duration that is not accepted',
      rule({ rule: 'duration-outside', minimumSeconds: 5, maximumSeconds: 20 }),
      'found 5 to 20 s, allowed within 8 to 60 s',
    ],
    [
      'no final file',
      { files: [{ ...list(own, 'files')[0], role: 'fold', leftOut: 'x' }] },
      'files: found 0 of role final',
    ],
    [
      'a threshold of a file that is none',
      { thresholds: [{ name: 'even', value: 0.5, chosen: 'x', folds: { 'fold-9.onnx': 0.4 } }] },
      'thresholds: found folds of fold-9.onnx, allowed model.onnx',
    ],
  ])('%s', (_, change, message) => {
    expect(() => readContract('own', own)).not.toThrow();
    expect(() => readContract('own', { ...own, ...change })).toThrow(message);
  });

  test('a fold that leaves out a group that is none', () => {
    const files = list(shipped, 'files').map((file) =>
      file.leftOut === 'fold-2' ? { ...file, leftOut: 'fold-7' } : file,
    );
    expect(() => readContract('m', { ...shipped, files })).toThrow('files: found fold fold-7, allowed fold-1, fold-2');
  });
});
