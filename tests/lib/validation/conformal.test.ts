import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { logLoss, multiclassBrier } from '#lib/validation/class-losses.ts';
import {
  adaptive,
  calibrated,
  calibratedByClass,
  conformalQuantile,
  coverageRange,
  fewestCalibrations,
  leastAmbiguous,
  predictionSets,
} from '#lib/validation/conformal.ts';
import { told } from './reference.ts';

interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

interface Reference {
  readonly cases: readonly {
    readonly name: string;
    readonly level: number;
    readonly probabilities: number[][];
    readonly labels: number[];
    readonly calibration: number[];
    readonly uniforms: number[];
    readonly quantile: number;
    readonly lac: number[][];
    readonly byClass: number[][];
    readonly apsThreshold: number;
    readonly aps: number[][];
  }[];
  readonly ranges: readonly {
    readonly n: number;
    readonly level: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  readonly losses: readonly {
    readonly name: string;
    readonly scores: number[][];
    readonly labels: number[];
    readonly clusters: number[] | null;
    readonly brier: Interval;
    readonly logLoss: Interval;
  }[];
}

const path = new URL('../../fixtures/reference/validation/conformal.json', import.meta.url);
const reference: Reference = JSON.parse(readFileSync(path, 'utf8'));

const plain = (sets: readonly Uint8Array[]): number[][] => sets.map((set) => [...set]);

describe('prediction sets', () => {
  it.each(reference.cases)('equal those of MAPIE, crepes and a sort by hand: $name', (given) => {
    const probabilities = given.probabilities.map((column) => Float64Array.from(column));
    const labels = Uint8Array.from(given.labels);
    const { calibration, level } = given;
    const single = calibrated(probabilities, labels, calibration, level, leastAmbiguous);
    expect(single[0]).toBeCloseTo(given.quantile, 12);
    expect(plain(predictionSets(probabilities, single, leastAmbiguous))).toEqual(given.lac);
    const rowsOfClass = probabilities.map((_, k) => calibration.filter((row) => labels[row] === k));
    const own = calibratedByClass(probabilities, labels, rowsOfClass, level, leastAmbiguous);
    expect(plain(predictionSets(probabilities, own, leastAmbiguous))).toEqual(given.byClass);
    const score = adaptive(Float64Array.from(given.uniforms));
    const threshold = calibrated(probabilities, labels, calibration, level, score);
    expect(threshold[0]).toBeCloseTo(given.apsThreshold, 12);
    expect(plain(predictionSets(probabilities, threshold, score))).toEqual(given.aps);
  });

  it.each(reference.ranges)('cover between the beta quantiles of scipy: $n at $level', ({ n, level, lower, upper }) => {
    expect(coverageRange(n, level).lower).toBeCloseTo(lower, 10);
    expect(coverageRange(n, level).upper).toBeCloseTo(upper, 10);
  });

  it('need as many people as chance leaves at most five points below the level', () => {
    expect(fewestCalibrations(0.9)).toBe(127);
    expect(fewestCalibrations(0.95)).toBe(36);
  });

  it('cover at the level on average over draws, for each class by itself where calibrated so', () => {
    const draw = random('coverage of sets');
    const covered = { lac: 0, aps: 0, byClass: [0, 0], ofClass: [0, 0] };
    const [replicates, n, judged] = [400, 60, 10];
    for (let replicate = 0; replicate < replicates; replicate++) {
      const labels = Uint8Array.from({ length: n + judged }, () => Number(draw.bernoulli(0.4)));
      const ill = Float64Array.from(labels, (label) => 1 / (1 + Math.exp(-(2 * label - 0.2 + draw.normal()))));
      const probabilities = [ill.map((score) => 1 - score), ill];
      const rows = [...Array(n).keys()];
      const score = adaptive(Float64Array.from(labels, () => draw.uniform()));
      const of = [0, 1].map((k) => rows.filter((row) => labels[row] === k));
      const lac = predictionSets(
        probabilities,
        calibrated(probabilities, labels, rows, 0.9, leastAmbiguous),
        leastAmbiguous,
      );
      const aps = predictionSets(probabilities, calibrated(probabilities, labels, rows, 0.9, score), score);
      const by = calibratedByClass(probabilities, labels, of, 0.9, leastAmbiguous);
      const byClass = predictionSets(probabilities, by, leastAmbiguous);
      for (let row = n; row < n + judged; row++) {
        const k = labels[row];
        covered.lac += lac[k][row];
        covered.aps += aps[k][row];
        covered.byClass[k] += byClass[k][row];
        covered.ofClass[k] += 1;
      }
    }
    // Standard error of 4,000 answers in 400 draws: at most 0.8 points; expected 0.9 to 0.9 + 1 / (n + 1).
    expect(covered.lac / (replicates * judged)).toBeGreaterThan(0.88);
    expect(covered.lac / (replicates * judged)).toBeLessThan(0.94);
    expect(covered.aps / (replicates * judged)).toBeGreaterThan(0.88);
    expect(covered.aps / (replicates * judged)).toBeLessThan(0.94);
    for (const k of [0, 1]) expect(covered.byClass[k] / covered.ofClass[k]).toBeGreaterThan(0.88);
  });

  it('hold everything where there are too few to calibrate on, and refuse scores that are no numbers', () => {
    expect(conformalQuantile(new Float64Array(0), 0.9)).toBe(Number.POSITIVE_INFINITY);
    expect(conformalQuantile(new Float64Array(8), 0.9)).toBe(Number.POSITIVE_INFINITY);
    expect(conformalQuantile(Float64Array.from([3, 1, 2, 9, 5, 4, 6, 8, 7]), 0.9)).toBe(9);
    expect(conformalQuantile(new Float64Array(20).fill(0.5), 0.9)).toBe(0.5);
    expect(() => conformalQuantile(Float64Array.from([0.1, Number.NaN]), 0.9)).toThrow(
      'score at index 1: found NaN, allowed: numbers',
    );
    expect(() =>
      calibratedByClass(
        [new Float64Array(1), new Float64Array(1)],
        Uint8Array.from([1]),
        [[0], []],
        0.9,
        leastAmbiguous,
      ),
    ).toThrow('row 0: found class 1, expected 0');
  });
});

describe('losses of several classes', () => {
  it.each(reference.losses)('equal scikit-learn, with the intervals of scipy: $name', (given) => {
    const input = {
      scores: given.scores.map((column) => Float64Array.from(column)),
      labels: Uint8Array.from(given.labels),
      ...(given.clusters !== null && { clusters: Int32Array.from(given.clusters) }),
    };
    for (const [figure, expected] of [
      [told(multiclassBrier(input)), given.brier],
      [told(logLoss(input)), given.logLoss],
    ] as const) {
      expect(figure.estimate).toBeCloseTo(expected.estimate, 12);
      expect(figure.lower).toBeCloseTo(expected.lower, 9);
      expect(figure.upper).toBeCloseTo(expected.upper, 9);
    }
  });

  it('stay finite for a probability of 0, and cannot be told of few rows or of one person', () => {
    const certain = {
      scores: [new Float64Array(12).fill(1), new Float64Array(12)],
      labels: new Uint8Array(12).fill(1),
    };
    expect(logLoss(certain)).toEqual({ cannotTell: 'the losses do not vary', n: 12, events: 12 });
    // Twelve times 0.494 by 12 is not 0.494.
    const alike = { scores: [0.61, 0.39].map((p) => new Float64Array(12).fill(p)), labels: new Uint8Array(12) };
    expect(logLoss(alike)).toMatchObject({ cannotTell: 'the losses do not vary' });
    const wrong = Uint8Array.from({ length: 12 }, (_, row) => Number(row > 0));
    expect(told(logLoss({ ...certain, labels: wrong })).estimate).toBeCloseTo((-11 / 12) * Math.log(Number.EPSILON), 9);
    expect(told(multiclassBrier({ ...certain, labels: wrong })).estimate).toBeCloseTo(22 / 12, 12);
    expect(told(multiclassBrier({ ...certain, labels: wrong })).upper).toBe(2);
    const few = { scores: [new Float64Array(2), new Float64Array(2)], labels: new Uint8Array(2) };
    expect(multiclassBrier(few)).toEqual({ cannotTell: '2 studies are fewer than 10', n: 2, events: 2 });
    expect(logLoss({ ...certain, clusters: new Int32Array(12) })).toMatchObject({
      cannotTell: '1 person is fewer than 10',
    });
    expect(logLoss({ scores: [new Float64Array(0), new Float64Array(0)], labels: new Uint8Array(0) })).toMatchObject({
      cannotTell: '0 studies are fewer than 10',
    });
  });

  it('refuse probabilities outside 0 to 1, and labels without a class', () => {
    const labels = Uint8Array.from([0, 2]);
    const scores = [Float64Array.from([0.5, 0.5]), Float64Array.from([0.5, 0.5])];
    expect(() => logLoss({ scores, labels })).toThrow('label at index 1: found class 2, allowed: 0 to 1');
    expect(() => logLoss({ scores: [scores[0], Float64Array.from([0.5, 1.5])], labels })).toThrow(
      'score at index 1 of class 1: found 1.5, allowed: 0 to 1',
    );
  });
});
