import { expect, test } from 'vitest';
import { drawSample } from '#lib/robustness/sample.ts';

interface Row {
  readonly site: string;
  readonly label: 0 | 1;
  readonly n: number;
}

const rowsOf = (site: string, withOutcome: number, without: number): Row[] =>
  Array.from({ length: withOutcome + without }, (_, n) => ({ site, label: n < withOutcome ? 1 : 0, n }));

const ROWS = [...rowsOf('alder', 300, 900), ...rowsOf('birch', 100, 700), ...rowsOf('cedar', 20, 80)];

const count = (rows: readonly Row[], site: string, label: 0 | 1): number =>
  rows.filter((row) => row.site === site && row.label === label).length;

test('as many with the outcome as without, and within each the sites as they are', () => {
  const drawn = drawSample(ROWS, 200, 'seed');
  // 420 with the outcome: 100 of them are 71.4, 23.8 and 4.8; 1,680 without: 53.6, 41.7 and 4.8.
  expect(['alder', 'birch', 'cedar'].map((site) => count(drawn, site, 1))).toEqual([71, 24, 5]);
  expect(['alder', 'birch', 'cedar'].map((site) => count(drawn, site, 0))).toEqual([53, 42, 5]);
  expect(new Set(drawn).size).toBe(200);
});

test('where one class is rarer than half, all of it is drawn and the other fills up', () => {
  const rare = [...rowsOf('alder', 7, 500)];
  const drawn = drawSample(rare, 100, 'seed');
  expect([count(drawn, 'alder', 1), count(drawn, 'alder', 0)]).toEqual([7, 93]);
  const common = [...rowsOf('alder', 500, 7)];
  expect(count(drawSample(common, 100, 'seed'), 'alder', 0)).toBe(7);
});

test('fewer rows than asked for are all drawn; one class alone is drawn too', () => {
  expect(drawSample(ROWS, 5000, 'seed').length).toBe(ROWS.length);
  expect(drawSample(rowsOf('alder', 0, 50), 20, 'seed').length).toBe(20);
  expect(drawSample([], 20, 'seed')).toEqual([]);
});

test('the same seed draws the same, another seed another, and the rows stay as they were', () => {
  const frozen = Object.freeze([...ROWS]);
  expect(drawSample(frozen, 200, 'a')).toEqual(drawSample(ROWS, 200, 'a'));
  expect(drawSample(frozen, 200, 'b')).not.toEqual(drawSample(ROWS, 200, 'a'));
});

test('every row of a site and class is drawn equally often', () => {
  const rows = rowsOf('alder', 10, 10);
  const times = new Map<Row, number>();
  const draws = 2000;
  for (let seed = 0; seed < draws; seed++)
    for (const row of drawSample(rows, 10, `seed-${seed}`)) times.set(row, (times.get(row) ?? 0) + 1);
  // Each is drawn with probability 1/2: four standard errors of 2,000 draws are 89.
  for (const row of rows) expect(Math.abs((times.get(row) ?? 0) - draws / 2)).toBeLessThan(90);
});
