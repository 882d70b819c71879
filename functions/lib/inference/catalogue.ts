// Models in the archive: `models/<name>/<version>/`, and which of them are switched off.
import { InvalidModel } from '#functions/errors.ts';
import type { Bucket } from '#functions/ports.ts';
import type { Slot } from '#functions/study.ts';
import { disabledKey, modelKey } from '#lib/ledger/keys.ts';
import { type ModelContract, readContract } from './contract.ts';
import type { ModelFileReader } from './golden.ts';
import { modelJson } from './model-json.ts';

const CONTRACT = /^models\/([^/]+)\/([^/]+)\/model\.json$/;

export interface ModelId {
  readonly model: string;
  readonly version: string;
}

/** Models whose contract is there (it is written last), sorted. */
export async function listModels(archive: Bucket): Promise<readonly ModelId[]> {
  const models: ModelId[] = [];
  for await (const { key } of archive.list('models/')) {
    const match = CONTRACT.exec(key);
    if (match) models.push({ model: match[1] as string, version: match[2] as string });
  }
  return models;
}

export const isDisabled = (archive: Bucket, { model, version }: ModelId): Promise<boolean> =>
  archive.has(disabledKey(model, version));

/** Contracts are installed once and never change; one with thousands of hashes takes milliseconds to read and to check. */
const checked = new WeakMap<Bucket, Map<string, ModelContract>>();

/** The contract of a model in the archive, checked. */
export async function contractOf(archive: Bucket, { model, version }: ModelId): Promise<ModelContract> {
  const id = `${model}@${version}`;
  const contracts = checked.get(archive) ?? new Map<string, ModelContract>();
  checked.set(archive, contracts);
  const known = contracts.get(id);
  if (known !== undefined) return known;
  const stored = await archive.get(modelKey(model, version, 'model.json'));
  if (stored === undefined) throw new InvalidModel(id, 'model.json: found nothing, allowed the contract');
  const contract = readContract(id, modelJson(id, 'model.json', stored.body));
  contracts.set(id, contract);
  return contract;
}

export const archiveReader =
  (archive: Bucket, { model, version }: ModelId): ModelFileReader =>
  async (file) =>
    (await archive.get(modelKey(model, version, file)))?.body;

/**
 * Slots for studies of a kind: one per model version that accepts it and is not switched off. A contract that cannot be read
 * is handed to `refused` and keeps no other model and no hospital waiting.
 */
export async function slotsFor(
  kind: string,
  archive: Bucket,
  refused: (error: InvalidModel) => void,
): Promise<readonly Slot[]> {
  const slots: Slot[] = [];
  for (const id of await listModels(archive)) {
    if (await isDisabled(archive, id)) continue;
    const contract = await readableContract(archive, id, refused);
    if (contract?.accepts.kind === kind) slots.push({ ...id, lane: contract.lane });
  }
  return slots;
}

async function readableContract(
  archive: Bucket,
  id: ModelId,
  refused: (error: InvalidModel) => void,
): Promise<ModelContract | undefined> {
  try {
    return await contractOf(archive, id);
  } catch (error) {
    if (!(error instanceof InvalidModel)) throw error;
    refused(error);
    return undefined;
  }
}
