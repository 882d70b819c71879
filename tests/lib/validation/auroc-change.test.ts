import { expect, test } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { aurocChange } from '#lib/validation/auroc-change.ts';
import { compareAuroc } from '#lib/validation/compare-auroc.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { changeFamilies } from '../../../bench/coverage/changes.ts';
import { familyCoverage } from '../../../bench/coverage/table.ts';

const source = random('change');
const EVENTS = 40;
const NON_EVENTS = 60;
const labels = Uint8Array.from({ length: EVENTS + NON_EVENTS }, (_, row) => Number(row < EVENTS));
const scores = Float64Array.from(labels, (label) => 1.5 * label + source.normal());
const disturbed = scores.map((score) => score + 0.5 * source.normal());
const before = { scores, labels };

/** Share of rows of the other class that a row wins against, by all pairs. */
const shareWon = (of: Float64Array, row: number): number => {
  const others = [...labels.keys()].filter((other) => labels[other] !== labels[row]);
  const wins = others.map((other) => (Math.sign(of[row] - of[other]) * (labels[row] === 1 ? 1 : -1) + 1) / 2);
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
};

test('the change is that of the paired DeLong test, which pROC holds; its error is larger by one pseudo-subject per class', () => {
  const change = aurocChange(before, disturbed);
  const delong = compareAuroc({ scores: disturbed, labels }, scores);
  if ('cannotTell' in change || 'cannotTell' in delong) throw new Error('no change');
  expect(change.estimate).toBeCloseTo(delong.estimate, 14);
  const moved = [...labels.keys()].map((row) => Math.abs(shareWon(disturbed, row) - shareWon(scores, row)));
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const largest = Math.max(mean(moved.slice(0, EVENTS)), mean(moved.slice(EVENTS)));
  const expected = Math.sqrt(delong.standardError ** 2 + largest / EVENTS ** 2 + largest / NON_EVENTS ** 2);
  expect(change.standardError).toBeCloseTo(expected, 14);
  const half = (change.upper - change.lower) / 2;
  // Degrees of freedom lie between the smaller class less one and all rows less two.
  expect(half / expected).toBeLessThan(studentTMultiplier(0.95, EVENTS - 1));
  expect(half / expected).toBeGreaterThan(studentTMultiplier(0.95, EVENTS + NON_EVENTS - 2));
  expect(change.pValue < 0.05).toBe(change.lower > 0 || change.upper < 0);
});

test('the interval at a level reaches 0 where p is what is left of that level', () => {
  const change = aurocChange(before, disturbed);
  if ('cannotTell' in change) throw new Error('no change');
  const at = aurocChange(before, disturbed, { level: 1 - change.pValue });
  if ('cannotTell' in at) throw new Error('no change');
  expect(Math.min(Math.abs(at.lower), Math.abs(at.upper))).toBeLessThan(1e-9);
});

test('people with several rows are clusters; one row each is as without', () => {
  const one = aurocChange({ ...before, clusters: Int32Array.from(labels.keys()) }, disturbed);
  const without = aurocChange(before, disturbed);
  if ('cannotTell' in one || 'cannotTell' in without) throw new Error('no change');
  expect([one.estimate, one.lower, one.upper]).toEqual([
    expect.closeTo(without.estimate, 12),
    expect.closeTo(without.lower, 12),
    expect.closeTo(without.upper, 12),
  ]);
  const pairs = aurocChange({ ...before, clusters: Int32Array.from(labels.keys(), (row) => row >> 1) }, disturbed);
  expect(pairs).toMatchObject({ clusters: 50, method: expect.stringContaining('Obuchowski') });
});

test('rows that keep their places have a change without an interval, however their scores move', () => {
  for (const same of [scores, scores.map((score) => 3 * score + 1)])
    expect(aurocChange(before, same)).toMatchObject({ cannotTell: expect.stringMatching(/^every study stands/) });
});

test('too few of a class, one class, no row and scores that are no numbers are refused', () => {
  const few = { scores: scores.slice(31), labels: labels.slice(31) };
  expect(aurocChange(few, disturbed.slice(31))).toHaveProperty('cannotTell');
  expect(aurocChange({ scores, labels: labels.map(() => 1) }, disturbed)).toHaveProperty('cannotTell');
  expect(aurocChange({ scores: new Float64Array(), labels: new Uint8Array() }, new Float64Array())).toHaveProperty(
    'cannotTell',
  );
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => aurocChange(before, disturbed.with(3, bad))).toThrow(RangeError);
  expect(() => aurocChange(before, disturbed.slice(1))).toThrow(RangeError);
});

// A few of the data sets of `npm run simulate:coverage`; the Monte-Carlo error of a share is 2 points.
test.each(changeFamilies())('intervals of changes are near 95 %: $name', ({ name, scenarios }) => {
  const low = familyCoverage({ name, scenarios: scenarios.slice(0, 1) }, 120).filter(({ mean }) => mean < 0.88);
  expect(low).toEqual([]);
});
