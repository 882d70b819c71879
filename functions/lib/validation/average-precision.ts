import { clopperPearson } from './clopper-pearson.ts';
import { countClusters } from './cluster-totals.ts';
import { counted, fewerThan } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { influenceVariance, logitInterval } from './influence-variance.ts';
import { type AurocPart, membersOf } from './mean-auroc.ts';
import type { Predictions } from './predictions.ts';
import { averagePrecisionOf } from './rank-statistics.ts';
import { type CumulativeCounts, cumulativeCounts, type RankedRows, rankRows } from './ranked-rows.ts';

export interface AveragePrecisionOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest events that get an answer, in subjects where clusters are given. @default 10 */
  readonly minimumEvents?: number;
}

export interface AveragePrecisionEstimate extends Estimate {
  /** What a score without any information gets: the share of events. Compare only where this is equal. */
  readonly baseline: number;
}

const MINIMUM_EVENTS = 10;

/**
 * Area under the precision-recall curve as average precision Σ (recall step) × precision (Boyd et al., doi
 * 10.1007/978-3-642-40994-3_55), equal scores as one step. It depends on the prevalence: the baseline stands beside it.
 *
 * Interval: on the logit scale with the larger of two variances, the binomial one over the events (Boyd et al.) and the one from
 * the influence of each subject. The second alone covers too rarely with few events (see `bench/coverage`), the first knows no
 * clusters. At 1, Clopper-Pearson over the subjects with events.
 */
export function averagePrecision(
  predictions: Predictions,
  options: AveragePrecisionOptions = {},
): AveragePrecisionEstimate | CannotTell {
  const level = checkedLevel(options.level);
  const minimum = options.minimumEvents ?? MINIMUM_EVENTS;
  const { clusters, labels } = predictions;
  const ranked = rankRows(predictions);
  const n = labels.length;
  const { events } = ranked;
  const counts = { n, events };
  const eventSubjects = clusters === undefined ? events : countClusters(clusters.filter((_, row) => labels[row] === 1));
  if (events === n) return { cannotTell: 'there is no study without the outcome', ...counts };
  if (events === 0 || eventSubjects < minimum) {
    return {
      cannotTell: `${counted(eventSubjects, clusters)} with the outcome ${fewerThan(eventSubjects, minimum)}`,
      ...counts,
    };
  }
  const curve = cumulativeCounts(ranked, labels);
  const estimate = averagePrecisionOf(curve);
  const baseline = events / n;
  const { variance, multiplier, ...subjects } = influenceVariance(
    contributions(ranked, curve, labels),
    clusters,
    level,
  );
  const shared = { estimate, level, ...counts, ...subjects, baseline };
  if (estimate === 1) {
    const method = 'average precision, exact Clopper-Pearson interval over the events';
    return { ...shared, ...clopperPearson(eventSubjects, eventSubjects, level), method };
  }
  const larger = Math.max(variance, (estimate * (1 - estimate)) / eventSubjects);
  const method = 'average precision, logit interval with the larger of binomial and influence variance';
  return { ...shared, ...logitInterval(estimate, larger, multiplier), method };
}

/**
 * Mean of several average precisions over rows that they share. A row adds its influence to every one that it takes part in, so that
 * their correlation is allowed for; of this variance and that of independent binomial ones over the events the larger counts, as for a
 * single average precision. Logit interval.
 */
export function meanAveragePrecision(
  parts: readonly AurocPart[],
  rowCount: number,
  clusters: Int32Array | undefined,
  options: AveragePrecisionOptions = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const minimum = options.minimumEvents ?? MINIMUM_EVENTS;
  const added = new Float64Array(rowCount);
  let [estimate, binomial, allEvents] = [0, 0, 0];
  const counts = { n: rowCount, events: 0 };
  for (const { name, rows, scores, labels } of parts) {
    const ranked = rankRows({ scores, labels });
    const events = membersOf({ rows, labels }, 1, clusters);
    if (ranked.events === 0 || events < minimum || ranked.events === rows.length)
      return {
        cannotTell: `${name}: ${counted(events, clusters)} with and ${rows.length - ranked.events} without the outcome: at least ${minimum} and 1 are needed`,
        ...counts,
      };
    const curve = cumulativeCounts(ranked, labels);
    const own = averagePrecisionOf(curve);
    contributions(ranked, curve, labels).forEach((value, place) => {
      added[rows[place]] += value / parts.length;
    });
    estimate += own / parts.length;
    binomial += (own * (1 - own)) / events / parts.length ** 2;
    allEvents += ranked.events;
  }
  const told = { n: rowCount, events: allEvents };
  if (!(estimate > 0 && estimate < 1)) return { cannotTell: 'every label is ranked without an error', ...told };
  const { variance, multiplier, ...subjects } = influenceVariance(added, clusters, level);
  return {
    estimate,
    ...logitInterval(estimate, Math.max(variance, binomial), multiplier),
    level,
    method: 'mean average precision of all labels, logit interval with the larger of binomial and influence variance',
    ...told,
    ...subjects,
  };
}

/**
 * What each row adds: the derivative of the average precision with respect to the weight of the row. A row changes the precision at
 * its own score and at all lower ones.
 */
function contributions(
  { order, groupEnds, events }: RankedRows,
  { truePositives, falsePositives }: CumulativeCounts,
  labels: Uint8Array,
): Float64Array {
  const average = averagePrecisionOf({ truePositives, falsePositives });
  const added = new Float64Array(order.length);
  let [fromEvents, fromOthers] = [0, 0];
  for (let group = groupEnds.length - 1; group >= 0; group--) {
    const called = truePositives[group] + falsePositives[group];
    const precision = truePositives[group] / called;
    const step = truePositives[group] - (truePositives[group - 1] ?? 0);
    fromEvents += (step * (1 - precision)) / called;
    fromOthers -= (step * precision) / called;
    for (let place = groupEnds[group - 1] ?? 0; place < groupEnds[group]; place++) {
      const row = order[place];
      added[row] = (labels[row] === 1 ? precision - average + fromEvents : fromOthers) / events;
    }
  }
  return added;
}
