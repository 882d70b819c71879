import { countEvents, type Predictions } from './predictions.ts';
import { sum } from './sum.ts';

/** The structural components of the Mann-Whitney statistic (DeLong 1988, doi 10.2307/2531595), each class in row order. */
export interface Placements {
  /** Area under the ROC curve: the share of (event, non-event) pairs in which the event scores higher, ties half. */
  readonly auroc: number;
  /** V10: for each event the share of non-events below it, ties half. */
  readonly ofEvents: Float64Array;
  /** V01: for each non-event the share of events above it, ties half. */
  readonly ofNonEvents: Float64Array;
  readonly eventClusters?: Int32Array;
  readonly nonEventClusters?: Int32Array;
}

/**
 * Placements of every row in the other class, in O(n log n). They equal the differences of midranks in Sun and Xu's fast
 * DeLong algorithm (doi 10.1109/LSP.2014.2337313), found here by sorting each class once and bisecting.
 */
export function placements(predictions: Predictions): Placements {
  const events = countEvents(predictions);
  const nonEvents = predictions.scores.length - events;
  const { scores, labels, clusters } = predictions;
  const eventScores = ofClass(scores, labels, 1, new Float64Array(events));
  const nonEventScores = ofClass(scores, labels, 0, new Float64Array(nonEvents));
  const below = halfCountsBelow(eventScores, nonEventScores.toSorted());
  const aboveComplement = halfCountsBelow(nonEventScores, eventScores.toSorted());
  // Half counts are whole numbers, so that this sum is exact up to 9e15 pairs.
  const halfWins = sum(below);
  return {
    auroc: halfWins / (2 * events * nonEvents),
    ofEvents: below.map((half) => half / (2 * nonEvents)),
    ofNonEvents: aboveComplement.map((half) => 1 - half / (2 * events)),
    ...(clusters !== undefined && {
      eventClusters: ofClass(clusters, labels, 1, new Int32Array(events)),
      nonEventClusters: ofClass(clusters, labels, 0, new Int32Array(nonEvents)),
    }),
  };
}

function ofClass<T extends Float64Array | Int32Array>(values: T, labels: Uint8Array, wanted: number, into: T): T {
  let place = 0;
  for (let row = 0; row < values.length; row++) if (labels[row] === wanted) into[place++] = values[row];
  return into;
}

/** For each value twice the number of `sorted` below it, those equal to it counting one. */
function halfCountsBelow(values: Float64Array, sorted: Float64Array): Float64Array {
  return values.map((value) => {
    const below = firstNotBelow(sorted, value);
    let equalEnd = below;
    if (sorted[below] === value) equalEnd = firstAbove(sorted, value, below);
    return below + equalEnd;
  });
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAbove(sorted: Float64Array, value: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
