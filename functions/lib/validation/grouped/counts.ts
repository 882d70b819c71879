import type { Rows } from './arrange.ts';
import { fold, foldedSums, foldedTotals, rowsPerFold } from './folded-sums.ts';

/** What is counted and summed over the rows of each group; all arrays by group. */
export interface GroupCounts {
  readonly n: Uint32Array;
  readonly events: Uint32Array;
  /** Sum of the scores. */
  readonly expected: Float64Array;
  /** Sum of (score − label)². */
  readonly loss: Float64Array;
  /** Sum over the events of logit(score). */
  readonly eventLogits: Float64Array;
  /** At [group · thresholds + threshold]: rows at or above it with the event, and without. */
  readonly truePositives: Uint32Array;
  readonly falsePositives: Uint32Array;
}

const SUMS = 3;

/** One pass over the rows. */
export function countGroups(
  { scores, labels, logits }: Rows,
  groups: Uint16Array,
  size: number,
  thresholds: readonly number[],
): GroupCounts {
  const n = new Uint32Array(size);
  const events = new Uint32Array(size);
  const sums = foldedSums(SUMS * size);
  const { values } = sums;
  const every = rowsPerFold(sums);
  for (let from = 0; from < scores.length; from += every) {
    const to = Math.min(from + every, scores.length);
    for (let row = from; row < to; row++) {
      const group = groups[row];
      const label = labels[row];
      const score = scores[row];
      n[group]++;
      events[group] += label;
      values[SUMS * group] += score;
      values[SUMS * group + 1] += (score - label) ** 2;
      if (label === 1) values[SUMS * group + 2] += logits[row];
    }
    fold(sums);
  }
  const totals = foldedTotals(sums);
  const column = (place: number): Float64Array =>
    Float64Array.from({ length: size }, (_, group) => totals[SUMS * group + place]);
  const counted = { n, events, expected: column(0), loss: column(1), eventLogits: column(2) };
  return { ...counted, ...countPositives(scores, labels, groups, size, thresholds) };
}

/** Rows are by score, so that those at or above a threshold are the last ones. */
function countPositives(
  scores: Float64Array,
  labels: Uint8Array,
  groups: Uint16Array,
  size: number,
  thresholds: readonly number[],
) {
  const truePositives = new Uint32Array(size * thresholds.length);
  const falsePositives = new Uint32Array(size * thresholds.length);
  thresholds.forEach((at, place) => {
    for (let row = scores.length - 1; row >= 0 && scores[row] >= at; row--) {
      const slot = groups[row] * thresholds.length + place;
      if (labels[row] === 1) truePositives[slot]++;
      else falsePositives[slot]++;
    }
  });
  return { truePositives, falsePositives };
}
