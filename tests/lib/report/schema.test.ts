// docs/report.schema.json says what report.json holds; this holds it to its word with the keywords that the schema uses.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeReport } from '#functions/audit/report.ts';
import { classInput, classTables } from '../../class-tables.ts';
import { ecgReport } from '../../ecg-tables.ts';
import { simulatedReport } from '../../simulated-report.ts';

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const SCHEMA = JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8')) as Schema;

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/** Where the value is not what the schema says; empty where it is. */
function faults(value: unknown, schema: Schema, path: string): string[] {
  if (schema.$ref !== undefined) {
    const name = decodeURIComponent(schema.$ref.replace('#/definitions/', ''));
    return faults(value, SCHEMA.definitions?.[name] ?? { enum: [] }, path);
  }
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((option) => faults(value, option, path));
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
    ...(schema.allOf ?? []).flatMap((part) => faults(value, part, path)),
    ...(Array.isArray(value) ? ofItems(value, schema, path) : []),
    ...(typeOf(value) === 'object' ? ofObject(value as Readonly<Record<string, unknown>>, schema, path) : []),
  ];
}

function ofItems(values: readonly unknown[], { items }: Schema, path: string): string[] {
  if (items === undefined) return [];
  return values.flatMap((value, i) => faults(value, (Array.isArray(items) ? items[i] : items) ?? {}, `${path}/${i}`));
}

function ofObject(value: Readonly<Record<string, unknown>>, schema: Schema, path: string): string[] {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}: ${name} is missing`);
  const inside = Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name];
    if (known !== undefined) return faults(member, known, `${path}/${name}`);
    if (additionalProperties === false) return [`${path}: ${name} is unknown to the schema`];
    return typeof additionalProperties === 'object' ? faults(member, additionalProperties, `${path}/${name}`) : [];
  });
  return [...missing, ...inside];
}

describe('docs/report.schema.json', () => {
  const { files } = simulatedReport();
  const ofEcgs = ecgReport().files.get('internal/report.json') ?? '';

  it.each(['internal', 'shareable'])('describes the %s edition of a report on measurements', (edition) => {
    const report = JSON.parse(files.get(`${edition}/report.json`) ?? '');
    expect(faults(report, SCHEMA, '').slice(0, 10)).toEqual([]);
  });

  it('describes a report on ECGs', () => {
    const report = JSON.parse(ofEcgs);
    expect(faults(report, SCHEMA, '').slice(0, 10)).toEqual([]);
  });

  it('describes a report on several classes', () => {
    const hospitals = [
      { site: 'oak', studies: [60, 40, 30, 12, 5] },
      { site: 'pine', studies: [20, 15, 0, 0, 0] },
    ];
    const { model, cohort } = classInput(hospitals);
    const provenance = { missing: 0, command: 'none', software: 'tricuspid', inputs: [] };
    const { report } = writeReport({ tables: classTables(hospitals), cohort, model, publicData: true, provenance });
    expect(report.chapters.classes?.sites).toHaveLength(3);
    expect(faults(JSON.parse(JSON.stringify(report)), SCHEMA, '').slice(0, 10)).toEqual([]);
  });

  it('refuses a report with a field too many, one too few and one of another type', () => {
    const report = JSON.parse(ofEcgs) as Record<string, unknown>;
    const { methods: _, ...less } = report;
    expect(faults({ ...report, extra: 1 }, SCHEMA, '')).toEqual([': extra is unknown to the schema']);
    expect(faults(less, SCHEMA, '')).toEqual([': methods is missing']);
    expect(faults({ ...report, publicData: 'yes' }, SCHEMA, '')).toEqual([
      '/publicData: found string, allowed boolean',
    ]);
  });
});
