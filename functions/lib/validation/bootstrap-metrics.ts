import { type BootstrapOptions, DEFAULT_REPLICATES } from './bootstrap-counts.ts';
import { bootstrapRanks } from './bootstrap-ranks.ts';
import {
  accuracyOf,
  balancedAccuracyOf,
  type ConfusionCounts,
  f1Of,
  kappaOf,
  matthewsCorrelationOf,
  negativePredictiveValueOf,
  precisionOf,
  sensitivityOf,
  specificityOf,
} from './confusion.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import type { Predictions } from './predictions.ts';
import { areaUnderRoc, averagePrecisionOf, partialAreaAbove, type RankStatistic } from './rank-statistics.ts';
import { cumulativeCounts, rankRows } from './ranked-rows.ts';

const OF_COUNTS = {
  sensitivity: sensitivityOf,
  specificity: specificityOf,
  positivePredictiveValue: precisionOf,
  negativePredictiveValue: negativePredictiveValueOf,
  accuracy: accuracyOf,
  balancedAccuracy: balancedAccuracyOf,
  f1: f1Of,
  matthewsCorrelation: matthewsCorrelationOf,
  kappa: kappaOf,
} as const;

const OF_RANKS = {
  auroc: areaUnderRoc,
  partialAuroc: partialAreaAbove(0.9),
  averagePrecision: averagePrecisionOf,
} as const;

export type ResampledMetric = keyof typeof OF_COUNTS | keyof typeof OF_RANKS;

export const RESAMPLED_METRICS = [...Object.keys(OF_COUNTS), ...Object.keys(OF_RANKS)] as readonly ResampledMetric[];

/**
 * Twelve metrics at one threshold (a score at or above it is positive) with cluster bootstrap BCa intervals, all from the same
 * resamples. Where another interval of this room covers better, that one is reported; this one is what other programs give.
 */
export function bootstrapMetrics(
  predictions: Predictions,
  threshold: number,
  {
    random,
    replicates = DEFAULT_REPLICATES,
    level: wanted,
  }: Omit<BootstrapOptions, 'level'> & { readonly level?: number },
): Readonly<Record<ResampledMetric, Estimate | CannotTell>> {
  if (!Number.isFinite(threshold)) throw new RangeError(`threshold: found ${threshold}, allowed: a finite number`);
  const level = checkedLevel(wanted);
  const ranked = rankRows(predictions);
  const whole = cumulativeCounts(ranked, predictions.labels);
  const statistics = statisticsAt(lastAtOrAbove(ranked.thresholds, threshold));
  const intervals = bootstrapRanks(predictions, statistics, { random, replicates, level });
  const counts = { n: predictions.labels.length, events: ranked.events };
  const method = `cluster bootstrap BCa interval, ${replicates} replicates`;
  const answers = RESAMPLED_METRICS.map((name, i): [ResampledMetric, Estimate | CannotTell] => {
    const interval = intervals[i];
    if (interval === undefined)
      return [name, { cannotTell: 'the resampled values do not spread around the estimate', ...counts }];
    return [name, { estimate: statistics[i](whole), ...interval, level, method: `${name}, ${method}`, ...counts }];
  });
  return Object.fromEntries(answers) as Record<ResampledMetric, Estimate | CannotTell>;
}

/** Each metric as a number of a curve whose point `at` is the threshold; −1 where every score is below it. */
function statisticsAt(at: number): RankStatistic[] {
  const tables = Object.values(OF_COUNTS).map(
    (metric): RankStatistic =>
      ({ truePositives, falsePositives }) =>
        metric(countsAt(truePositives, falsePositives, at)),
  );
  return [...tables, ...Object.values(OF_RANKS)];
}

function countsAt(truePositives: Float64Array, falsePositives: Float64Array, at: number): ConfusionCounts {
  const last = truePositives.length - 1;
  const [found, alarms] = at < 0 ? [0, 0] : [truePositives[at], falsePositives[at]];
  return {
    truePositives: found,
    falsePositives: alarms,
    trueNegatives: falsePositives[last] - alarms,
    falseNegatives: truePositives[last] - found,
  };
}

/** Thresholds fall. */
function lastAtOrAbove(thresholds: Float64Array, threshold: number): number {
  const first = thresholds.findIndex((value) => value < threshold);
  return first < 0 ? thresholds.length - 1 : first - 1;
}
