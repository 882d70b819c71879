import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { type ModelContract, readContract } from '#lib/inference/contract.ts';
import { verifyModel } from '#lib/inference/golden.ts';
import { folderReader, modelFolders } from '#lib/local/folder.ts';
import { SHIPPED_MODELS } from './shipped.ts';

/** `tricuspid models list|verify`. */
export function modelsCommand(): Command {
  const command = new Command('models').description('the models that this version ships, or those of a folder');
  command
    .command('list')
    .description('name, version, what each model accepts, and its regulatory status')
    .option('--from <folder>', 'folder of model folders', SHIPPED_MODELS)
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid models list')
    .action(list);
  command
    .command('verify')
    .description('check contract, hashes and golden vectors of every model, on this machine')
    .option('--from <folder>', 'folder of model folders', SHIPPED_MODELS)
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid models verify --from ./models')
    .action(verify);
  return command;
}

interface Options {
  readonly from: string;
  readonly json?: boolean;
}

async function contracts(
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
      const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as unknown;
      return { folder, contract: readContract(basename(folder), json) };
    }),
  );
}

async function list({ from, json }: Options): Promise<void> {
  const models = (await contracts(from)).map(({ contract }) => ({
    name: contract.name,
    version: contract.version,
    title: contract.title,
    accepts: contract.accepts.kind,
    lane: contract.lane,
    files: contract.files.length,
    regulatoryStatus: contract.regulatoryStatus,
  }));
  if (json) return print(JSON.stringify({ models }, null, 2));
  for (const model of models) {
    print(
      `${model.name}@${model.version}  ${model.title} (from ${model.accepts}; ${model.files} weights; ${model.regulatoryStatus})`,
    );
  }
}

async function verify({ from, json }: Options): Promise<void> {
  const verified = [];
  for (const { folder, contract } of await contracts(from)) {
    const files = await verifyModel(contract, folderReader(folder));
    verified.push({ name: contract.name, version: contract.version, tolerance: contract.golden.tolerance, files });
  }
  if (json) return print(JSON.stringify({ models: verified }, null, 2));
  for (const { name, version, tolerance, files } of verified) {
    for (const { file, cases, maximumDifference } of files) {
      print(
        `${name}@${version}  ${file}  ${cases} golden vectors, largest difference ${maximumDifference.toExponential(1)} (allowed ${tolerance})`,
      );
    }
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
