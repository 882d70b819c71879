import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { brier } from '#lib/validation/brier.ts';
import { calibration } from '#lib/validation/calibration.ts';
import { type CalibrationCurve, calibrationCurve } from '#lib/validation/calibration-curve.ts';
import { calibrationGroups } from '#lib/validation/calibration-groups.ts';
import type { CannotTell } from '#lib/validation/estimate.ts';
import { observedExpected, ratioLimits } from '#lib/validation/observed-expected.ts';
import { quantiles } from '#lib/validation/quantiles.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import {
  clustered,
  clusteredCases,
  expectRelative,
  independent,
  predictions,
  pythonReference,
  referenceCases,
  told,
  Z_975,
} from './reference.ts';

const curveOf = (answer: CalibrationCurve | CannotTell): CalibrationCurve => {
  if ('cannotTell' in answer) throw new Error(answer.cannotTell);
  return answer;
};

describe('recalibration', () => {
  it.each(referenceCases)('equals glm of R, and its cluster sandwich: $name', (reference) => {
    const plain = recalibration(independent(reference));
    const ofSubjects = recalibration(clustered(reference));
    for (const name of ['intercept', 'slope'] as const) {
      const { estimate, se, clusteredSe } = reference[name];
      const answer = told(plain[name]);
      expect(answer.estimate).toBeCloseTo(estimate, 9);
      expect(answer.upper).toBeCloseTo(estimate + Z_975 * se, 8);
      expect(answer.lower).toBeCloseTo(estimate - Z_975 * se, 8);
      expect(told(ofSubjects[name]).upper).toBeCloseTo(estimate + Z_975 * clusteredSe, 8);
    }
  });

  it('refuses a score of exactly 0 or 1 by index, or clips it and says how many', () => {
    const source = random('clip');
    const scores = Array.from({ length: 100 }, () => source.uniform());
    const labels = scores.map((score) => Number(source.bernoulli(score)));
    scores[3] = 1;
    scores[7] = 0;
    const input = predictions(scores, labels);
    expect(() => recalibration(input)).toThrow(
      'score at index 3: found 1, allowed: strictly between 0 and 1, or set clipTo',
    );
    const clipped = recalibration(input, { clipTo: 1e-6 });
    expect(clipped.clipped).toBe(2 + scores.filter((score) => score > 0 && score < 1e-6).length);
    expect(Number.isFinite(told(clipped.slope).upper)).toBe(true);
    expect(() => recalibration(input, { clipTo: 0.7 })).toThrow('clipTo: found 0.7, allowed: between 0 and 0.5');
  });

  it('cannot tell below twenty events or non-events, for separated classes, and for a constant score', () => {
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const few = recalibration(
      predictions(
        rows.map((row) => (row + 1) / 200),
        rows.map((row) => Number(row % 10 === 0)),
      ),
    );
    expect(few.slope).toEqual({
      cannotTell: '10 studies with and 90 without the outcome: at least 20 of each are needed',
      n: 100,
      events: 10,
    });
    const separated = recalibration(
      predictions(
        rows.map((row) => (row + 1) / 102),
        rows.map((row) => Number(row >= 50)),
      ),
    );
    expect(separated.slope).toMatchObject({ n: 100, events: 50 });
    expect('cannotTell' in separated.slope).toBe(true);
    const constant = recalibration(
      predictions(
        rows.map(() => 0.3),
        rows.map((row) => row % 2),
      ),
    );
    expect('cannotTell' in constant.slope).toBe(true);
    expect(told(constant.intercept).estimate).toBeCloseTo(Math.log(7 / 3), 9);
  });

  it('refuses scores that are no probabilities', () => {
    expect(() => recalibration(predictions([0.5, 1.2], [0, 1]))).toThrow(
      'score at index 1: found 1.2, allowed: a probability',
    );
  });
});

describe('observedExpected', () => {
  it('is the ratio with the log-scale binomial interval computed in Python', () => {
    for (const [index, { observedExpected: expected }] of pythonReference.cases.entries()) {
      const { estimate, lower, upper } = told(observedExpected(independent(referenceCases[index])));
      for (const [place, value] of [estimate, lower, upper].entries()) expectRelative(value, expected[place], 1e-9);
    }
  });

  it('has the clustered standard error of svyratio of the survey package in R', () => {
    for (const [index, { observedExpected: expected }] of clusteredCases.entries()) {
      const [ratio, error] = expected;
      const answer = told(observedExpected(clustered(referenceCases[index])));
      expectRelative(answer.estimate, ratio, 1e-9);
      // The error of the logarithm is the relative error of the ratio.
      expectRelative(answer.upper, ratio * Math.exp((Z_975 * error) / ratio), 1e-9);
      expectRelative(answer.lower, ratio / Math.exp((Z_975 * error) / ratio), 1e-9);
    }
  });

  it('has the exact bounds without any event, and cannot tell where none is expected', () => {
    const none = told(observedExpected(predictions(new Array(40).fill(0.1), new Array(40).fill(0))));
    expect(none).toMatchObject({
      estimate: 0,
      lower: 0,
      method: 'observed : expected events, exact Clopper-Pearson interval',
    });
    expect(none.upper).toBeCloseTo((1 - 0.025 ** (1 / 40)) / 0.1, 10);
    expect(observedExpected(predictions([0, 0], [0, 1]))).toMatchObject({
      cannotTell: 'the model expects no event at all',
    });
  });

  it('has the limits of another level without its rows; without an event a little wider ones', () => {
    for (const input of [independent(referenceCases[0]), clustered(referenceCases[1])]) {
      const other = told(observedExpected(input, { level: 0.9875 }));
      const limits = ratioLimits(told(observedExpected(input)), 0.9875);
      expectRelative(limits.lower, other.lower, 1e-9);
      expectRelative(limits.upper, other.upper, 1e-9);
    }
    const of = (label: number, level: number) =>
      told(observedExpected(predictions(new Array(40).fill(0.5), new Array(40).fill(label)), { level }));
    const all = ratioLimits(of(1, 0.95), 0.9875);
    expectRelative(all.lower, of(1, 0.9875).lower, 1e-9);
    expect(all.upper).toBe(of(1, 0.9875).upper);
    const none = ratioLimits(of(0, 0.95), 0.9875);
    expect(none.upper / of(0, 0.9875).upper).toBeGreaterThanOrEqual(1);
    expect(none.upper / of(0, 0.9875).upper).toBeLessThan(1.05);
  });

  it('widens when every row stands for the same few subjects', () => {
    const reference = referenceCases[5];
    const repeated = (rows: number[]): number[] => rows.flatMap((value) => [value, value, value]);
    const input = predictions(repeated(reference.scores), repeated(reference.labels));
    const clusters = Int32Array.from(input.scores, (_, row) => Math.floor(row / 3));
    const width = (answer: { lower: number; upper: number }): number => Math.log(answer.upper / answer.lower);
    expect(width(told(observedExpected({ ...input, clusters })))).toBeGreaterThan(
      1.3 * width(told(observedExpected(input))),
    );
  });
});

describe('brier', () => {
  it('equals scikit-learn, with the standard error of the mean of scipy', () => {
    for (const [index, { brier: expected, brierSe }] of pythonReference.cases.entries()) {
      const answer = told(brier(independent(referenceCases[index])));
      expect(answer.estimate).toBeCloseTo(expected, 12);
      expect(answer.upper).toBeCloseTo(expected + Z_975 * brierSe, 12);
    }
  });

  it('has the clustered standard error of svymean of the survey package in R', () => {
    for (const [index, { brier: expected }] of clusteredCases.entries()) {
      const answer = told(brier(clustered(referenceCases[index])));
      expect(answer.estimate).toBeCloseTo(expected[0], 12);
      expect(answer.upper).toBeCloseTo(expected[0] + Z_975 * expected[1], 12);
    }
  });

  it.each([
    ['every score is exactly right', [0, 1, 0, 1], undefined],
    ['every score is exactly wrong', [1, 0, 1, 0], undefined],
    ['all errors are equal, by person too', [0.1, 0.9, 0.1, 0.9], Int32Array.of(0, 0, 1, 1)],
  ])('has no interval, and not one of no width, where %s', (_, scores, clusters) => {
    const rows = predictions(scores, [0, 1, 0, 1]);
    expect(brier({ ...rows, ...(clusters && { clusters }) })).toEqual({
      cannotTell: 'the errors do not vary',
      n: 4,
      events: 2,
    });
  });
});

describe('calibrationGroups', () => {
  it('cuts at the tenths of numpy and loses no row', () => {
    const reference = referenceCases[1];
    const { deciles } = pythonReference.cases[1];
    const groups = calibrationGroups(independent(reference));
    expect(groups).toHaveLength(10);
    groups.forEach(({ from, to, observed }, index) => {
      expect(to).toBeLessThanOrEqual(deciles[index] + 1e-12);
      if (index > 0) expect(from).toBeGreaterThan(deciles[index - 1] - 1e-12);
      const members = reference.scores.flatMap((score, row) =>
        score >= from && score <= to ? [reference.labels[row]] : [],
      );
      expect(observed).toMatchObject({ n: members.length, events: members.filter((label) => label === 1).length });
    });
    expect(quantiles(Float64Array.from(reference.scores).sort(), [0.1, 0.5, 1])).toEqual([
      deciles[0],
      deciles[4],
      deciles[9],
    ]);
  });

  it('keeps equal scores together and covers every row, however few the distinct scores are', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(scores, (values) => {
        const groups = calibrationGroups(
          predictions(
            values.map((value) => value / 15),
            values.map((value) => value % 2),
          ),
        );
        expect(groups.reduce((total, { observed }) => total + observed.n, 0)).toBe(values.length);
        expect(groups.length).toBeLessThanOrEqual(Math.min(10, new Set(values).size));
        for (const [index, { from, to, meanPredicted }] of groups.entries()) {
          if (index > 0) expect(from).toBeGreaterThan(groups[index - 1].to);
          expect(meanPredicted).toBeGreaterThanOrEqual(from - 1e-12);
          expect(meanPredicted).toBeLessThanOrEqual(to + 1e-12);
        }
      }),
    );
  });
});

describe('calibrationCurve', () => {
  it.each(referenceCases.filter(({ curve }) => curve !== null))(
    'equals lrm with rcs of rms: $name',
    ({ curve, ...reference }) => {
      const answer = curveOf(calibrationCurve(independent({ ...reference, curve }), { points: 11 }));
      curve?.at.forEach((at, point) => {
        expect(answer.predicted[point]).toBeCloseTo(at, 12);
        expect(answer.observed[point]).toBeCloseTo(curve.observed[point], 8);
        expect(answer.lower[point]).toBeCloseTo(curve.lower[point], 8);
        expect(answer.upper[point]).toBeCloseTo(curve.upper[point], 8);
      });
      expect(answer.knots).toHaveLength(4);
      answer.knots.forEach((knot, index) => {
        expect(knot).toBeCloseTo(curve?.knots[index] ?? Number.NaN, 12);
      });
    },
  );

  it('cannot tell a smooth curve from two distinct scores, or from too few events', () => {
    const rows = Array.from({ length: 200 }, (_, row) => row);
    const two = predictions(
      rows.map((row) => (row % 2 ? 0.3 : 0.6)),
      rows.map((row) => Number(row % 3 === 0)),
    );
    expect(calibrationCurve(two)).toMatchObject({
      cannotTell: 'the scores take too few different values for a smooth curve',
    });
    expect(calibrationCurve(two, { minimumPerClass: 100 })).toMatchObject({
      cannotTell: '67 studies with and 133 without the outcome: at least 100 of each are needed',
    });
  });
});

describe('calibration', () => {
  it('gathers the same answers as the single functions', () => {
    const input = independent(referenceCases[3]);
    expect(calibration(input)).toEqual({
      ...recalibration(input),
      observedExpected: observedExpected(input),
      brier: brier(input),
      groups: calibrationGroups(input),
      curve: calibrationCurve(input),
    });
  });
});
