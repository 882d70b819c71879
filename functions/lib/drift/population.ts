// The people of a cohort as drift looks at them, and what of them is kept for the next audit.
import type { Measurements } from '#functions/study.ts';
import type { AnalysedRow, UnlabelledRow } from '#lib/cohort/select.ts';
import { fieldOf, isFieldName } from '#lib/formats/vocabulary.ts';
import { binCounts, quantileEdges } from './stability-index.ts';

/** One person: the first scored study, by its key. */
export interface Person {
  readonly site: string;
  readonly measurements: Measurements;
  readonly score: number;
  /** Undefined where there is no label that could be used. */
  readonly label: 0 | 1 | undefined;
  readonly arrivedAt: string;
  readonly labelYear: number | undefined;
}

/** One study of each person: studies of one person are not independent, and the tests of drift need independence. */
export function peopleOf(rows: readonly AnalysedRow[], unlabelled: readonly UnlabelledRow[]): Person[] {
  const all = [...rows, ...unlabelled].sort((a, b) => compare(a.site, b.site) || compare(a.studyKey, b.studyKey));
  const first = new Map<string, Person>();
  for (const row of all) {
    const key = `${row.site}/${row.subjectKey}`;
    if (first.has(key)) continue;
    const { site, measurements, score, arrivedAt } = row;
    const labelled = 'label' in row ? row : undefined;
    first.set(key, { site, measurements, score, arrivedAt, label: labelled?.label, labelYear: labelled?.labelYear });
  }
  return [...first.values()];
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

export interface Field {
  readonly name: string;
  readonly kind: 'number' | 'category';
}

/** Not measured in the person: what the payload says of itself. */
const NOT_MEASURED: ReadonlySet<string> = new Set(['signal']);
/** More different texts than this are names, not categories. */
const MOST_CATEGORIES = 40;

/** Every measurement that somebody has, in the order of the names; texts with too many values are left out. */
export function fieldsOf(people: readonly Person[]): Field[] {
  const values = new Map<string, Set<number | string>>();
  for (const { measurements } of people) {
    for (const [name, value] of Object.entries(measurements)) {
      const seen = values.get(name) ?? new Set();
      if (seen.size <= MOST_CATEGORIES) seen.add(value);
      values.set(name, seen);
    }
  }
  return [...values]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([name, seen]): Field[] => {
      if (NOT_MEASURED.has(name)) return [];
      if (isNumber(name, seen)) return [{ name, kind: 'number' }];
      return seen.size > MOST_CATEGORIES ? [] : [{ name, kind: 'category' }];
    });
}

function isNumber(name: string, seen: ReadonlySet<number | string>): boolean {
  if (isFieldName(name)) return fieldOf(name).kind === 'number';
  return [...seen].every((value) => typeof value === 'number');
}

/** The numbers that are present. */
export const numbersOf = (people: readonly Person[], name: string): Float64Array =>
  Float64Array.from(
    people.flatMap(({ measurements }) => {
      const value = measurements[name];
      return typeof value === 'number' ? [value] : [];
    }),
  );

/** How often each value is present, the most frequent first. */
export function categoriesOf(people: readonly Person[], name: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { measurements } of people) {
    const value = measurements[name];
    if (value !== undefined) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || compare(a, b)));
}

/** A field, or the scores, in bins; `missing` people have no value. */
export type FieldSummary =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly missing: number;
      readonly edges: readonly number[];
      readonly counts: readonly number[];
    }
  | {
      readonly kind: 'category';
      readonly name: string;
      readonly missing: number;
      readonly counts: Readonly<Record<string, number>>;
    };

/** What an audit keeps of a population, so that the next one can be compared with it: counts, no person. */
export interface PopulationSummary {
  /** null: all hospitals together. */
  readonly site: string | null;
  readonly people: number;
  readonly labelled: number;
  readonly events: number;
  readonly scores: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  readonly fields: readonly FieldSummary[];
}

/** The summary of these people, in bins at the tenths of their own values. */
export function summarise(site: string | null, people: readonly Person[], fields: readonly Field[]): PopulationSummary {
  const labelled = people.filter(({ label }) => label !== undefined);
  return {
    site,
    people: people.length,
    labelled: labelled.length,
    events: labelled.filter(({ label }) => label === 1).length,
    scores: binned(Float64Array.from(people, ({ score }) => score)),
    fields: fields.map((field) => fieldSummary(people, field)),
  };
}

function fieldSummary(people: readonly Person[], { name, kind }: Field): FieldSummary {
  if (kind === 'number') {
    const values = numbersOf(people, name);
    return { kind, name, missing: people.length - values.length, ...binned(values) };
  }
  const counts = categoriesOf(people, name);
  const present = [...counts.values()].reduce((all, count) => all + count, 0);
  return { kind, name, missing: people.length - present, counts: Object.fromEntries(counts) };
}

function binned(values: Float64Array) {
  const edges = quantileEdges(values.toSorted());
  return { edges, counts: binCounts(values, edges) };
}
