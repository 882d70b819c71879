import type { CumulativeCounts } from './ranked-rows.ts';

/** A number of a curve; not a number where a class is absent. */
export type RankStatistic = (counts: CumulativeCounts) => number;

/** Area under the ROC curve by trapezoids, which counts ties half. */
export function areaUnderRoc({ truePositives, falsePositives }: CumulativeCounts): number {
  const last = truePositives.length - 1;
  let area = 0;
  let [sensitivity, falseRate] = [0, 0];
  for (let group = 0; group <= last; group++) {
    area += (falsePositives[group] - falseRate) * (truePositives[group] + sensitivity);
    sensitivity = truePositives[group];
    falseRate = falsePositives[group];
  }
  return area / (2 * truePositives[last] * falsePositives[last]);
}

/**
 * Average precision Σ (recall step) × precision, the area under the precision-recall curve as steps. Linear interpolation between its
 * points would be too high (Davis and Goadrich 2006, doi 10.1145/1143844.1143874).
 */
export function averagePrecisionOf({ truePositives, falsePositives }: CumulativeCounts): number {
  let area = 0;
  let found = 0;
  for (let group = 0; group < truePositives.length; group++) {
    const step = truePositives[group] - found;
    if (step > 0) area += (step * truePositives[group]) / (truePositives[group] + falsePositives[group]);
    found = truePositives[group];
  }
  return area / found;
}

/**
 * Area under the ROC curve from specificity 1 down to `lowestSpecificity`, by trapezoids cut at the limit, standardised as McClish does
 * (doi 10.1177/0272989X8900900307): 0.5 is chance and 1 the best, whatever the limit.
 */
export function partialAreaAbove(lowestSpecificity: number): RankStatistic {
  if (!(lowestSpecificity >= 0 && lowestSpecificity < 1)) {
    throw new RangeError(`lowest specificity: found ${lowestSpecificity}, allowed: from 0 to below 1`);
  }
  const limit = 1 - lowestSpecificity;
  const chance = (limit * limit) / 2;
  return (counts) => {
    const area = partialArea(counts, limit);
    return (1 + (area - chance) / (limit - chance)) / 2;
  };
}

function partialArea({ truePositives, falsePositives }: CumulativeCounts, limit: number): number {
  const last = truePositives.length - 1;
  const [events, nonEvents] = [truePositives[last], falsePositives[last]];
  let area = 0;
  let [x, y] = [0, 0];
  for (let group = 0; group <= last && x < limit; group++) {
    const nextX = falsePositives[group] / nonEvents;
    const nextY = truePositives[group] / events;
    const endX = Math.min(nextX, limit);
    const endY = nextX > x ? y + ((nextY - y) * (endX - x)) / (nextX - x) : nextY;
    area += ((endX - x) * (y + endY)) / 2;
    [x, y] = [nextX, nextY];
  }
  return events > 0 && nonEvents > 0 ? area : Number.NaN;
}
