import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auroc } from '#lib/validation/auroc.ts';
import { brier } from '#lib/validation/brier.ts';
import { calibrationGroups } from '#lib/validation/calibration-groups.ts';
import { clusteredCounts } from '#lib/validation/clustered-proportion.ts';
import { type GroupedOptions, type GroupPerformance, groupedPerformance } from '#lib/validation/grouped/performance.ts';
import type { GroupedPredictions } from '#lib/validation/grouped/table.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import { type Predictions, selectRows } from '#lib/validation/predictions.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import { threshold } from '#lib/validation/threshold.ts';
import { rowsOfGroup, simulatedTable, type TableShape } from './tables.ts';

const THRESHOLDS = [0.5, 0.2];
const OPTIONS = { thresholds: THRESHOLDS, clipTo: 1e-6 };

/** Rows that are `member`s and those among them that count, by the function that takes rows. */
function countsOf({ scores, labels, clusters }: Predictions, at: number, rule: keyof typeof RATES) {
  const { member, counts } = RATES[rule];
  const rows = [...scores.keys()].filter((row) => member(labels[row] === 1, scores[row] >= at));
  const outcomes = Uint8Array.from(rows, (row) => Number(counts(labels[row] === 1, scores[row] >= at)));
  return clusteredCounts(outcomes, clusters ? Int32Array.from(rows, (row) => clusters[row]) : Int32Array.from(rows));
}

const RATES = {
  sensitivity: { member: (event: boolean) => event, counts: (_: boolean, flag: boolean) => flag },
  specificity: { member: (event: boolean) => !event, counts: (_: boolean, flag: boolean) => !flag },
  positivePredictiveValue: { member: (_: boolean, flag: boolean) => flag, counts: (event: boolean) => event },
  negativePredictiveValue: { member: (_: boolean, flag: boolean) => !flag, counts: (event: boolean) => !event },
  falsePositiveRate: { member: (event: boolean) => !event, counts: (_: boolean, flag: boolean) => flag },
  flagRate: { member: () => true, counts: (_: boolean, flag: boolean) => flag },
};

/** The same figures by the functions that take the rows of one group. */
function oneByOne(rows: Predictions, group: GroupPerformance['group']): GroupPerformance {
  const { intercept, slope } = recalibration(rows, { clipTo: OPTIONS.clipTo });
  return {
    group,
    n: rows.scores.length,
    events: rows.labels.reduce((sum, label) => sum + label, 0),
    ...(rows.clusters !== undefined && { clusters: new Set(rows.clusters).size }),
    withEvents: withClass(rows, 1),
    withNonEvents: withClass(rows, 0),
    expected: rows.scores.reduce((sum, score) => sum + score, 0),
    prevalence: clusteredCounts(rows.labels, rows.clusters ?? Int32Array.from(rows.labels.keys())),
    auroc: auroc(rows),
    brier: brier(rows),
    observedExpected: observedExpected(rows),
    intercept,
    slope,
    calibrationGroups: calibrationGroups(rows),
    thresholds: THRESHOLDS.map((at) => ({
      ...threshold(rows, at),
      counts: {
        sensitivity: countsOf(rows, at, 'sensitivity'),
        specificity: countsOf(rows, at, 'specificity'),
        positivePredictiveValue: countsOf(rows, at, 'positivePredictiveValue'),
        negativePredictiveValue: countsOf(rows, at, 'negativePredictiveValue'),
        falsePositiveRate: countsOf(rows, at, 'falsePositiveRate'),
        flagRate: countsOf(rows, at, 'flagRate'),
      },
    })),
  };
}

function withClass({ labels, clusters }: Predictions, label: number): number {
  const rows = [...labels.keys()].filter((row) => labels[row] === label);
  return clusters === undefined ? rows.length : new Set(rows.map((row) => clusters[row])).size;
}

/** Equal words and counts; numbers equal to a relative (near 0 absolute) difference. */
function expectAlike(found: unknown, wanted: unknown, path: string, tolerance: number): void {
  if (typeof wanted === 'number' && typeof found === 'number') {
    const off = Math.abs(found - wanted) / Math.max(1, Math.abs(wanted));
    expect(Object.is(found, wanted) || off <= tolerance, `${path}: ${found} for ${wanted}`).toBe(true);
  } else if (typeof wanted === 'object' && wanted !== null && typeof found === 'object' && found !== null) {
    expect(Object.keys(found).sort(), path).toEqual(Object.keys(wanted).sort());
    for (const [key, value] of Object.entries(wanted)) {
      expectAlike((found as Record<string, unknown>)[key], value, `${path}.${key}`, tolerance);
    }
  } else expect(found, path).toEqual(wanted);
}

function expectSameAsOneByOne(table: GroupedPredictions, options: GroupedOptions = OPTIONS): number {
  const found = groupedPerformance(table, options);
  for (const performance of found) {
    const name = performance.group.map(({ column, value }) => `${column} ${value}`).join(' and ') || 'all';
    const wanted = oneByOne(selectRows(table, rowsOfGroup(table, performance.group)), performance.group);
    expectAlike(performance, wanted, name, 1e-12);
  }
  return found.length;
}

const shapes: readonly TableShape[] = [
  { seed: 'plain', rows: 900, columns: [3, 4, 2] },
  { seed: 'tied', rows: 900, steps: 25, columns: [3, 4] },
  { seed: 'few scores', rows: 700, steps: 8, rowsPerSubject: 2, columns: [3, 2] },
  { seed: 'clusters', rows: 1200, rowsPerSubject: 3, columns: [3, 2, 4] },
  { seed: 'tied clusters', rows: 1200, steps: 40, rowsPerSubject: 4, columns: [5] },
  { seed: 'one row each', rows: 500, rowsPerSubject: 1, columns: [2] },
  { seed: 'large, by moments', rows: 30_000, shift: 0.7, tilt: 1.4, columns: [2, 3] },
  { seed: 'large, clustered', rows: 24_000, rowsPerSubject: 2, shift: -0.4, tilt: 0.6, columns: [2] },
  { seed: 'too steep for moments', rows: 9000, tilt: 5, columns: [2] },
];

describe('groupedPerformance', () => {
  it.each(shapes)('gives every group the figures of its own rows: $seed', (shape) => {
    const groups = expectSameAsOneByOne(simulatedTable(shape));
    expect(groups).toBeGreaterThan(shape.columns.reduce((sum, count) => sum + count, 0));
  });

  it('does so for any small table, one class, one row and no row included', () => {
    const row = fc.record({
      score: fc.integer({ min: 0, max: 12 }),
      label: fc.integer({ min: 0, max: 1 }),
      subject: fc.integer({ min: -3, max: 30 }),
      first: fc.integer({ min: 0, max: 2 }),
      second: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 90 }), fc.boolean(), (rows, clustered) => {
        const column = (name: string, codes: number[], count: number) => ({
          name,
          values: Array.from({ length: count }, (_, value) => String(value)),
          codes: Uint8Array.from(codes),
        });
        const table: GroupedPredictions = {
          scores: Float64Array.from(rows, ({ score }) => score / 12),
          labels: Uint8Array.from(rows, ({ label }) => label),
          ...(clustered && { clusters: Int32Array.from(rows, ({ subject }) => subject) }),
          columns: [
            column(
              'first',
              rows.map(({ first }) => first),
              3,
            ),
            column(
              'second',
              rows.map(({ second }) => second),
              2,
            ),
          ],
        };
        expectSameAsOneByOne(table);
      }),
      { numRuns: 60, seed: 20 },
    );
  });

  it('names the groups, all rows first, without the combinations where they are not wanted', () => {
    const table = simulatedTable({ seed: 'names', rows: 60, columns: [2, 2] });
    const names = (options: GroupedOptions) =>
      groupedPerformance(table, options).map(({ group }) => group.map(({ value }) => value).join('+'));
    const single = ['', 'value 0', 'value 1', 'value 0', 'value 1'];
    expect(names({ intersections: false })).toEqual(single);
    const pairs = ['value 0+value 0', 'value 0+value 1', 'value 1+value 0', 'value 1+value 1'];
    expect(names({})).toEqual([...single, ...pairs]);
    expect(names({ intersections: (first, second) => first.name === second.name })).toEqual(single);
  });

  it('refuses by name what is no probability, no label, no group or too many groups', () => {
    const table = simulatedTable({ seed: 'refused', rows: 40, columns: [2, 2] });
    const wrong = (score: number) => ({ ...table, scores: table.scores.with(3, score) });
    expect(() => groupedPerformance(wrong(Number.NaN))).toThrow(
      'score at index 3: found NaN, allowed: a finite number',
    );
    expect(() => groupedPerformance(wrong(1.5))).toThrow('score at index 3: found 1.5, allowed: a probability');
    expect(() => groupedPerformance({ ...table, labels: table.labels.with(5, 2) })).toThrow(
      'label at index 5: found 2',
    );
    expect(() => groupedPerformance(wrong(1))).toThrow('found 1, allowed: strictly between 0 and 1, or set clipTo');
    const values = (count: number) => Array.from({ length: count }, (_, value) => String(value));
    const [first, second] = table.columns;
    const tooMany = [{ ...first, values: values(10_000) }];
    expect(() => groupedPerformance({ ...table, columns: tooMany })).toThrow(
      'column column 0: found 10000 different values, allowed: at most 1000 groups',
    );
    const tooFine = [
      { ...first, values: values(300) },
      { ...second, values: values(300) },
    ];
    expect(() => groupedPerformance({ ...table, columns: tooFine })).toThrow(
      'columns column 0 and column 1: found 90000 combinations, allowed: at most 20000',
    );
    const short = [{ ...first, codes: first.codes.slice(1) }];
    expect(() => groupedPerformance({ ...table, columns: short })).toThrow(
      'column column 0: found 39 codes for 40 scores, allowed: one for each score',
    );
    const outside = [{ ...first, codes: first.codes.with(7, 2) }];
    expect(() => groupedPerformance({ ...table, columns: outside })).toThrow(
      'column column 0 at index 7: found code 2, allowed: below 2',
    );
  });
});
