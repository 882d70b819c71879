import { clusterTotals } from './cluster-totals.ts';
import { expit, logit } from './logit.ts';
import { normalMultiplier } from './normal.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

export interface InfluenceVariance {
  readonly variance: number;
  /** Two-sided multiplier of the standard error: Student's t over the subjects where clusters are given, else the normal's. */
  readonly multiplier: number;
  readonly clusters?: number;
}

/**
 * Variance of a statistic from what each row adds to it (its influence divided by n, summing to 0): the delta method, by rows or, where
 * clusters are given, by the sums of each subject with the correction C / (C − 1).
 */
export function influenceVariance(
  contributions: Float64Array,
  clusters: Int32Array | undefined,
  level: number,
): InfluenceVariance {
  if (clusters === undefined) {
    return { variance: sum(contributions.map((value) => value * value)), multiplier: normalMultiplier(level) };
  }
  const [totals] = clusterTotals(clusters, [contributions]);
  const count = totals.length;
  const variance = (count / (count - 1)) * sum(totals.map((value) => value * value));
  return { variance, multiplier: studentTMultiplier(level, Math.max(1, count - 1)), clusters: count };
}

/**
 * Standard error over people of a figure to which each row adds so much, summing to 0, with its degrees of freedom: the sums of each
 * person, where several rows may be of one, with the correction n / (n − 1).
 */
export function errorOfInfluence(influence: Float64Array, clusters: Int32Array | undefined) {
  const totals = clusters === undefined ? influence : clusterTotals(clusters, [influence])[0];
  const people = totals.length;
  const variance = (people / (people - 1)) * sum(totals.map((total) => total * total));
  return { standardError: Math.sqrt(variance), degreesOfFreedom: people - 1 };
}

/**
 * Degrees of freedom of a variance that is a sum of squares (Satterthwaite, doi 10.2307/3002019, by its own fourth moments): few where a
 * few of them, such as the only ones with the outcome, add most of it.
 */
export function degreesOfFreedom(contributions: Float64Array): number {
  const squares = sum(contributions.map((value) => value * value));
  const fourth = sum(contributions.map((value) => value ** 4));
  return Math.max(1, (2 * squares * squares) / (fourth - (squares * squares) / contributions.length));
}

/** Interval of a number between 0 and 1 on the logit scale, where it is symmetric. */
export function logitInterval(
  estimate: number,
  variance: number,
  multiplier: number,
): { lower: number; upper: number } {
  const middle = logit(estimate);
  const half = (multiplier * Math.sqrt(variance)) / (estimate * (1 - estimate));
  return { lower: expit(middle - half), upper: expit(middle + half) };
}

/** Interval of a number between −1 and 1 on Fisher's z scale. */
export function fisherInterval(
  estimate: number,
  variance: number,
  multiplier: number,
): { lower: number; upper: number } {
  const half = (multiplier * Math.sqrt(variance)) / (1 - estimate * estimate);
  return { lower: Math.tanh(Math.atanh(estimate) - half), upper: Math.tanh(Math.atanh(estimate) + half) };
}
