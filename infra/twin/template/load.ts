import type { Assembly } from './assembly.ts';
import type { CustomResourceDescription, StackDescription } from './descriptions.ts';
import { describeFunctions, describeMappings, describeSchedules } from './functions.ts';
import { isCustomResource, isKnownType, NOTHING_TO_RUN, type Place } from './identities.ts';
import { type CustomResourceAnswer, createResolver, unknownType } from './intrinsics.ts';
import { isObject, type Json, type JsonObject, objectAt, TemplateError } from './json.ts';
import { describeRoles } from './roles.ts';
import { openStack, type Stack } from './stack.ts';
import { describeBuckets, describeKeys, describeQueues, describeResourcePolicies } from './storage.ts';

export interface LoadedTemplate {
  readonly stack: StackDescription;
  /** Properties of a custom resource; those that it refers to must have been answered. */
  customResourceProperties(logicalId: string): JsonObject;
  answer(logicalId: string, answer: CustomResourceAnswer): void;
  /** One output, for those that no custom resource has a part in; undefined when there is none of this name. */
  output(name: string): string | undefined;
  /** Outputs by name, to be asked for when every custom resource has answered. */
  outputs(): Readonly<Record<string, string>>;
}

/** Resolves a template into what the twin starts, or throws a TemplateError that names the logical id. */
export function loadTemplate(
  assembly: Assembly,
  place: Place,
  parameters: Readonly<Record<string, string>> = {},
): LoadedTemplate {
  const { template } = assembly;
  const answers = new Map<string, CustomResourceAnswer>();
  const resolver = createResolver(template, place, parameters, answers);
  for (const [logicalId, { type }] of template.resources) {
    if (!isKnownType(type)) throw new TemplateError(`${logicalId}: ${unknownType(type)}`);
  }
  function output(name: string): string {
    const value = resolver.resolve(objectAt(template.outputs[name], `Outputs.${name}`).Value, `Outputs.${name}`);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
  return {
    stack: describe(openStack(assembly, place, resolver)),
    customResourceProperties: (logicalId) => {
      const properties = template.resources.get(logicalId)?.properties ?? {};
      return objectAt(resolver.resolve(properties, logicalId), logicalId);
    },
    answer: (logicalId, answer) => answers.set(logicalId, answer),
    output: (name) => (name in template.outputs ? output(name) : undefined),
    outputs: () => Object.fromEntries(Object.keys(template.outputs).map((name) => [name, output(name)])),
  };
}

function describe(stack: Stack): StackDescription {
  // Types with nothing to run are resolved too, so that an alarm on a queue that is not there is an error here.
  const idle = [...NOTHING_TO_RUN]
    .filter((type) => type !== 'AWS::CDK::Metadata')
    .flatMap((type) => stack.ofType(type));
  return {
    buckets: describeBuckets(stack),
    queues: describeQueues(stack),
    keys: describeKeys(stack),
    roles: describeRoles(stack),
    resourcePolicies: describeResourcePolicies(stack),
    functions: describeFunctions(stack),
    mappings: describeMappings(stack),
    schedules: describeSchedules(stack),
    customResources: customResourceOrder(stack),
    alarms: idle
      .filter(({ type }) => type === 'AWS::CloudWatch::Alarm' || type === 'AWS::CloudWatch::CompositeAlarm')
      .map(({ logicalId, name, properties }) => ({ logicalId, name, definition: properties })),
  };
}

/** Custom resources after those that they depend on, directly or through other resources. */
function customResourceOrder({ assembly, resolver }: Stack): CustomResourceDescription[] {
  const { resources } = assembly.template;
  const ordered = new Map<string, CustomResourceDescription>();
  const visited = new Set<string>();
  function visit(logicalId: string): void {
    if (visited.has(logicalId)) return;
    visited.add(logicalId);
    const resource = resources.get(logicalId);
    if (!resource || !resolver.exists(logicalId)) return;
    for (const needed of [...resource.dependsOn, ...references(resource.properties)]) visit(needed);
    if (isCustomResource(resource.type)) ordered.set(logicalId, { logicalId, type: resource.type });
  }
  for (const logicalId of resources.keys()) visit(logicalId);
  return [...ordered.values()];
}

function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => references(item as Json));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'Ref' && typeof item === 'string') return [item];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(item) ? item[0] : item).split('.')[0]];
    if (key !== 'Fn::Sub') return references(item);
    const text = String(Array.isArray(item) ? item[0] : item);
    const inside = [...text.matchAll(/\$\{([^!}.]+)/g)].map((match) => match[1].trim());
    return [...inside, ...(Array.isArray(item) ? references(item as Json) : [])];
  });
}
