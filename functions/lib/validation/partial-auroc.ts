import { countClusters } from './cluster-totals.ts';
import { counted } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { influenceVariance, logitInterval } from './influence-variance.ts';
import type { Predictions } from './predictions.ts';
import { partialAreaAbove } from './rank-statistics.ts';
import { type CumulativeCounts, cumulativeCounts, type RankedRows, rankRows } from './ranked-rows.ts';

export interface PartialAurocOptions {
  /** Lowest specificity that counts. @default 0.9 */
  readonly lowestSpecificity?: number;
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest events and non-events that get an answer, in subjects where clusters are given. @default 10 */
  readonly minimumPerClass?: number;
}

/**
 * Area under the ROC curve where specificity is at least 0.9 (or as told), standardised by McClish (doi 10.1177/0272989X8900900307) so
 * that 0.5 is chance and 1 the best, as `auc(…, partial.auc.correct = TRUE)` of pROC.
 *
 * Interval: on the logit scale with the variance from the influence of each subject, the specificity at the limit being estimated too.
 */
export function partialAuroc(
  predictions: Predictions,
  { lowestSpecificity = 0.9, level: wanted, minimumPerClass = 10 }: PartialAurocOptions = {},
): Estimate | CannotTell {
  const level = checkedLevel(wanted);
  const statistic = partialAreaAbove(lowestSpecificity);
  const ranked = rankRows(predictions);
  const { labels, clusters } = predictions;
  const counts = { n: labels.length, events: ranked.events };
  const ofClass = (wantedLabel: number): number =>
    clusters === undefined
      ? labels.reduce((total, label) => total + Number(label === wantedLabel), 0)
      : countClusters(clusters.filter((_, row) => labels[row] === wantedLabel));
  const [events, nonEvents] = [ofClass(1), ofClass(0)];
  if (events < minimumPerClass || nonEvents < minimumPerClass) {
    const cannotTell = `${counted(events, clusters)} with and ${nonEvents} without the outcome: at least ${minimumPerClass} of each are needed`;
    return { cannotTell, ...counts };
  }
  const curve = cumulativeCounts(ranked, labels);
  const estimate = statistic(curve);
  const added = contributions(ranked, curve, labels, 1 - lowestSpecificity);
  const { variance, multiplier, ...subjects } = influenceVariance(added, clusters, level);
  if (!(variance > 0) || estimate >= 1) {
    return { cannotTell: 'the scores vary too little in this part of the curve to estimate a variance', ...counts };
  }
  return {
    estimate,
    ...logitInterval(estimate, variance, multiplier),
    level,
    method: `partial AUROC at specificity ${lowestSpecificity} to 1, standardised by McClish, logit interval with influence variance`,
    ...counts,
    ...subjects,
  };
}

/**
 * What each row adds to the standardised area. An event adds the width over which it is found before the limit; a non-event above the
 * limit the sensitivity at its score less that at the limit, which it pushes down.
 */
function contributions(
  { order, groupEnds }: RankedRows,
  { truePositives, falsePositives }: CumulativeCounts,
  labels: Uint8Array,
  limit: number,
): Float64Array {
  const last = groupEnds.length - 1;
  const [events, nonEvents] = [truePositives[last], falsePositives[last]];
  const scale = 1 / (2 * (limit - (limit * limit) / 2));
  const atLimit = sensitivityAt({ truePositives, falsePositives }, limit);
  const added = new Float64Array(order.length);
  let [x, y, area] = [0, 0, 0];
  for (let group = 0; group <= last; group++) {
    const [nextX, nextY] = [falsePositives[group] / nonEvents, truePositives[group] / events];
    // Of a group of equal scores that the limit cuts, the part before it counts.
    const part = nextX > x ? Math.max(0, Math.min(1, (limit - x) / (nextX - x))) : Number(x < limit);
    const width = (part * part * (nextX - x)) / 2 + Math.max(0, limit - nextX);
    const endY = y + (nextY - y) * part;
    area += part * (nextX - x) * ((y + endY) / 2);
    for (let place = groupEnds[group - 1] ?? 0; place < groupEnds[group]; place++) {
      const row = order[place];
      added[row] = labels[row] === 1 ? width / events : (part * ((y + endY) / 2 - atLimit)) / nonEvents;
    }
    [x, y] = [nextX, nextY];
  }
  return centred(added, labels, { area, atLimit, limit, events, nonEvents, scale });
}

interface Centring {
  readonly area: number;
  readonly atLimit: number;
  readonly limit: number;
  readonly events: number;
  readonly nonEvents: number;
  readonly scale: number;
}

function centred(added: Float64Array, labels: Uint8Array, of: Centring): Float64Array {
  const ofEvents = of.area / of.events;
  const ofNonEvents = (of.area - of.limit * of.atLimit) / of.nonEvents;
  return added.map((value, row) => of.scale * (value - (labels[row] === 1 ? ofEvents : ofNonEvents)));
}

function sensitivityAt({ truePositives, falsePositives }: CumulativeCounts, limit: number): number {
  const last = truePositives.length - 1;
  const [events, nonEvents] = [truePositives[last], falsePositives[last]];
  let [x, y] = [0, 0];
  for (let group = 0; group <= last; group++) {
    const [nextX, nextY] = [falsePositives[group] / nonEvents, truePositives[group] / events];
    if (nextX >= limit) return nextX > x ? y + ((nextY - y) * (limit - x)) / (nextX - x) : nextY;
    [x, y] = [nextX, nextY];
  }
  return y;
}
