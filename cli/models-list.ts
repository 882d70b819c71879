// What `models list` shows: the models of a folder, or those that a cloud holds with which of them are stopped.
import { InvalidModel } from '#functions/errors.ts';
import type { Bucket } from '#functions/ports.ts';
import { contractOf, isDisabled, listModels, type ModelId } from '#lib/inference/catalogue.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { contractsIn } from './contracts.ts';
import { SHIPPED_MODELS } from './shipped.ts';
import { findTarget } from './target.ts';

interface Described {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly accepts: string;
  readonly lane: string;
  readonly files: number;
  readonly regulatoryStatus: string;
}

/** A model version in a cloud; one whose contract cannot be read is asked for no study, and `fault` says why. */
type Installed = (Described | { readonly name: string; readonly version: string; readonly fault: string }) & {
  readonly disabled: boolean;
};

/** Lists the models of the folder; without one, those of the cloud that other commands speak to; without a cloud, those shipped. */
export async function listOf({ from, json }: { readonly from?: string; readonly json?: boolean }): Promise<string> {
  const target = from === undefined ? await findTarget() : undefined;
  if (target === undefined) {
    const models = (await contractsIn(from ?? SHIPPED_MODELS)).map(({ contract }) => describe(contract));
    return json ? JSON.stringify({ models }, null, 2) : models.map(lineOf).join('\n');
  }
  const models = await installedIn(target.operator.archive);
  if (json) return JSON.stringify({ cloud: target.name, models }, null, 2);
  const lines = models.map((model) => `${model.disabled ? 'disabled  ' : 'enabled   '}${lineOf(model)}`);
  return [`${target.name}: ${models.length} installed`, ...lines].join('\n');
}

const installedIn = async (archive: Bucket): Promise<readonly Installed[]> =>
  Promise.all(
    (await listModels(archive)).map(async (id) => ({
      ...(await installed(archive, id)),
      disabled: await isDisabled(archive, id),
    })),
  );

async function installed(archive: Bucket, id: ModelId) {
  try {
    return describe(await contractOf(archive, id));
  } catch (error) {
    if (!(error instanceof InvalidModel)) throw error;
    return { name: id.model, version: id.version, fault: error.message };
  }
}

function describe({ name, version, title, accepts, lane, files, regulatoryStatus }: ModelContract): Described {
  return { name, version, title, accepts: accepts.kind, lane, files: files.length, regulatoryStatus };
}

function lineOf(model: Described | Installed): string {
  const id = `${model.name}@${model.version}`;
  if ('fault' in model) return `${id}  asked for no study: ${model.fault}`;
  return `${id}  ${model.title} (from ${model.accepts}; ${model.files} weights; ${model.regulatoryStatus})`;
}
