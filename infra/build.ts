// What a deployment carries besides the template: bundles, the runtime layer and the shipped models, staged in one folder.
import { join, resolve } from 'node:path';
import { bundleFunctions, INFERENCE_FUNCTIONS } from '#infra/bundle.ts';
import { type Architecture, stageRuntimeLayer } from '#infra/layer.ts';
import { stageShippedModels } from '#infra/shipped-models.ts';

/** The staged parts, as the stack refers to them. */
export interface Build {
  readonly layerFolder: string;
  /** SHA-256 of the shipped models: the install function runs again when it changes. */
  readonly modelsHash: string;
  readonly inferenceFunctions: readonly string[];
  /** Folder of a function's bundle; throws for a function that has no handler. */
  functionFolder(name: string): string;
}

/** Stages everything below `folder`: `functions/<name>`, and `layer` for this architecture. */
export async function buildAssets(folder: string, architecture: Architecture): Promise<Build> {
  const bundles = await bundleFunctions(join(folder, 'functions'));
  const layerFolder = join(folder, 'layer');
  stageRuntimeLayer(layerFolder, architecture);
  const folders = new Map(bundles.map((bundle) => [bundle.name, bundle.folder]));
  const functionFolder = (name: string) => {
    const found = folders.get(name);
    if (found === undefined)
      throw new Error(`functions/${name}/handler.ts is missing, found ${[...folders.keys()].join(', ')}`);
    return found;
  };
  const modelsHash = stageShippedModels(resolve(import.meta.dirname, '../models'), functionFolder('install'));
  return { layerFolder, modelsHash, inferenceFunctions: INFERENCE_FUNCTIONS, functionFolder };
}
