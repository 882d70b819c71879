// Numbers: tests/fixtures/reference/validation/calibration-distance.R and usefulness.py.
import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { binnedCalibration } from '#lib/validation/binned-calibration.ts';
import { brier } from '#lib/validation/brier.ts';
import { calibrationError } from '#lib/validation/calibration-error.ts';
import { distanceInterval } from '#lib/validation/distance-interval.ts';
import { scaledBrier } from '#lib/validation/scaled-brier.ts';
import { scoreCells } from '#lib/validation/score-cells.ts';
import distances from '../../fixtures/reference/validation/calibration-distance.json' with { type: 'json' };
import python from '../../fixtures/reference/validation/usefulness.json' with { type: 'json' };
import { clustered, expectRelative, independent, predictions, referenceCases, told, Z_975 } from './reference.ts';

const withCurve = distances.flatMap(({ name, distance }, i) => (distance === null ? [] : [{ name, distance, i }]));

describe('calibrationError', () => {
  it.each(withCurve)('has ICI, E50 and E90 of lrm with rcs, and its Wald test: $name', ({ distance, i }) => {
    const { ici, e50, e90, p } = calibrationError(independent(referenceCases[i]), {
      random: random(1),
      replicates: 40,
    });
    for (const [place, figure] of [ici, e50, e90].entries()) {
      expect(told(figure).estimate).toBeCloseTo(distance.figures[place], 8);
    }
    expectRelative(p as number, distance.p, 1e-5);
  });

  it('resamples people as boot of R does, within the error of resampling', () => {
    const { distance, i } = withCurve[withCurve.length - 1];
    const { ici, e50, e90 } = calibrationError(clustered(referenceCases[i]), { random: random(2), replicates: 1500 });
    for (const [place, figure] of [ici, e50, e90].entries()) {
      // A 97.5th percentile of about 1,000 replicates is good to a fifth of their standard deviation.
      expect(Math.abs(told(figure).upper - distance.upper[place])).toBeLessThan(0.3 * distance.sd[place]);
    }
    expect(told(ici).method).toBe('ICI, restricted cubic spline, clustered bootstrap of 1500 samples');
  });

  it('reaches 0 for a calibrated model, and does not for one that is far off', () => {
    const source = random('calibrated');
    const scores = Float64Array.from({ length: 1500 }, () => 0.1 + 0.6 * source.uniform());
    const labels = scores.map((score) => Number(source.bernoulli(score)));
    const right = { scores, labels: Uint8Array.from(labels) };
    const wrong = { ...right, scores: scores.map((score) => score / 2) };
    const options = { random: source, replicates: 200 };
    expect(told(calibrationError(right, options).ici).lower).toBe(0);
    expect(told(calibrationError(wrong, options).ici).lower).toBeGreaterThan(0.1);
  });

  it('draws cells of many rows as it would draw the rows', () => {
    const source = random('many rows');
    const scores = Float64Array.from({ length: 6000 }, () => 0.05 + 0.9 * source.uniform());
    const labels = Uint8Array.from(scores, (score) => Number(source.bernoulli(score ** 1.2)));
    const upper = (clusters?: Int32Array) =>
      told(
        calibrationError({ scores, labels, ...(clusters && { clusters }) }, { random: random(7), replicates: 500 }).ici,
      );
    const [cells, rows] = [upper(), upper(Int32Array.from(scores, (_, row) => row))];
    expect(cells.estimate).toBe(rows.estimate);
    expect(Math.abs(cells.upper - rows.upper)).toBeLessThan(0.15 * (rows.upper - rows.estimate));
  });

  it('gives the same numbers from the same seed', () => {
    const input = independent(referenceCases[1]);
    const once = () => calibrationError(input, { random: random('same'), replicates: 50 });
    expect(once()).toEqual(once());
  });

  it('cannot tell from few events, one class, or two distinct scores, and refuses a score that is no number', () => {
    const options = { random: random(1) };
    const few = calibrationError(predictions([0.2, 0.4, 0.6], [0, 1, 1]), options);
    expect(few.ici).toEqual({
      cannotTell: '2 studies with and 1 without the outcome: at least 20 of each are needed',
      n: 3,
      events: 2,
    });
    expect(few.p).toBeUndefined();
    expect(calibrationError(predictions([], []), options).e90).toMatchObject({ n: 0 });
    const two = predictions(
      Array.from({ length: 100 }, (_, i) => (i % 2 ? 0.3 : 0.6)),
      Array.from({ length: 100 }, (_, i) => Number(i % 3 === 0)),
    );
    expect(calibrationError(two, options).ici).toMatchObject({
      cannotTell: 'the scores take too few different values for a smooth curve',
    });
    expect(() => calibrationError(predictions([0.5, Number.NaN], [0, 1]), options)).toThrow(
      'score at index 1: found NaN',
    );
  });
});

describe('binnedCalibration', () => {
  it.each(python.cases.map((reference, i) => ({ ...reference, i })))(
    'equals its definition in numpy: $name',
    (reference) => {
      const answer = binnedCalibration(independent(referenceCases[reference.i]), { random: random(3), replicates: 40 });
      for (const name of ['ece', 'reliability', 'resolution', 'uncertainty'] as const) {
        expect(told(answer[name]).estimate, name).toBeCloseTo(reference.binned[name], 10);
      }
      expect(told(answer.ece).method).toContain(`over ${reference.binned.bins} groups of the score`);
    },
  );

  it('has the debiased ECE of the package of its authors, within the error of their simulation', () => {
    for (const [i, { binned }] of python.cases.entries()) {
      const { ece } = binnedCalibration(independent(referenceCases[i]), { random: random(3), replicates: 40 });
      // They take the rows of a bin less none, not less one, in the variance of its share: that tells in small bins.
      expect(Math.abs(told(ece).estimate - Math.max(0, binned.packageEce))).toBeLessThan(i === 0 ? 0.006 : 0.002);
    }
  });

  it('adds up to the Brier score, for people with several rows too', () => {
    for (const reference of referenceCases) {
      for (const input of [independent(reference), clustered(reference)]) {
        const { reliability, resolution, uncertainty } = binnedCalibration(input, {
          random: random(4),
          replicates: 20,
        });
        const total = told(reliability).estimate - told(resolution).estimate + told(uncertainty).estimate;
        expect(total).toBeCloseTo(told(brier(input)).estimate, 12);
      }
    }
  });

  it('takes more off for chance where rows are repeated people', () => {
    const reference = referenceCases[3];
    const thrice = (rows: number[]) => rows.flatMap((value) => [value, value, value]);
    const input = predictions(thrice(reference.scores), thrice(reference.labels));
    const clusters = Int32Array.from(input.scores, (_, row) => Math.floor(row / 3));
    const ece = (of: typeof input) => told(binnedCalibration(of, { random: random(5), replicates: 20 }).ece).estimate;
    expect(ece({ ...input, clusters })).toBeLessThan(ece(input));
    expect(ece({ ...input, clusters })).toBeCloseTo(ece(independent(reference)), 2);
  });

  it('cannot tell below twenty people of each class', () => {
    const input = { ...independent(referenceCases[5]), clusters: new Int32Array(500).map((_, row) => row % 12) };
    expect(binnedCalibration(input, { random: random(6) }).ece).toMatchObject({
      cannotTell: '12 people with and 12 without the outcome: at least 20 of each are needed',
    });
  });
});

describe('scaledBrier', () => {
  it('has the delta-method interval of numerical differentiation', () => {
    for (const [i, { scaledBrier: expected }] of python.cases.entries()) {
      const { estimate, lower, upper } = told(scaledBrier(independent(referenceCases[i])));
      expect(estimate).toBeCloseTo(expected[0], 9);
      expect(lower).toBeCloseTo(expected[0] - Z_975 * expected[1], 7);
      expect(upper).toBeCloseTo(Math.min(1, expected[0] + Z_975 * expected[1]), 7);
    }
  });

  it('cannot tell where all have the same outcome', () => {
    expect(scaledBrier(predictions([0.1, 0.2], [1, 1]))).toEqual({
      cannotTell: 'all studies have the same outcome',
      n: 2,
      events: 2,
    });
  });
});

describe('distanceInterval', () => {
  it('runs from the basic to the percentile limit, and from 0 where a test does not reject', () => {
    const replicates = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    expect(distanceInterval(0.8, replicates, 0.9, true)).toEqual({ lower: 0.8 * 2 - 0.95, upper: 0.95 });
    expect(distanceInterval(0.8, replicates, 0.9, false)).toEqual({ lower: 0, upper: 0.95 });
  });
});

describe('scoreCells', () => {
  it('are the distinct scores where they are few, else neighbours in equal numbers, equal scores together', () => {
    const few = scoreCells(Float64Array.of(0.5, 0.1, 0.5, 0.9), 10);
    expect([...few.scores]).toEqual([0.1, 0.5, 0.9]);
    expect([...few.cellOfRow]).toEqual([1, 0, 1, 2]);
    const many = scoreCells(
      Float64Array.from({ length: 1000 }, (_, i) => Math.floor(i / 3) / 400),
      50,
    );
    expect(many.scores.length).toBe(50);
    const owner = new Map<number, number>();
    many.cellOfRow.forEach((cell, i) => {
      const score = Math.floor(i / 3);
      expect(owner.get(score) ?? cell).toBe(cell);
      owner.set(score, cell);
    });
  });
});
