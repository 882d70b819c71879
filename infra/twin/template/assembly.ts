import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject, objectAt, stringAt, TemplateError } from './json.ts';

export interface Resource {
  readonly type: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
}

export interface Template {
  readonly parameters: JsonObject;
  readonly mappings: JsonObject;
  readonly conditions: JsonObject;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: JsonObject;
}

export interface Assembly {
  readonly stackName: string;
  readonly template: Template;
  /** Folder or file of each asset, by its hash (the name of its object in the bootstrap bucket, without ending). */
  readonly assets: ReadonlyMap<string, string>;
}

/** Reads the one stack of a cloud assembly folder that CDK has synthesized (manifest.json and what it names). */
export function readAssembly(folder: string): Assembly {
  const artifacts = objectAt(readJson(join(folder, 'manifest.json')).artifacts, 'manifest.json: artifacts');
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => isObject(artifact) && artifact.type === 'aws:cloudformation:stack',
  );
  if (stacks.length !== 1) {
    const found = stacks.map(([id]) => id).join(', ') || 'none';
    throw new TemplateError(`manifest.json: found ${stacks.length} stacks (${found}), the twin runs exactly one`);
  }
  const [id, artifact] = stacks[0];
  const properties = objectAt(objectAt(artifact, id).properties, `manifest.json: ${id}.properties`);
  const templateFile = stringAt(properties.templateFile, `manifest.json: ${id}.templateFile`);
  return {
    stackName: typeof properties.stackName === 'string' ? properties.stackName : id,
    template: readTemplate(readJson(join(folder, templateFile))),
    assets: readAssets(folder, artifacts),
  };
}

/** Takes apart a template's sections; Rules and Metadata have no effect on what runs. */
export function readTemplate(template: JsonObject): Template {
  const allowed = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs', 'Rules', 'Metadata'];
  const plain = [...allowed, 'Description', 'AWSTemplateFormatVersion'];
  const unknown = Object.keys(template).find((section) => !plain.includes(section));
  if (unknown !== undefined) throw new TemplateError(`section ${unknown} is not known to the twin`);
  const section = (name: string) => objectAt(template[name] ?? {}, name);
  const resources = Object.entries(section('Resources')).map(([id, value]) => [id, readResource(id, value)] as const);
  return {
    parameters: section('Parameters'),
    mappings: section('Mappings'),
    conditions: section('Conditions'),
    resources: new Map(resources),
    outputs: section('Outputs'),
  };
}

function readResource(logicalId: string, value: Json): Resource {
  const resource = objectAt(value, logicalId);
  const dependsOn = resource.DependsOn ?? [];
  const list: readonly Json[] = Array.isArray(dependsOn) ? dependsOn : [dependsOn as Json];
  return {
    type: stringAt(resource.Type, `${logicalId}.Type`),
    properties: objectAt(resource.Properties ?? {}, `${logicalId}.Properties`),
    dependsOn: list.map((id) => stringAt(id, `${logicalId}.DependsOn`)),
    ...(resource.Condition !== undefined && {
      condition: stringAt(resource.Condition, `${logicalId}.Condition`),
    }),
  };
}

function readAssets(folder: string, artifacts: JsonObject): Map<string, string> {
  const assets = new Map<string, string>();
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (!isObject(artifact) || artifact.type !== 'cdk:asset-manifest') continue;
    const file = stringAt(objectAt(artifact.properties, id).file, `manifest.json: ${id}.file`);
    for (const [hash, asset] of Object.entries(objectAt(readJson(join(folder, file)).files ?? {}, file))) {
      const source = objectAt(objectAt(asset, hash).source, `${file}: ${hash}.source`);
      if (typeof source.path === 'string') assets.set(hash, join(folder, source.path));
    }
  }
  return assets;
}

function readJson(path: string): JsonObject {
  if (!existsSync(path)) throw new TemplateError(`no ${path}: not a cloud assembly folder (synthesize it first)`);
  return objectAt(JSON.parse(readFileSync(path, 'utf8')) as Json, path);
}
