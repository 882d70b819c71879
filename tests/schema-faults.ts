// What a JSON Schema (draft 7) says of a value, with the keywords that typescript-json-schema writes.
export interface JsonSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** Where the value is not what the schema says; empty where it is. */
export function schemaFaults(value: unknown, schema: JsonSchema): string[] {
  return faults(value, schema, '', schema.definitions ?? {});
}

type Definitions = Readonly<Record<string, JsonSchema>>;

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

function faults(value: unknown, schema: JsonSchema, path: string, definitions: Definitions): string[] {
  if (schema.$ref !== undefined) {
    const name = decodeURIComponent(schema.$ref.replace('#/definitions/', ''));
    return faults(value, definitions[name] ?? { enum: [] }, path, definitions);
  }
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((option) => faults(value, option, path, definitions));
    if (tried.some((found) => found.length === 0)) return [];
    // Of what fits none, the one that is at least of the right kind says most.
    const near = tried.filter((found) => !found[0]?.startsWith(`${path}: found `));
    return (near.length > 0 ? near : tried).sort((a, b) => a.length - b.length)[0] as string[];
  }
  const types = schema.type === undefined ? [typeOf(value)] : [schema.type].flat();
  const isRight = types.some((type) => type === typeOf(value) || (type === 'integer' && Number.isInteger(value)));
  if (!isRight) return [`${path}: found ${typeOf(value)}, allowed ${types.join(', ')}`];
  return [
    ...(schema.const !== undefined && schema.const !== value ? [`${path}: found ${value}`] : []),
    ...(schema.enum !== undefined && !schema.enum.includes(value) ? [`${path}: found ${value}`] : []),
    ...(schema.allOf ?? []).flatMap((part) => faults(value, part, path, definitions)),
    ...(Array.isArray(value) ? ofItems(value, schema, path, definitions) : []),
    ...(typeOf(value) === 'object'
      ? ofObject(value as Readonly<Record<string, unknown>>, schema, path, definitions)
      : []),
  ];
}

function ofItems(values: readonly unknown[], { items }: JsonSchema, path: string, definitions: Definitions): string[] {
  if (items === undefined) return [];
  return values.flatMap((value, i) =>
    faults(value, (Array.isArray(items) ? items[i] : items) ?? {}, `${path}/${i}`, definitions),
  );
}

function ofObject(
  value: Readonly<Record<string, unknown>>,
  schema: JsonSchema,
  path: string,
  definitions: Definitions,
): string[] {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}: ${name} is missing`);
  const inside = Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name];
    if (known !== undefined) return faults(member, known, `${path}/${name}`, definitions);
    if (additionalProperties === false) return [`${path}: ${name} is unknown to the schema`];
    return typeof additionalProperties === 'object'
      ? faults(member, additionalProperties, `${path}/${name}`, definitions)
      : [];
  });
  return [...missing, ...inside];
}
