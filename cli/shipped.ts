import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readContract } from '#lib/inference/contract.ts';

export const SHIPPED_MODELS = resolve(import.meta.dirname, '../models');

/** Version of a model that this project ships. */
export async function shippedVersion(name: string): Promise<string> {
  return readContract(name, JSON.parse(await readFile(join(SHIPPED_MODELS, name, 'model.json'), 'utf8'))).version;
}
