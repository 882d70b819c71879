import { countEvents, type Predictions } from './predictions.ts';

/** Rows from the highest score down, equal scores together: where every curve over thresholds begins. */
export interface RankedRows {
  /** Row numbers, highest score first. */
  readonly order: Uint32Array;
  /** For each distinct score the place after its last row. */
  readonly groupEnds: Uint32Array;
  /** The distinct scores, highest first. */
  readonly thresholds: Float64Array;
  readonly events: number;
}

/** Cumulative counts at each distinct score, highest first: rows at or above it, by class. Weighted counts need not be whole. */
export interface CumulativeCounts {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** Sorts the rows once; refuses scores that are not finite and labels other than 0 and 1. */
export function rankRows(predictions: Predictions): RankedRows {
  const events = countEvents(predictions);
  const { scores } = predictions;
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  const ends: number[] = [];
  for (let place = 1; place <= order.length; place++) {
    if (place === order.length || scores[order[place]] !== scores[order[place - 1]]) ends.push(place);
  }
  const thresholds = Float64Array.from(ends, (end) => scores[order[end - 1]]);
  return { order, groupEnds: Uint32Array.from(ends), thresholds, events };
}

/** True and false positives at every distinct score. */
export function cumulativeCounts(ranked: RankedRows, labels: Uint8Array): CumulativeCounts {
  const into = emptyCounts(ranked);
  accumulate(
    ranked.groupEnds,
    Uint8Array.from(ranked.order, (row) => labels[row]),
    undefined,
    into,
  );
  return into;
}

export function emptyCounts({ groupEnds }: RankedRows): CumulativeCounts {
  return { truePositives: new Float64Array(groupEnds.length), falsePositives: new Float64Array(groupEnds.length) };
}

/** Fills the cumulative counts from labels in rank order, each row counted `weights` times: by its place, or by its subject where told. */
export function accumulate(
  groupEnds: Uint32Array,
  rankedLabels: Uint8Array,
  weights: ArrayLike<number> | undefined,
  { truePositives, falsePositives }: CumulativeCounts,
  subjectOf?: ArrayLike<number>,
): void {
  let positives = 0;
  let events = 0;
  let place = 0;
  for (let group = 0; group < groupEnds.length; group++) {
    for (const end = groupEnds[group]; place < end; place++) {
      const weight = weights === undefined ? 1 : weights[subjectOf === undefined ? place : subjectOf[place]];
      positives += weight;
      events += weight * rankedLabels[place];
    }
    truePositives[group] = events;
    falsePositives[group] = positives - events;
  }
}
