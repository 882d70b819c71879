import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RefusedInput } from '#functions/errors.ts';
import { type ModelContract, readContract } from '#lib/inference/contract.ts';
import { modelJson } from '#lib/inference/model-json.ts';
import { modelFolders } from '#lib/local/folder.ts';

/** Contracts of all models in a folder of model folders; refuses a folder without any. */
export async function contractsIn(
  from: string,
): Promise<readonly { readonly folder: string; readonly contract: ModelContract }[]> {
  const folders = await modelFolders(from).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(
      `models: found no folder that can be read (${error.code}), expected a folder of model folders`,
    );
  });
  if (folders.length === 0) throw new RefusedInput('models: found no folder with a model.json, expected at least one');
  return Promise.all(
    folders.map(async (folder) => {
      const name = basename(folder);
      const json = modelJson(name, 'model.json', await readFile(join(folder, 'model.json')));
      return { folder, contract: readContract(name, json) };
    }),
  );
}
