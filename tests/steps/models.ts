// Models for the steps: the shipped one, installed once; and a double with the same contract that computes a logistic function.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installModel } from '#functions/install/install.ts';
import { isMeasurementsContract, type ModelContract, readContract } from '#lib/inference/contract.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import { createLoader, type LoadedModel, type ModelLoader } from '#lib/inference/sessions.ts';
import { modelKey } from '#lib/ledger/keys.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket } from '#lib/local/memory.ts';

export const SHIPPED_FOLDER = join(import.meta.dirname, '../../models/cad-measurements');

export interface InstalledModels {
  readonly archive: MemoryBucket;
  readonly loader: ModelLoader;
}

/** The shipped model in an archive of its own, with a loader that keeps it warm. */
export async function installShipped(): Promise<InstalledModels> {
  const archive = new MemoryBucket();
  await installModel('cad-measurements', folderReader(SHIPPED_FOLDER), archive);
  return { archive, loader: createLoader(archive, 1) };
}

/** Copies every model object into another archive, past its gate. */
export async function copyModels(from: MemoryBucket, to: MemoryBucket): Promise<void> {
  for (const key of from.keys('models/')) to.drop(key, (await from.get(key))?.body ?? new Uint8Array());
}

/** A contract made from the shipped one, without folds and training hashes, under another name. */
export async function plainContract(changes: Partial<MeasurementsContract> = {}): Promise<MeasurementsContract> {
  const json = JSON.parse(await readFile(join(SHIPPED_FOLDER, 'model.json'), 'utf8')) as MeasurementsContract;
  const plain = {
    ...json,
    name: 'logistic-double',
    files: json.files.filter(({ role }) => role === 'final'),
    thresholds: json.thresholds.map(({ name, value, chosen }) => ({ name, value, chosen })),
    training: { ...json.training, groups: {} },
    ...changes,
  };
  const contract = readContract('logistic-double', plain);
  if (!isMeasurementsContract(contract)) throw new Error('found a contract of another kind, expected measurements');
  return contract;
}

/** Puts a contract into the archive, without weights. */
export function putContract(archive: MemoryBucket, contract: ModelContract): void {
  archive.drop(modelKey(contract.name, contract.version, 'model.json'), JSON.stringify(contract));
}

/** Test double of a model: the logistic function of the row's sum, scaled; no weights and no onnxruntime. */
export function logisticDouble(contract: ModelContract): LoadedModel {
  return {
    contract,
    session: async () => ({
      async run({ values }) {
        const [rows, fields] = values.shape as [number, number];
        const probability = Float32Array.from({ length: rows }, (_, row) => {
          const sum = values.data.subarray(row * fields, (row + 1) * fields).reduce((total, value) => total + value, 0);
          return 1 / (1 + Math.exp(3 - sum / 200));
        });
        return { probability };
      },
    }),
  };
}

/** A loader of doubles for these contracts. */
export const doubleLoader =
  (...contracts: readonly ModelContract[]): ModelLoader =>
  async ({ model, version }) => {
    const contract = contracts.find((candidate) => candidate.name === model && candidate.version === version);
    if (contract === undefined) throw new Error(`found no double of ${model}@${version}, expected one`);
    return logisticDouble(contract);
  };
