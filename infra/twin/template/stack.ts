import type { Assembly, Resource } from './assembly.ts';
import type { Place } from './identities.ts';
import type { Resolver } from './intrinsics.ts';
import { type JsonObject, objectAt, TemplateError } from './json.ts';

/** A resource with its properties resolved, as the readers of each kind see it. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  readonly properties: JsonObject;
}

/** What every reader of a kind of resource needs. */
export interface Stack {
  readonly assembly: Assembly;
  readonly place: Place;
  readonly resolver: Resolver;
  /** The existing resources of one type, in the order of the template. */
  ofType(type: string): readonly ResolvedResource[];
}

export function openStack(assembly: Assembly, place: Place, resolver: Resolver): Stack {
  const byType = new Map<string, [string, Resource][]>();
  for (const entry of assembly.template.resources) {
    if (!resolver.exists(entry[0])) continue;
    byType.set(entry[1].type, [...(byType.get(entry[1].type) ?? []), entry]);
  }
  const resolved = new Map<string, readonly ResolvedResource[]>();
  function ofType(type: string): readonly ResolvedResource[] {
    const known = resolved.get(type);
    if (known) return known;
    const list = (byType.get(type) ?? []).map(([logicalId, resource]) => resolveOne(logicalId, resource));
    resolved.set(type, list);
    return list;
  }
  function resolveOne(logicalId: string, resource: Resource): ResolvedResource {
    const { name, attributes, ref } = resolver.identity(logicalId, logicalId);
    const properties = objectAt(resolver.resolve(resource.properties, logicalId), logicalId);
    const arn = typeof attributes.Arn === 'string' ? attributes.Arn : ref;
    return { logicalId, type: resource.type, name, arn, properties };
  }
  return { assembly, place, resolver, ofType };
}

/** Refuses properties that the twin neither carries out nor knows to be without effect on a laptop. */
export function checkProperties(
  resource: ResolvedResource,
  carriedOut: readonly string[],
  noEffect: readonly string[],
) {
  const unknown = Object.keys(resource.properties).find((key) => !carriedOut.includes(key) && !noEffect.includes(key));
  if (unknown !== undefined) {
    throw new TemplateError(`${resource.logicalId}: property ${unknown} of ${resource.type} is not known to the twin`);
  }
}
