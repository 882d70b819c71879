import { chiSquaredUpperQuantile } from '../chi-squared.ts';
import { clusterTotals } from '../cluster-totals.ts';
import { counted, fewerThan } from '../counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { isAllAlike } from '../mean-of-rows.ts';
import { normalMultiplier } from '../normal.ts';
import { studentTMultiplier } from '../student-t.ts';
import { sum } from '../sum.ts';
import { differencesOf, FEWEST_ROWS, type PairedMeasurements } from './measurements.ts';

export interface LimitsOfAgreement {
  /** Mean of first minus second. */
  readonly bias: Estimate;
  /** Between these lie 95 % of the differences, if they are normal. */
  readonly lowerLimit: Estimate;
  readonly upperLimit: Estimate;
  readonly standardDeviation: number;
  /** Correlation of the difference with the mean of both: far from 0, one pair of limits does not fit all sizes. */
  readonly trend: number;
}

/**
 * Bland and Altman (doi 10.1016/S0140-6736(86)90837-8): bias with Student's interval; limits of agreement with intervals recovered
 * from those of mean and standard deviation (Zou 2013, doi 10.1177/0962280211402548), which hold their level in small samples where
 * the published approximation does not. Where people have several pairs, their true value changing, each person's mean counts once and
 * the variance is the sum of that between and that within people (Bland and Altman 2007, doi 10.1080/10543400701329422; Zou, likewise).
 */
export function blandAltman(
  measurements: PairedMeasurements,
  options: { readonly level?: number } = {},
): LimitsOfAgreement | CannotTell {
  const level = checkedLevel(options.level);
  const differences = differencesOf(measurements);
  const n = differences.length;
  const spread = spreadOf(differences, measurements.clusters);
  const { mean, people, variance } = spread;
  const clustered = people < n;
  if (people < FEWEST_ROWS) {
    const found = counted(people, clustered ? measurements.clusters : undefined);
    return { cannotTell: `${found} ${fewerThan(people, FEWEST_ROWS)}`, n, events: n };
  }
  if (isAllAlike(spread.means))
    return { cannotTell: clustered ? 'all people differ alike' : 'all differences are the same', n, events: n };
  const figure = (estimate: number, [lower, upper]: readonly [number, number], method: string): Estimate => ({
    ...{ estimate, lower, upper, level, method, n, events: n },
    ...(measurements.clusters !== undefined && { clusters: people }),
  });
  const deviation = Math.sqrt(variance);
  const error = Math.sqrt(spread.between / people);
  const half = studentTMultiplier(level, people - 1) * error;
  const reach = normalMultiplier(0.95) * deviation;
  const [narrow, wide] = varianceLimits(spread, level).map((limit) => normalMultiplier(0.95) * Math.sqrt(limit));
  const meanHalf = normalMultiplier(level) * error;
  const outside = Math.hypot(meanHalf, wide - reach);
  const inside = Math.hypot(meanHalf, reach - narrow);
  const persons = clustered ? ', variance between and within people' : '';
  const method = `limits of agreement (Bland-Altman)${persons}, interval recovered from mean and standard deviation (MOVER)`;
  const biasMethod = `mean difference${clustered ? ', each person once' : ''}, Student's t interval`;
  return {
    bias: figure(mean, [mean - half, mean + half], biasMethod),
    lowerLimit: figure(mean - reach, [mean - reach - outside, mean - reach + inside], method),
    upperLimit: figure(mean + reach, [mean + reach - inside, mean + reach + outside], method),
    standardDeviation: deviation,
    trend: correlation(
      differences,
      measurements.first.map((value, row) => (value + measurements.second[row]) / 2),
    ),
  };
}

interface Spread {
  /** Of each person, and the mean of these. */
  readonly means: Float64Array;
  readonly mean: number;
  readonly people: number;
  readonly rows: number;
  /** Variance of the people's means. */
  readonly between: number;
  /** Variance of a person's pairs about their mean, times one less the reciprocal of the harmonic mean of the pairs. */
  readonly within: number;
  /** Of a single pair of a new person. */
  readonly variance: number;
}

function spreadOf(differences: Float64Array, clusters: Int32Array | undefined): Spread {
  const rows = differences.length;
  const [totals, sizes, squares] =
    clusters === undefined
      ? [differences, new Float64Array(rows).fill(1), differences.map((value) => value * value)]
      : clusterTotals(clusters, [
          differences,
          new Float64Array(rows).fill(1),
          differences.map((value) => value * value),
        ]);
  const people = totals.length;
  const means = totals.map((total, person) => total / sizes[person]);
  const mean = sum(means) / people;
  const between = sum(means.map((value) => (value - mean) ** 2)) / (people - 1);
  if (people === rows) return { means, mean, people, rows, between, within: 0, variance: between };
  const about = squares.map((square, person) => square - totals[person] * means[person]);
  const share = 1 - sum(sizes.map((size) => 1 / size)) / people;
  const within = share * (Math.max(0, sum(about)) / (rows - people));
  return { means, mean, people, rows, between, within, variance: between + within };
}

/** Limits of the variance, recovered from the chi-squared limits of its two parts. */
function varianceLimits({ people, rows, between, within, variance }: Spread, level: number): [number, number] {
  const tail = (1 - level) / 2;
  const ratio = (upperTail: number, freedom: number): number => freedom / chiSquaredUpperQuantile(upperTail, freedom);
  const part = (size: number, upperTail: number, freedom: number): number =>
    size === 0 ? 0 : size * Math.abs(ratio(upperTail, freedom) - 1);
  const away = (upperTail: number): number =>
    Math.hypot(part(between, upperTail, people - 1), part(within, upperTail, rows - people));
  return [variance - away(tail), variance + away(1 - tail)];
}

/** Pearson's; 0 where either does not vary. */
function correlation(a: Float64Array, b: Float64Array): number {
  const centre = (values: Float64Array) => {
    const mean = sum(values) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centre(a), centre(b)];
  const scale = Math.sqrt(sum(x.map((value) => value * value)) * sum(y.map((value) => value * value)));
  return scale === 0 ? 0 : sum(x.map((value, row) => value * y[row])) / scale;
}
