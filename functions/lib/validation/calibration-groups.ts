import { clusteredProportion } from './clustered-proportion.ts';
import type { CannotTell, Estimate } from './estimate.ts';
import { countEventsOfProbabilities, type Predictions, selectRows } from './predictions.ts';
import { quantiles } from './quantiles.ts';
import { sum } from './sum.ts';

export interface CalibrationGroup {
  readonly meanPredicted: number;
  /** Lowest and highest score in the group. */
  readonly from: number;
  readonly to: number;
  readonly observed: Estimate | CannotTell;
}

/**
 * Points of a calibration plot: rows grouped at the quantiles of their score (tenths unless told), equal scores always
 * together, so that few distinct scores give fewer groups. Observed share with Wilson's interval.
 */
export function calibrationGroups(
  predictions: Predictions,
  options: { readonly groups?: number; readonly level?: number } = {},
): CalibrationGroup[] {
  countEventsOfProbabilities(predictions);
  const wanted = options.groups ?? 10;
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new RangeError(`calibration groups: found ${wanted}, allowed: a whole number from 1`);
  }
  return rowsByQuantile(predictions.scores, wanted).map((rows) =>
    summary(selectRows(predictions, rows), options.level),
  );
}

/** Rows grouped at the quantiles of their score, lowest first, equal scores always together; no empty group. */
export function rowsByQuantile(scores: Float64Array, wanted: number): Uint32Array[] {
  if (scores.length === 0) return [];
  return rowsByGroup(scores, groupCuts(scores.toSorted(), wanted)).filter((rows) => rows.length > 0);
}

/** Rows of each group, in their own order; a row belongs to the first group whose cut is not below its score. */
function rowsByGroup(scores: Float64Array, cuts: readonly number[]): Uint32Array[] {
  const groupOfRow = new Uint32Array(scores.length);
  const sizes = new Uint32Array(cuts.length);
  for (let row = 0; row < scores.length; row++) {
    let group = 0;
    while (scores[row] > cuts[group]) group++;
    groupOfRow[row] = group;
    sizes[group]++;
  }
  const rows = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(cuts.length);
  for (let row = 0; row < scores.length; row++) {
    const group = groupOfRow[row];
    rows[group][filled[group]++] = row;
  }
  return rows;
}

/** Highest score of each group: each distinct score where they are few, otherwise the quantiles without repeats. */
function groupCuts(sorted: Float64Array, wanted: number): number[] {
  const distinct = new Set<number>();
  for (const score of sorted) {
    distinct.add(score);
    if (distinct.size > wanted) break;
  }
  if (distinct.size <= wanted) return [...distinct];
  const shares = Array.from({ length: wanted }, (_, index) => (index + 1) / wanted);
  return [...new Set(quantiles(sorted, shares))];
}

function summary(group: Predictions, level: number | undefined): CalibrationGroup {
  const { scores, labels, clusters } = group;
  let from = scores[0];
  let to = scores[0];
  for (let row = 1; row < scores.length; row++) {
    from = Math.min(from, scores[row]);
    to = Math.max(to, scores[row]);
  }
  return {
    meanPredicted: sum(scores) / scores.length,
    from,
    to,
    observed: clusteredProportion(labels, clusters, level === undefined ? {} : { level }),
  };
}
