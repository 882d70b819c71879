// Contracts for tests: the shipped ECG model, one as a user would bring it, and small graphs with a contract around them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEcgContract, readContract } from '#lib/inference/contract.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { openSession, type Session } from '#lib/inference/session.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const ECG_AF = join(ROOT, 'models/ecg-af');
export const FIXTURES = join(ROOT, 'tests/fixtures/reference/inference');
export const THREE_LEADS = join(FIXTURES, 'three-leads');

export type Json = Record<string, unknown>;

/** The model.json of a folder as it stands there. */
export const contractJson = (folder: string): Json => JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));

export function ecgContract(json: Json): EcgContract {
  const contract = readContract('test', json);
  if (!isEcgContract(contract)) throw new Error('found a contract of another kind, expected ecg');
  return contract;
}

/** Contract of a small graph with three classes, which reads I, II and V5 as they are. */
export function smallContract(name: string, changes: Json = {}): EcgContract {
  const leads = ['I', 'II', 'V5'];
  const sha256 = createHash('sha256').update(graph(name)).digest('hex');
  return ecgContract({
    ...contractJson(THREE_LEADS),
    task: 'multiclass',
    classes: ['first', 'second', 'third'],
    positive: 'second',
    accepts: {
      kind: 'ecg',
      leads: { allOf: leads },
      samplingRateHz: { minimum: 10, maximum: 1000 },
      durationSeconds: { minimum: 1, maximum: 60 },
    },
    preprocessing: [{ operation: 'select-leads', order: leads }],
    inputs: [{ name: 'x', type: 'float32', shape: ['windows', 'leads', 'samples'], meaning: 'mV' }],
    outputs: [
      { name: 'y', type: 'float32', shape: ['windows', 3], values: 'logits', meaning: 'the mean of each lead' },
    ],
    training: {
      ...(contractJson(THREE_LEADS).training as Json),
      classes: { first: 1, second: 1 },
    },
    files: [{ file: 'model.onnx', sha256, role: 'final' }],
    ...changes,
  });
}

const graph = (name: string): Uint8Array => readFileSync(join(FIXTURES, `small/${name}.onnx`));

export const smallSession = (name: string, { inputs, outputs, files }: EcgContract): Promise<Session> =>
  openSession(graph(name), {
    model: 'small@1.0.0',
    file: `${name}.onnx`,
    sha256: files[0].sha256,
    threads: 1,
    inputs,
    outputs,
  });
