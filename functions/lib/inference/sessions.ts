// Models loaded when the first message needs them and kept warm. Hashes at every load, golden vectors once per process and file.

import type { Bucket } from '#functions/ports.ts';
import { archiveReader, contractOf, type ModelId } from './catalogue.ts';
import { isEcgContract, isMeasurementsContract, type ModelContract } from './contract.ts';
import type { EcgContract } from './ecg-contract.ts';
import { goldenCases, openFile, verifyFile } from './golden.ts';
import type { MeasurementsContract } from './measurements-contract.ts';
import type { Session } from './session.ts';

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

/** Golden vectors are checked of the weights that are used, when they are first used: a process that scores by one fold loads one. */
async function load(archive: Bucket, id: ModelId, threads: number): Promise<LoadedModel> {
  const contract = await contractOf(archive, id);
  const read = archiveReader(archive, id);
  const cases = await goldenCases(contract, read);
  const remember = memory<Session>();
  const open = async (file: string): Promise<Session> => {
    const session = await openFile(contract, file, threads, read);
    await verifyFile(contract, file, session, cases);
    return session;
  };
  return { contract, session: (file) => remember(file, () => open(file)) };
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
