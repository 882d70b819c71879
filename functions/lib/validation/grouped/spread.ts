import type { PlacementVariance } from '../placement-variance.ts';
import { independentVariance } from '../placement-variance.ts';
import type { Rows } from './arrange.ts';
import type { GroupCounts } from './counts.ts';
import { fold, foldedSums, foldedTotals, rowsPerFold } from './folded-sums.ts';
import type { GroupRanks } from './ranks.ts';

/** What the intervals of a group rest on beside its counts. */
export interface GroupSpread {
  readonly auroc: number;
  readonly aurocVariance: () => PlacementVariance;
  /** Sum over rows (clusters) of the squared (totals of the) deviation of the squared error from the Brier score. */
  readonly lossSquares: number;
}

export interface SpreadInput {
  /** Rows by subject. */
  readonly rows: Rows;
  readonly groups: Uint16Array;
  readonly counts: GroupCounts;
  /** Half counts by subject. */
  readonly ranks: GroupRanks;
}

/** The share of (event, non-event) pairs of each group that are in order. */
export function areas({ counts: { n, events }, ranks: { halfWins } }: SpreadInput): Float64Array {
  return halfWins.map((wins, group) => wins / (2 * events[group] * (n[group] - events[group])));
}

const SUMS = 3;

/** Sums of squares over independent rows. */
export function independentSpread(input: SpreadInput): GroupSpread[] {
  const { rows, groups, counts, ranks } = input;
  const { scores, labels } = rows;
  const { halfCounts } = ranks;
  const { n, events, loss } = counts;
  const auroc = areas(input);
  const brier = loss.map((total, group) => total / n[group]);
  const sums = foldedSums(SUMS * n.length);
  const { values } = sums;
  const every = rowsPerFold(sums);
  for (let from = 0; from < scores.length; from += every) {
    const to = Math.min(from + every, scores.length);
    for (let row = from; row < to; row++) {
      const group = groups[row];
      const label = labels[row];
      const placement =
        label === 1 ? halfCounts[row] / (2 * (n[group] - events[group])) : 1 - halfCounts[row] / (2 * events[group]);
      const centred = placement - auroc[group];
      const deviation = (scores[row] - label) ** 2 - brier[group];
      values[SUMS * group + label] += centred * centred;
      values[SUMS * group + 2] += deviation * deviation;
    }
    fold(sums);
  }
  const totals = foldedTotals(sums);
  return Array.from(n, (count, group) => ({
    auroc: auroc[group],
    lossSquares: totals[SUMS * group + 2],
    aurocVariance: () =>
      independentVariance(totals[SUMS * group + 1], events[group], totals[SUMS * group], count - events[group]),
  }));
}
