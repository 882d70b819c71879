import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ModelFileReader, verifyModel } from '#lib/inference/golden.ts';
import { folderReader } from '#lib/local/folder.ts';
import { contractJson, ECG_AF, ecgContract, type Json, THREE_LEADS } from './models.ts';

interface Golden {
  readonly cases: readonly (Json & { readonly expected: Record<string, readonly number[]> })[];
}

const golden = (folder: string): Golden => JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8'));

/** Verifies a model folder whose golden file is another one, with the hash that belongs to it. */
function verifyWith(folder: string, json: unknown) {
  const bytes = Buffer.from(JSON.stringify(json));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const contract = contractJson(folder);
  const changed = ecgContract({ ...contract, golden: { ...(contract.golden as Json), sha256 } });
  const read: ModelFileReader = async (file) => (file === 'golden.json' ? bytes : folderReader(folder)(file));
  return verifyModel(changed, read);
}

test('ecg-af computes what onnxruntime for Python computed, with all six weights', async () => {
  const results = await verifyModel(ecgContract(contractJson(ECG_AF)), folderReader(ECG_AF));
  expect(results.map(({ file, cases }) => [file, cases])).toEqual(
    ['all', 'fold-1', 'fold-2', 'fold-3', 'fold-4', 'fold-5'].map((name) => [`${name}.onnx`, 5]),
  );
  expect(Math.max(...results.map(({ maximumDifference }) => maximumDifference))).toBeLessThan(1e-5);
});

test('a model of three leads, as a user brings it, needs no code', async () => {
  const [result] = await verifyModel(ecgContract(contractJson(THREE_LEADS)), folderReader(THREE_LEADS));
  expect(result.cases).toBe(2);
  expect(result.maximumDifference).toBeLessThan(1e-5);
});

describe('a golden file that is not met is refused', () => {
  let vectors: Golden;
  beforeAll(() => {
    vectors = golden(ECG_AF);
  });
  const withFirst = (change: Json): Golden => ({
    cases: [{ ...vectors.cases[0], ...change }, ...vectors.cases.slice(1)],
  });
  const first = (name: string): Json => vectors.cases[0][name] as Json;

  test('another probability', async () => {
    const expected = { ...vectors.cases[0].expected, 'fold-2.onnx': [0.9454, 0.001, 0.0515, 0.0021] };
    await expect(verifyWith(ECG_AF, withFirst({ expected }))).rejects.toThrow(
      /fold-2\.onnx: golden vector 0: found 0\.945\d+, allowed 0\.9454 within 0\.00001/,
    );
  });

  test('fewer probabilities than classes', async () => {
    const expected = { ...vectors.cases[0].expected, 'all.onnx': vectors.cases[0].expected['all.onnx'].slice(0, 3) };
    await expect(verifyWith(ECG_AF, withFirst({ expected }))).rejects.toThrow('golden vector 0: found 4, allowed 3');
  });

  test('weights without a vector', async () => {
    const { 'fold-4.onnx': _, ...expected } = vectors.cases[0].expected;
    await expect(verifyWith(ECG_AF, withFirst({ expected }))).rejects.toThrow(
      'golden.json: found no golden vector 0 for fold-4.onnx, allowed one for every file',
    );
  });

  test('another payload, number of samples or sample after preprocessing', async () => {
    const prepared = first('prepared');
    await expect(verifyWith(ECG_AF, withFirst({ payloadSha256: { ECG: 'a'.repeat(64) } }))).rejects.toThrow(
      /golden\.json: golden vector 0: found payload 9e0a[0-9a-f]+, allowed aaaa/,
    );
    await expect(verifyWith(ECG_AF, withFirst({ prepared: { ...prepared, windows: 2 } }))).rejects.toThrow(
      'golden vector 0: found 1000 samples in 1 windows, allowed 1000 samples in 2 windows',
    );
    await expect(verifyWith(ECG_AF, withFirst({ prepared: { ...prepared, values: { 3: 5 } } }))).rejects.toThrow(
      /golden vector 0: found \S+ at sample 3, allowed 5/,
    );
  });

  test('an ECG that the model does not read', async () => {
    await expect(verifyWith(ECG_AF, withFirst({ leads: { V1: first('leads').ECG } }))).rejects.toThrow(
      'golden vector 0: found lead-missing, allowed an ECG that the model reads',
    );
  });

  test('no cases', async () => {
    await expect(verifyWith(ECG_AF, { cases: [] })).rejects.toThrow('golden.json: found no usable golden vectors');
  });
});
