// Split-conformal prediction sets: which answers a model cannot rule out, at a nominal coverage.
import { incompleteBetaInverse } from './beta.ts';

/** Probabilities of k classes, [class][row]. */
export type ClassProbabilities = readonly Float64Array[];

/** For each class the largest score with which it is in a set. Infinity: always in it. */
export type SetThresholds = Float64Array;

/**
 * The conformal quantile (Vovk, Gammerman and Shafer 2005, doi 10.1007/b106715; Angelopoulos and Bates, doi 10.1561/2200000101, eq. 1.1):
 * the ⌈(n + 1) · level⌉-th smallest of n scores; infinite where n is too small for one. A new score that is exchangeable with these is at
 * most this with probability of at least `level`.
 */
export function conformalQuantile(scores: Float64Array, level: number): number {
  const stray = scores.findIndex((score) => Number.isNaN(score));
  if (stray >= 0) throw new RangeError(`score at index ${stray}: found NaN, allowed: numbers`);
  const rank = rankOf(scores.length, level);
  return rank > scores.length ? Number.POSITIVE_INFINITY : scores.toSorted()[rank - 1];
}

/** Allows for (n + 1) · level that is a whole number but for rounding. */
const rankOf = (n: number, level: number): number => Math.ceil((n + 1) * level - 1e-9);

/**
 * The middle 95 % of the coverages that calibrations of n independent scores give, where exchangeability holds: Beta(k, n + 1 − k) with k
 * the rank of the quantile (Vovk 2012, doi 10.1007/s10994-013-5355-6); ties only raise it.
 */
export function coverageRange(n: number, level: number): { readonly lower: number; readonly upper: number } {
  const rank = rankOf(n, level);
  if (rank > n) return { lower: 1, upper: 1 };
  return {
    lower: incompleteBetaInverse(0.025, rank, n + 1 - rank),
    upper: incompleteBetaInverse(0.975, rank, n + 1 - rank),
  };
}

/** How far below the nominal level chance alone may put a calibration that is used. */
const FARTHEST_BELOW = 0.05;

/** Fewest calibration scores with which chance alone puts the coverage at most five points below the level in 97.5 % of calibrations. */
export function fewestCalibrations(level: number): number {
  for (let n = 1; ; n++) if (rankOf(n, level) <= n && coverageRange(n, level).lower >= level - FARTHEST_BELOW) return n;
}

/** Nonconformity of a class in a row: the smaller, the better it fits. */
export type Nonconformity = (probabilities: ClassProbabilities, k: number, row: number) => number;

/** One minus the probability of the class (LAC: Sadinle, Lei and Wasserman, doi 10.1080/01621459.2017.1395341): the smallest sets on average. */
export const leastAmbiguous: Nonconformity = (probabilities, k, row) => 1 - probabilities[k][row];

/**
 * Adaptive prediction sets (Romano, Sesia and Candès 2020, arXiv:2006.02544): the probabilities of all classes that are more probable, and
 * a random share of its own, `uniforms[row]` from 0 to 1. Of equal probabilities the earlier class goes first.
 */
export function adaptive(uniforms: Float64Array): Nonconformity {
  return (probabilities, k, row) => {
    const own = probabilities[k][row];
    let before = 0;
    for (let other = 0; other < probabilities.length; other++) {
      const value = probabilities[other][row];
      if (value > own || (value === own && other < k)) before += value;
    }
    return before + uniforms[row] * own;
  };
}

/** One threshold for all classes, from the scores of the true classes of the calibration rows. */
export function calibrated(
  probabilities: ClassProbabilities,
  labels: Uint8Array,
  rows: Iterable<number>,
  level: number,
  nonconformity: Nonconformity,
): SetThresholds {
  const scores = Float64Array.from(rows, (row) => nonconformity(probabilities, labels[row], row));
  return new Float64Array(probabilities.length).fill(conformalQuantile(scores, level));
}

/** A threshold for each class by itself, from its own rows (Mondrian: Vovk 2012), so that each class is covered at the level. */
export function calibratedByClass(
  probabilities: ClassProbabilities,
  labels: Uint8Array,
  rowsOfClass: readonly Iterable<number>[],
  level: number,
  nonconformity: Nonconformity,
): SetThresholds {
  return Float64Array.from(rowsOfClass, (rows, k) =>
    conformalQuantile(
      Float64Array.from(rows, (row) => {
        if (labels[row] !== k) throw new RangeError(`row ${row}: found class ${labels[row]}, expected ${k}`);
        return nonconformity(probabilities, k, row);
      }),
      level,
    ),
  );
}

/** The sets of all rows, [class][row]: 1 where the class is in it. */
export function predictionSets(
  probabilities: ClassProbabilities,
  thresholds: SetThresholds,
  nonconformity: Nonconformity,
): Uint8Array[] {
  return probabilities.map((ofClass, k) =>
    Uint8Array.from(ofClass, (_, row) => Number(nonconformity(probabilities, k, row) <= thresholds[k])),
  );
}
