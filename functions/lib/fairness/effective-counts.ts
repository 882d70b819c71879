import { clusterTotals } from '#lib/validation/cluster-totals.ts';
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
  const [totals, sizes] = clusterTotals(clusters, [outcomes, new Uint8Array(rows).fill(1)]);
  const people = sizes.length;
  if (people === rows) return { rows, successes, people, effective: { successes, n: rows } };
  const share = successes / rows;
  const n =
    successes === 0 || successes === rows ? people : rows / Math.max(1, designEffect(totals, sizes, rows, share));
  return { rows, successes, people, effective: { successes: share * n, n } };
}

function designEffect(totals: Float64Array, sizes: Float64Array, rows: number, share: number): number {
  const people = sizes.length;
  if (people < 2) return rows;
  const squares = sum(totals.map((total, index) => (total - share * sizes[index]) ** 2));
  return ((people / (people - 1)) * squares) / (rows * share * (1 - share));
}
