import {
  type BootstrapOptions,
  bootstrapCounts,
  countPatterns,
  DEFAULT_REPLICATES,
  type SumStatistic,
} from './bootstrap-counts.ts';
import { bootstrapRanks } from './bootstrap-ranks.ts';
import {
  accuracyOf,
  balancedAccuracyOf,
  type ConfusionCounts,
  type Decisions,
  decisionsAt,
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
 * Twelve metrics with cluster bootstrap BCa intervals, scores at or above the threshold being positive (or the rows that are 1 in
 * `called`). Where another interval of this room covers better, that one is reported; this one is what other programs give.
 */
export function bootstrapMetrics(
  predictions: Predictions,
  called: number | Uint8Array,
  {
    random,
    replicates = DEFAULT_REPLICATES,
    level: wanted,
  }: Omit<BootstrapOptions, 'level'> & { readonly level?: number },
): Readonly<Record<ResampledMetric, Estimate | CannotTell>> {
  const level = checkedLevel(wanted);
  const { labels, clusters } = predictions;
  const decisions =
    typeof called === 'number'
      ? decisionsAt(predictions, called)
      : { positive: called, labels, ...(clusters && { clusters }) };
  const table = countPatterns(cellColumns(decisions), clusters);
  const ofCounts = Object.values(OF_COUNTS).map(
    (metric): SumStatistic =>
      (totals) =>
        metric(countsOf(totals)),
  );
  const ofRanks: readonly RankStatistic[] = Object.values(OF_RANKS);
  const whole = cumulativeCounts(rankRows(predictions), labels);
  const options = { random, replicates, level };
  const intervals = [...bootstrapCounts(table, ofCounts, options), ...bootstrapRanks(predictions, ofRanks, options)];
  const estimates = [...ofCounts.map((metric) => metric(table.totals)), ...ofRanks.map((metric) => metric(whole))];
  const counts = { n: labels.length, events: labels.reduce((total, label) => total + label, 0) };
  const people = clusters === undefined ? {} : { clusters: table.subjects };
  const method = `cluster bootstrap BCa interval, ${replicates} replicates`;
  const answers = RESAMPLED_METRICS.map((name, i): [ResampledMetric, Estimate | CannotTell] => {
    const interval = intervals[i];
    if (interval === undefined) {
      return [name, { cannotTell: 'the resampled values do not spread around the estimate', ...counts }];
    }
    return [name, { estimate: estimates[i], ...interval, level, method: `${name}, ${method}`, ...counts, ...people }];
  });
  return Object.fromEntries(answers) as Record<ResampledMetric, Estimate | CannotTell>;
}

/** One column per cell of the table, TP, FP, TN and FN in turn. */
function cellColumns({ positive, labels }: Decisions): Uint8Array[] {
  const cell = (answer: number, label: number): Uint8Array =>
    labels.map((truth, row) => Number(truth === label && positive[row] === answer));
  return [cell(1, 1), cell(1, 0), cell(0, 0), cell(0, 1)];
}

const countsOf = (totals: Float64Array): ConfusionCounts => ({
  truePositives: totals[0],
  falsePositives: totals[1],
  trueNegatives: totals[2],
  falseNegatives: totals[3],
});
