// Models loaded when the first message needs them and kept warm. Hashes at every load, golden vectors once per process.

import { InvalidModel } from '#functions/errors.ts';
import type { Bucket } from '#functions/ports.ts';
import { archiveReader, contractOf, type ModelId } from './catalogue.ts';
import { isEcgContract, isMeasurementsContract, type ModelContract } from './contract.ts';
import type { EcgContract } from './ecg-contract.ts';
import { type ModelFileReader, verifyModel } from './golden.ts';
import type { MeasurementsContract } from './measurements-contract.ts';
import { openSession, type Session } from './session.ts';

export interface LoadedModel<Contract extends ModelContract = ModelContract> {
  readonly contract: Contract;
  session(file: string): Promise<Session>;
}

export const readsEcg = (model: LoadedModel): model is LoadedModel<EcgContract> => isEcgContract(model.contract);
export const readsMeasurements = (model: LoadedModel): model is LoadedModel<MeasurementsContract> =>
  isMeasurementsContract(model.contract);

export type ModelLoader = (id: ModelId) => Promise<LoadedModel>;

/** A loader that remembers what it has loaded; a failed load is tried again at the next call. */
export function createLoader(archive: Bucket, threads: number): ModelLoader {
  const remember = memory<LoadedModel>();
  return (id) => remember(`${id.model}@${id.version}`, () => load(archive, id, threads));
}

async function load(archive: Bucket, id: ModelId, threads: number): Promise<LoadedModel> {
  const contract = await contractOf(archive, id);
  const read = archiveReader(archive, id);
  await verifyModel(contract, read);
  const remember = memory<Session>();
  return { contract, session: (file) => remember(file, () => open(contract, file, threads, read)) };
}

async function open(contract: ModelContract, file: string, threads: number, read: ModelFileReader): Promise<Session> {
  const model = `${contract.name}@${contract.version}`;
  const entry = contract.files.find((candidate) => candidate.file === file);
  const weights = entry && (await read(file));
  if (!entry || !weights) throw new InvalidModel(model, `${file}: found nothing, allowed a file of the contract`);
  const { inputs, outputs } = contract;
  return openSession(weights, { model, file, sha256: entry.sha256, threads, inputs, outputs });
}

function memory<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key, make) => {
    const cached = known.get(key);
    if (cached) return cached;
    const made = make();
    known.set(key, made);
    made.catch(() => known.delete(key));
    return made;
  };
}
