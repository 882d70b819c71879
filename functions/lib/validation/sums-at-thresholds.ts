import { numberClusters } from './cluster-totals.ts';
import { type ClusteredCounts, proportionOfClusters } from './clustered-proportion.ts';
import type { CannotTell, Estimate } from './estimate.ts';
import type { Predictions } from './predictions.ts';
import { proportion } from './proportion.ts';

/** Two kinds of rows that exclude each other, counted among all rows: whole numbers, so that no digit is lost. */
export interface PairOfCounts {
  readonly first: ClusteredCounts;
  readonly second: ClusteredCounts;
  /** Σ first · second over the clusters. */
  readonly ofPair: number;
  /** False where each row stands for itself. */
  readonly clustered: boolean;
}

export interface SumsAtThreshold {
  /** True and false positives. */
  readonly called: PairOfCounts;
  /** True and false negatives. */
  readonly left: PairOfCounts;
}

const KINDS = { truePositive: 0, falsePositive: 1, trueNegative: 2, falseNegative: 3 } as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];
/** The kind that stands in the other half of the pair. */
const PARTNER = [1, 0, 3, 2] as const;

/** What the four kinds sum to while rows go from the negative to the positive ones. */
interface State {
  /** [kind][cluster]. */
  readonly rows: readonly Int32Array[];
  readonly sizes: Int32Array;
  /** [kind]: Σ rows, Σ rows², Σ rows · size over the clusters. */
  readonly totals: Float64Array;
  readonly squares: Float64Array;
  readonly withSizes: Float64Array;
  /** Σ true · false, of the positive and of the negative ones. */
  readonly pairs: Float64Array;
}

/**
 * The confusion counts at each threshold (scores at or above it are positive) with their sums over clusters: one pass over the rows from
 * the highest score down for all thresholds together.
 */
export function sumsAtThresholds(predictions: Predictions, thresholds: readonly number[]): SumsAtThreshold[] {
  const { labels, clusters } = predictions;
  const n = labels.length;
  const { places, count } = clusters === undefined ? { places: undefined, count: n } : numberClusters(clusters);
  const state = initial(labels, places, count);
  const ofSizes = state.sizes.reduce((total, size) => total + size * size, 0);
  const countsOf = (kind: Kind): ClusteredCounts => {
    const [events, ofEvents, ofBoth] = [state.totals, state.squares, state.withSizes].map((of) => of[kind]);
    return { events, n, clusters: count, ofEvents, ofBoth, ofSizes };
  };
  const pair = (first: Kind, second: Kind): PairOfCounts => ({
    first: countsOf(first),
    second: countsOf(second),
    ofPair: state.pairs[first >> 1],
    clustered: clusters !== undefined,
  });
  const order = [...thresholds.keys()].sort((a, b) => thresholds[b] - thresholds[a]);
  const { rows, ends } = rowsByThreshold(
    predictions.scores,
    order.map((place) => thresholds[place]),
  );
  const sums: SumsAtThreshold[] = [];
  let next = 0;
  order.forEach((place, step) => {
    for (; next < ends[step]; next++) {
      const row = rows[next];
      const cluster = places === undefined ? row : places[row];
      change(state, labels[row] === 1 ? KINDS.truePositive : KINDS.falsePositive, cluster, 1);
      change(state, labels[row] === 1 ? KINDS.falseNegative : KINDS.trueNegative, cluster, -1);
    }
    sums[place] = {
      called: pair(KINDS.truePositive, KINDS.falsePositive),
      left: pair(KINDS.trueNegative, KINDS.falseNegative),
    };
  });
  return sums;
}

/** Everybody below the threshold. */
function initial(labels: Uint8Array, places: Int32Array | undefined, count: number): State {
  const state: State = {
    rows: [0, 1, 2, 3].map(() => new Int32Array(count)),
    sizes: new Int32Array(count),
    totals: new Float64Array(4),
    squares: new Float64Array(4),
    withSizes: new Float64Array(4),
    pairs: new Float64Array(2),
  };
  for (let row = 0; row < labels.length; row++) state.sizes[places === undefined ? row : places[row]]++;
  labels.forEach((label, row) => {
    change(state, label === 1 ? KINDS.falseNegative : KINDS.trueNegative, places === undefined ? row : places[row], 1);
  });
  return state;
}

function change({ rows, sizes, totals, squares, withSizes, pairs }: State, kind: Kind, cluster: number, by: 1 | -1) {
  const before = rows[kind][cluster];
  rows[kind][cluster] = before + by;
  totals[kind] += by;
  squares[kind] += 2 * by * before + 1;
  withSizes[kind] += by * sizes[cluster];
  pairs[kind >> 1] += by * rows[PARTNER[kind]][cluster];
}

/** Rows by the first of the falling thresholds that they reach, and for each threshold the place behind its last row. */
function rowsByThreshold(scores: Float64Array, falling: readonly number[]) {
  const stepOf = new Int32Array(scores.length);
  const ends = new Int32Array(falling.length + 1);
  for (let row = 0; row < scores.length; row++) {
    let [low, high] = [0, falling.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (falling[middle] <= scores[row]) high = middle;
      else low = middle + 1;
    }
    stepOf[row] = low;
    ends[low]++;
  }
  const next = new Int32Array(ends.length);
  for (let step = 1; step < ends.length; step++) next[step] = next[step - 1] + ends[step - 1];
  for (let step = 1; step < ends.length; step++) ends[step] += ends[step - 1];
  const rows = new Int32Array(scores.length);
  for (let row = 0; row < scores.length; row++) rows[next[stepOf[row]]++] = row;
  return { rows, ends };
}

/** Wilson's share of one of the two, exact at 0 and all, by clusters where there are any. */
export function shareOf(counts: ClusteredCounts, clustered: boolean, level: number): Estimate | CannotTell {
  return clustered ? proportionOfClusters(counts, { level }) : proportion(counts.events, counts.n, { level });
}

/** Correlation of the estimates of the two shares, by clusters; 0 where either does not vary. */
export function correlationOfPair({ first, second, ofPair }: PairOfCounts): number {
  const { n, ofSizes } = first;
  const [p, q] = [first.events / n, second.events / n];
  const variance = (share: number, { ofEvents, ofBoth }: ClusteredCounts): number =>
    ofEvents - 2 * share * ofBoth + share * share * ofSizes;
  const spread = Math.sqrt(variance(p, first) * variance(q, second));
  return spread > 0 ? (ofPair - p * second.ofBoth - q * first.ofBoth + p * q * ofSizes) / spread : 0;
}
