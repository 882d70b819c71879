// Puts the shipped models into the archive: verified first, the contract last, an existing version never changed.
import { createHash } from 'node:crypto';
import { readContract } from '#lib/inference/contract.ts';
import { type ModelFileReader, verifyModel } from '#lib/inference/golden.ts';
import { modelJson } from '#lib/inference/model-json.ts';
import { modelKey } from '#lib/ledger/keys.ts';
import { InvalidModel } from '../errors.ts';
import type { Bucket } from '../ports.ts';

/** Verifies a model folder and writes it under `models/<name>/<version>/`; returns `<name>@<version>`. */
export async function installModel(source: string, read: ModelFileReader, archive: Bucket): Promise<string> {
  const json = await read('model.json');
  if (json === undefined) throw new InvalidModel(source, 'model.json: found nothing, allowed the contract');
  const contract = readContract(source, modelJson(source, 'model.json', json));
  await verifyModel(contract, read);
  const files = [...contract.files.map(({ file }) => file), contract.golden.file, 'card.md', 'model.json'];
  for (const file of files) await put(contract, file, read, archive);
  return `${contract.name}@${contract.version}`;
}

async function put(
  { name, version }: { name: string; version: string },
  file: string,
  read: ModelFileReader,
  archive: Bucket,
): Promise<void> {
  const bytes = await read(file);
  if (bytes === undefined)
    throw new InvalidModel(`${name}@${version}`, `${file}: found nothing, allowed the file of the model's folder`);
  const key = modelKey(name, version, file);
  if (await archive.create(key, bytes)) return;
  const stored = (await archive.get(key))?.body;
  if (stored === undefined || hash(stored) !== hash(bytes)) {
    throw new InvalidModel(
      `${name}@${version}`,
      `${file}: found other content under this version, allowed a new version number`,
    );
  }
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
