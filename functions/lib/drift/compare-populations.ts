// One population against another, one test per question; the caller corrects for their number.
import type { Random } from '#lib/simulate/random.ts';
import { fisherExact } from './fisher-exact.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { maximumMeanDiscrepancy } from './maximum-mean-discrepancy.ts';
import {
  categoriesOf,
  type Field,
  type FieldSummary,
  numbersOf,
  type Person,
  type PopulationSummary,
} from './population.ts';
import { binCounts, quantileEdges, type StabilityIndex, stabilityIndex } from './stability-index.ts';

/** What a test is about; `everything` is all measurements together. */
export type Aspect =
  | 'measurement'
  | 'missing'
  | 'score'
  | 'score with the outcome'
  | 'score without the outcome'
  | 'prevalence'
  | 'everything';

export interface Share {
  readonly part: number;
  readonly whole: number;
}

/** One comparison before correction. */
export interface DriftTest {
  readonly aspect: Aspect;
  /** The measurement; null where the aspect is none of one measurement. */
  readonly field: string | null;
  readonly test: 'Kolmogorov-Smirnov' | 'stability index' | 'Fisher' | 'mean discrepancy';
  /** Largest distance between the distribution functions, of numbers. */
  readonly distance: number | null;
  readonly index: Pick<StabilityIndex, 'value' | 'chance' | 'bins'> | null;
  /** Of shares: in the reference, and here. */
  readonly shares: { readonly reference: Share; readonly current: Share } | null;
  readonly pValue: number;
}

/** Fewer people are not compared. */
export const FEWEST_COMPARED = 20;

/** Every comparison of two populations whose people are at hand. */
export function comparePeople(
  reference: readonly Person[],
  current: readonly Person[],
  fields: readonly Field[],
  random: Random,
): DriftTest[] {
  const scoresOf = (people: readonly Person[], label?: 0 | 1) =>
    Float64Array.from(people.flatMap((one) => (label === undefined || one.label === label ? [one.score] : [])));
  const scores = (aspect: Aspect, label?: 0 | 1) =>
    numberTest(aspect, null, scoresOf(reference, label), scoresOf(current, label));
  return [
    ...together(reference, current, fields, random),
    ...scores('score'),
    ...shareTest('prevalence', null, prevalenceOf(reference), prevalenceOf(current)),
    ...scores('score with the outcome', 1),
    ...scores('score without the outcome', 0),
    ...fields.flatMap(({ name, kind }) =>
      kind === 'number'
        ? numberTest('measurement', name, numbersOf(reference, name), numbersOf(current, name))
        : categoryTest(name, categoriesOf(reference, name), categoriesOf(current, name)),
    ),
    ...fields.flatMap(({ name }) => shareTest('missing', name, missingOf(reference, name), missingOf(current, name))),
  ];
}

/** Every comparison with a population of which a summary is left, in the summary's bins. */
export function compareWithSummary(reference: PopulationSummary, current: readonly Person[]): DriftTest[] {
  const here = (edges: readonly number[], values: Float64Array) => binCounts(values, edges);
  const { scores, events, labelled } = reference;
  const now = here(
    scores.edges,
    Float64Array.from(current, ({ score }) => score),
  );
  return [
    ...indexTest('score', null, scores.counts, now),
    ...shareTest('prevalence', null, { part: events, whole: labelled }, prevalenceOf(current)),
    ...reference.fields.flatMap((field) =>
      field.kind === 'number'
        ? indexTest('measurement', field.name, field.counts, here(field.edges, numbersOf(current, field.name)))
        : categoryTest(field.name, new Map(Object.entries(field.counts)), categoriesOf(current, field.name)),
    ),
    ...reference.fields.flatMap((field) =>
      shareTest('missing', field.name, missingIn(field, reference.people), missingOf(current, field.name)),
    ),
  ];
}

const missingIn = ({ missing }: FieldSummary, people: number): Share => ({ part: missing, whole: people });

const missingOf = (people: readonly Person[], name: string): Share => ({
  part: people.filter(({ measurements }) => measurements[name] === undefined).length,
  whole: people.length,
});

const prevalenceOf = (people: readonly Person[]): Share => {
  const labelled = people.filter(({ label }) => label !== undefined);
  return { part: labelled.filter(({ label }) => label === 1).length, whole: labelled.length };
};

/** Two shares by Fisher's test; none where either has too few people, or where nothing could differ. */
export function shareTest(aspect: Aspect, field: string | null, reference: Share, current: Share): DriftTest[] {
  if (Math.min(reference.whole, current.whole) < FEWEST_COMPARED) return [];
  const parts = reference.part + current.part;
  if (parts === 0 || parts === reference.whole + current.whole) return [];
  const pValue = fisherExact(current.part, current.whole, reference.part, reference.whole);
  return [{ aspect, field, test: 'Fisher', distance: null, index: null, shares: { reference, current }, pValue }];
}

function numberTest(aspect: Aspect, field: string | null, reference: Float64Array, current: Float64Array): DriftTest[] {
  if (Math.min(reference.length, current.length) < FEWEST_COMPARED) return [];
  const result = kolmogorovSmirnov(reference, current);
  if (result === undefined) return [];
  const edges = quantileEdges(reference.toSorted());
  const index = stabilityIndex(binCounts(reference, edges), binCounts(current, edges));
  const { distance, pValue } = result;
  return [{ aspect, field, test: 'Kolmogorov-Smirnov', distance, index: shown(index), shares: null, pValue }];
}

function categoryTest(field: string, reference: ReadonlyMap<string, number>, current: ReadonlyMap<string, number>) {
  const both = new Map(reference);
  for (const [value, count] of current) both.set(value, (both.get(value) ?? 0) + count);
  const values = [...both].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([value]) => value);
  const counts = (of: ReadonlyMap<string, number>) => values.map((value) => of.get(value) ?? 0);
  return indexTest('measurement', field, counts(reference), counts(current));
}

function indexTest(
  aspect: Aspect,
  field: string | null,
  reference: readonly number[],
  current: readonly number[],
): DriftTest[] {
  const total = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  if (Math.min(total(reference), total(current)) < FEWEST_COMPARED) return [];
  const index = stabilityIndex(reference, current);
  if (index === undefined) return [];
  const { pValue } = index;
  return [{ aspect, field, test: 'stability index', distance: null, index: shown(index), shares: null, pValue }];
}

const shown = (index: StabilityIndex | undefined): DriftTest['index'] =>
  index === undefined ? null : { value: index.value, chance: index.chance, bins: index.bins };

const MOST_DRAWN = 250;

/** All measurements and what is missing together; numbers in standard deviations of the people drawn. */
function together(
  reference: readonly Person[],
  current: readonly Person[],
  fields: readonly Field[],
  random: Random,
): DriftTest[] {
  if (Math.min(reference.length, current.length) < FEWEST_COMPARED || fields.length === 0) return [];
  const drawn = [reference, current].map((people) => random.shuffle([...people]).slice(0, MOST_DRAWN));
  const points = pointsOf(drawn.flat(), fields);
  const [first, second] = [points.slice(0, drawn[0].length), points.slice(drawn[0].length)];
  const result = maximumMeanDiscrepancy(first, second, { random, mostRows: MOST_DRAWN });
  if (result === undefined) return [];
  const { squared, pValue } = result;
  const distance = Math.sqrt(Math.max(0, squared));
  return [{ aspect: 'everything', field: null, test: 'mean discrepancy', distance, index: null, shares: null, pValue }];
}

function pointsOf(people: readonly Person[], fields: readonly Field[]): Float64Array[] {
  const columns = fields.flatMap(({ name, kind }) => {
    const missing = people.map(({ measurements }) => (measurements[name] === undefined ? 1 : 0));
    if (kind === 'category') {
      const values = [...categoriesOf(people, name).keys()];
      const isValue = (value: string) =>
        people.map(({ measurements }) => (String(measurements[name]) === value ? 1 : 0));
      return [...values.map(isValue), missing];
    }
    const numbers = numbersOf(people, name);
    const mean = numbers.reduce((all, value) => all + value, 0) / Math.max(1, numbers.length);
    const variance = numbers.reduce((all, value) => all + (value - mean) ** 2, 0) / Math.max(1, numbers.length);
    const scale = variance > 0 ? Math.sqrt(variance) : 1;
    const scaled = people.map(({ measurements }) => {
      const value = measurements[name];
      return typeof value === 'number' ? (value - mean) / scale : 0;
    });
    return [scaled, missing];
  });
  return people.map((_, row) => Float64Array.from(columns, (column) => column[row]));
}
