import { basename } from 'node:path';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { installModel } from '#functions/install/install.ts';
import { verifyModel } from '#lib/inference/golden.ts';
import { disabledKey, modelKey } from '#lib/ledger/keys.ts';
import { folderReader } from '#lib/local/folder.ts';
import { contractsIn } from './contracts.ts';
import { listOf } from './models-list.ts';
import { SHIPPED_MODELS } from './shipped.ts';
import { requireTarget } from './target.ts';

/** `tricuspid models list|verify|add|disable|enable`. */
export function modelsCommand(): Command {
  const command = new Command('models')
    .description(
      'models of the running or deployed cloud: list, add, stop and take back; or verify those of a folder, by default those that this version ships',
    )
    .addHelpText('after', '\nExample:\n  $ tricuspid models verify');
  command
    .command('list')
    .description(
      'the models installed in the running or deployed cloud, and which are disabled; where there is no cloud, those that this version ships',
    )
    .option('--from <folder>', 'the models of a folder of model folders instead')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid models list')
    .action(async (options: Options) => print(await listOf(options)));
  command
    .command('verify')
    .description('check contract, hashes and golden vectors of every model, on this machine')
    .option('--from <folder>', 'folder of model folders (default: the models that this version ships)')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid models verify --from ./models')
    .action(verify);
  command
    .command('add <folder>')
    .description('verify a model folder and install it in the running or deployed cloud, without a deployment')
    .addHelpText('after', '\nExample:\n  $ tricuspid models add ./my-model')
    .action(add);
  command
    .command('disable <model>')
    .description(
      'stop a model version at once: asked for no study any more, its scores withdrawn from what is published',
    )
    .addHelpText('after', '\nExample:\n  $ tricuspid models disable cad-measurements@1.0.0')
    .action((id: string) => switchModel(id, false));
  command
    .command('enable <model>')
    .description('take a disabled model version back into use')
    .addHelpText('after', '\nExample:\n  $ tricuspid models enable cad-measurements@1.0.0')
    .action((id: string) => switchModel(id, true));
  return command;
}

async function add(folder: string): Promise<void> {
  const { archive } = (await requireTarget()).operator;
  print(`installed ${await installModel(basename(folder), folderReader(folder), archive)}`);
}

async function switchModel(id: string, on: boolean): Promise<void> {
  const [model = '', version = ''] = id.split('@');
  const { archive } = (await requireTarget()).operator;
  if (!(await archive.has(modelKey(model, version, 'model.json')))) {
    throw new RefusedInput(`models: found no ${id} in the cloud, expected an installed <name>@<version>`);
  }
  if (on) await archive.remove(disabledKey(model, version));
  else await archive.put(disabledKey(model, version), '');
  print(`${id} is ${on ? 'enabled' : 'disabled'}`);
}

interface Options {
  readonly from?: string;
  readonly json?: boolean;
}

async function verify({ from = SHIPPED_MODELS, json }: Options): Promise<void> {
  const verified = [];
  for (const { folder, contract } of await contractsIn(from)) {
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
