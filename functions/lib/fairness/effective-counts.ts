import { type ClusteredCounts, clusteredCounts, effectiveRows } from '#lib/validation/clustered-proportion.ts';
import { sum } from '#lib/validation/sum.ts';

/** A count of successes among independent trials; fractional where rows of one person were weighed down to what they tell. */
export interface Counts {
  readonly successes: number;
  readonly n: number;
}

/** Rows of a share, with the independent trials that they are worth. */
export interface EffectiveCounts {
  readonly rows: number;
  readonly successes: number;
  /** Different people behind the rows. */
  readonly people: number;
  readonly effective: Counts;
}

/**
 * What the rows of a share are worth: themselves, or with clusters the effective sample size n / D, with D the design effect
 * of the ratio estimator (Rao and Scott, doi 10.2307/2532311), never below 1; where all rows came out alike, one trial per person.
 */
export function effectiveCounts(outcomes: Uint8Array, clusters: Int32Array | undefined): EffectiveCounts {
  const rows = outcomes.length;
  const successes = sum(outcomes);
  if (clusters === undefined) return { rows, successes, people: rows, effective: { successes, n: rows } };
  return effectiveOf(clusteredCounts(outcomes, clusters));
}

/** The same from sums over people. */
export function effectiveOf(counts: ClusteredCounts): EffectiveCounts {
  const { events, n: rows, clusters: people } = counts;
  const n = people === rows ? rows : effectiveRows(counts);
  return { rows, successes: events, people, effective: { successes: rows === 0 ? 0 : (events / rows) * n, n } };
}
