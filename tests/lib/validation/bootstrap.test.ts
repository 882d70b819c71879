import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { bcaInterval, jackknifeAcceleration } from '#lib/validation/bca.ts';
import { binomialDeviate } from '#lib/validation/binomial-deviate.ts';
import { bootstrapCounts, countPatterns, replicateCounts } from '#lib/validation/bootstrap-counts.ts';
import { bootstrapMetrics, RESAMPLED_METRICS } from '#lib/validation/bootstrap-metrics.ts';
import { bootstrapRanks, replicateRanks, resampledRows } from '#lib/validation/bootstrap-ranks.ts';
import { areaUnderRoc, averagePrecisionOf } from '#lib/validation/rank-statistics.ts';
import { fromPython } from './discrimination-reference.ts';
import { predictions, told } from './reference.ts';

const mean = (values: Float64Array): number => values.reduce((total, value) => total + value, 0) / values.length;
const deviation = (values: Float64Array): number => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

describe('a binomial deviate', () => {
  it.each([
    [5, 0.3],
    [40, 0.1],
    [60, 0.5],
    [200, 0.9],
    [1000, 0.02],
    [100_000, 0.37],
  ])('has the frequencies of the binomial distribution by chi-square: n %i, p %f', (n, p) => {
    const source = random(`binomial ${n} ${p}`);
    const draws = 20_000;
    const seen = new Map<number, number>();
    for (let draw = 0; draw < draws; draw++) {
      const value = binomialDeviate(source, n, p);
      seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    let logMass = n * Math.log1p(-p);
    let [chiSquare, cells, expected, observed] = [0, 0, 0, 0];
    for (let k = 0; k <= n; k++) {
      expected += draws * Math.exp(logMass);
      observed += seen.get(k) ?? 0;
      logMass += Math.log(((n - k) * p) / ((k + 1) * (1 - p)));
      if (expected < 20 && k < n) continue;
      if (expected > 0) chiSquare += (observed - expected) ** 2 / Math.max(expected, 1);
      [expected, observed, cells] = [0, 0, cells + 1];
    }
    // Wilson and Hilferty: beyond four standard deviations a sampler is wrong.
    const z = (Math.cbrt(chiSquare / cells) - (1 - 2 / (9 * cells))) / Math.sqrt(2 / (9 * cells));
    expect(z).toBeLessThan(4);
  });

  it('is certain at probability 0 and 1 and refuses what is no probability', () => {
    const source = random('edges');
    expect(binomialDeviate(source, 12, 0)).toBe(0);
    expect(binomialDeviate(source, 12, 1)).toBe(12);
    expect(binomialDeviate(source, 0, 0.4)).toBe(0);
    expect(() => binomialDeviate(source, 12, 1.5)).toThrow('binomial: found n 12 and probability 1.5');
  });
});

describe('the BCa interval', () => {
  const replicates = Float64Array.from({ length: 999 }, (_, i) => i + 1);

  it('is the percentile interval without bias and acceleration', () => {
    const interval = bcaInterval(replicates, 500, 0, 0.9);
    expect(interval?.lower).toBeCloseTo(1 + 998 * 0.05, 9);
    expect(interval?.upper).toBeCloseTo(1 + 998 * 0.95, 9);
  });

  it('moves with bias and acceleration as in Efron and Tibshirani, equation 14.10', () => {
    // 399 below and 1 equal of 999. scipy: b = norm.ppf(399.5/999); norm.cdf(b + (b + z) / (1 - .05 * (b + z))) for z = ∓norm.ppf(.95)
    const interval = bcaInterval(replicates, 400, 0.05, 0.9);
    expect(interval?.lower).toBeCloseTo(1 + 998 * 0.023434536371402626, 9);
    expect(interval?.upper).toBeCloseTo(1 + 998 * 0.892818084925707, 9);
  });

  it('is not there when replicates are all equal, too few, or all on one side', () => {
    expect(bcaInterval(new Float64Array(500).fill(0.4), 0.4, 0, 0.95)).toBeUndefined();
    expect(bcaInterval(replicates.subarray(0, 100), 50, 0, 0.95)).toBeUndefined();
    expect(bcaInterval(replicates, 0, 0, 0.95)).toBeUndefined();
    expect(
      bcaInterval(
        replicates.map((value, i) => (i % 2 === 0 ? Number.NaN : value)),
        500,
        0,
        0.95,
      ),
    ).toBeDefined();
  });

  it('has the acceleration of a mean: a sixth of its skewness by the root of n', () => {
    const values = [1, 1, 2, 7];
    const leftOut = values.map((value) => (11 - value) / 3);
    const centred = values.map((value) => value - 11 / 4);
    const power = (p: number): number => centred.reduce((total, value) => total + value ** p, 0);
    expect(jackknifeAcceleration(leftOut)).toBeCloseTo(power(3) / (6 * power(2) ** 1.5), 12);
    expect(jackknifeAcceleration([leftOut[0], leftOut[2], leftOut[3]], [2, 1, 1])).toBeCloseTo(
      jackknifeAcceleration(leftOut),
      12,
    );
    expect(jackknifeAcceleration([3, 3, 3])).toBe(0);
  });
});

/** Rows that are each in one of the cells. */
const cells = (...counts: number[]) => {
  const rows = counts.flatMap((count, cell) => new Array<number>(count).fill(cell));
  return countPatterns(counts.map((_, cell) => Uint8Array.from(rows, (own) => Number(own === cell))));
};

describe('the bootstrap of counts', () => {
  it('spreads a share as widely as the binomial does', () => {
    const [shares] = replicateCounts(cells(30, 70), [([a, b]) => a / (a + b)], random('share'), 4000);
    expect(mean(shares)).toBeCloseTo(0.3, 2);
    expect(deviation(shares)).toBeGreaterThan(Math.sqrt(0.21 / 100) * 0.95);
    expect(deviation(shares)).toBeLessThan(Math.sqrt(0.21 / 100) * 1.05);
  });

  it('keeps the number of subjects, not of rows', () => {
    const clusters = Int32Array.from([7, 7, 7, 8, 9, 9]);
    const counts = countPatterns([Uint8Array.from([1, 0, 1, 0, 1, 1]), new Uint8Array(6).fill(1)], clusters);
    expect(counts.subjects).toBe(3);
    expect([...counts.totals]).toEqual([4, 6]);
    const [rows] = replicateCounts(counts, [([, n]) => n], random('rows'), 500);
    expect(new Set(rows)).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
  });

  it('gives the same interval for the same seed', () => {
    const twice = [1, 2].map(() =>
      bootstrapCounts(cells(40, 20, 60), [([a, b]) => a / (a + b)], {
        random: random('same'),
        level: 0.95,
      }),
    );
    expect(twice[0]).toEqual(twice[1]);
    expect(twice[0][0]?.lower).toBeLessThan(2 / 3);
  });
});

describe('the bootstrap of a ranking', () => {
  const { scores, labels } = fromPython.binary[1];
  const input = predictions(scores, labels);
  const plain = { random: random('ranks'), level: 0.95, replicates: 1000 };

  it('resamples rows as the multinomial does: the spread of the share of events', () => {
    const share = ({
      truePositives,
      falsePositives,
    }: {
      truePositives: Float64Array;
      falsePositives: Float64Array;
    }): number => {
      const last = truePositives.length - 1;
      return truePositives[last] / (truePositives[last] + falsePositives[last]);
    };
    const [shares] = replicateRanks(resampledRows(input), [share], random('share'), 3000);
    const expected = Math.sqrt((0.26 * 0.74) / 200);
    expect(mean(shares)).toBeCloseTo(0.26, 2);
    expect(Math.abs(deviation(shares) / expected - 1)).toBeLessThan(0.06);
  });

  it('widens when rows repeat subjects, and is the same for the same seed', () => {
    const doubled = {
      scores: Float64Array.from([...scores, ...scores]),
      labels: Uint8Array.from([...labels, ...labels]),
    };
    const clusters = Int32Array.from({ length: 400 }, (_, row) => row % 200);
    const width = (of: typeof input): number => {
      const [interval] = bootstrapRanks(of, [areaUnderRoc], { ...plain, random: random('width') });
      return interval === undefined ? Number.NaN : interval.upper - interval.lower;
    };
    expect(width({ ...doubled, clusters }) / width(input)).toBeGreaterThan(0.9);
    expect(width(doubled) / width(input)).toBeLessThan(0.85);
    expect(width(input)).toBe(width(input));
  });

  it('has no interval where the scores separate', () => {
    const separated = predictions(
      labels.map((label, row) => label * 1000 + row),
      labels,
    );
    expect(bootstrapRanks(separated, [areaUnderRoc, averagePrecisionOf], plain)).toEqual([undefined, undefined]);
  });
});

describe('twelve metrics resampled', () => {
  const { scores, labels } = fromPython.binary[0];
  const input = predictions(scores, labels);
  const plain = () => ({ random: random('twelve'), replicates: 400 });

  it('have the estimates of scikit-learn and intervals around them', () => {
    const found = bootstrapMetrics(input, 0.5, plain());
    const reference = fromPython.binary[0];
    const expected = {
      f1: reference.f1[0],
      balancedAccuracy: reference.balancedAccuracy[0],
      matthewsCorrelation: reference.matthewsCorrelation,
      accuracy: reference.accuracy,
      positivePredictiveValue: reference.precision,
      auroc: reference.auroc,
      partialAuroc: reference.partialAuroc,
      averagePrecision: reference.averagePrecision,
    };
    for (const [name, value] of Object.entries(expected)) {
      const { estimate, lower, upper } = told(found[name as keyof typeof expected]);
      expect(estimate).toBeCloseTo(value, 12);
      expect(lower).toBeLessThan(value);
      expect(upper).toBeGreaterThan(value);
    }
    expect(Object.keys(found)).toEqual(RESAMPLED_METRICS);
  });

  it('take the rows that are called positive instead of a threshold', () => {
    const positive = Uint8Array.from(scores, (score) => Number(score >= 0.5));
    expect(bootstrapMetrics(input, positive, plain())).toEqual(bootstrapMetrics(input, 0.5, plain()));
  });

  it('have no interval where nothing varies', () => {
    const nobody = bootstrapMetrics(input, 2, plain());
    expect(nobody.sensitivity).toMatchObject({ cannotTell: 'the resampled values do not spread around the estimate' });
    expect(nobody.positivePredictiveValue).toHaveProperty('cannotTell');
    expect(told(nobody.negativePredictiveValue).estimate).toBeCloseTo(105 / 160, 12);
  });
});
