import { clusterTotals } from './cluster-totals.ts';
import { clusteredProportion } from './clustered-proportion.ts';
import type { CannotTell, Estimate } from './estimate.ts';
import { sum } from './sum.ts';

/** A share with what each row adds to it, so that two shares of the same people can be related. */
export interface ShareOfRows {
  readonly share: Estimate | CannotTell;
  /** Influence of each row: success less share, over the members; 0 for rows that are not members. */
  readonly influence: Float64Array;
}

/** Share of `success` among `member` rows: Wilson, exact at 0 and all, by people where clusters are given. */
export function shareOfRows(
  rows: number,
  clusters: Int32Array | undefined,
  member: (row: number) => boolean,
  success: (row: number) => boolean,
  options: { readonly level: number; readonly minimumRows?: number },
): ShareOfRows {
  const members: number[] = [];
  for (let row = 0; row < rows; row++) if (member(row)) members.push(row);
  const outcomes = Uint8Array.from(members, (row) => Number(success(row)));
  const share = clusteredProportion(outcomes, clusters && Int32Array.from(members, (row) => clusters[row]), options);
  const mean = sum(outcomes) / members.length;
  const influence = new Float64Array(rows);
  members.forEach((row, place) => {
    influence[row] = (outcomes[place] - mean) / members.length;
  });
  return { share, influence };
}

/** Correlation of the estimates of two shares, by rows or, with clusters, by people; 0 where either does not vary. */
export function correlationOf(first: Float64Array, second: Float64Array, clusters: Int32Array | undefined): number {
  const [a, b] = clusters === undefined ? [first, second] : clusterTotals(clusters, [first, second]);
  const product = (one: Float64Array, other: Float64Array): number => {
    let total = 0;
    for (let place = 0; place < one.length; place++) total += one[place] * other[place];
    return total;
  };
  const spread = Math.sqrt(product(a, a) * product(b, b));
  return spread > 0 ? product(a, b) / spread : 0;
}
