// The models that come with a deployment: copied beside the install function's code, and named by the hash of their content.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a model needs to run; recipes and training data stay in the repository. */
const SHIPPED = /^(?:model\.json|golden\.json|card\.md|.+\.onnx)$/;

/** Copies the files of every model in `modelsFolder` to `<target>/models`; returns the SHA-256 of names and contents. */
export function stageShippedModels(modelsFolder: string, target: string): string {
  const hash = createHash('sha256');
  for (const file of shippedFiles(modelsFolder)) {
    const content = readFileSync(join(modelsFolder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
    cpSync(join(modelsFolder, file), join(target, 'models', file));
  }
  return hash.digest('hex');
}

/** `<model>/<file>` of every folder with a contract, in a fixed order. */
function shippedFiles(modelsFolder: string): string[] {
  return readdirSync(modelsFolder)
    .filter((model) => existsSync(join(modelsFolder, model, 'model.json')))
    .sort()
    .flatMap((model) => filesOf(modelsFolder, model));
}

function filesOf(modelsFolder: string, model: string): string[] {
  return readdirSync(join(modelsFolder, model))
    .filter((file) => SHIPPED.test(file))
    .sort()
    .map((file) => `${model}/${file}`);
}
