import type { AnalysedRow } from '#lib/cohort/select.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { random } from '#lib/simulate/random.ts';
import { type AveragePrecisionEstimate, averagePrecision } from '#lib/validation/average-precision.ts';
import { bootstrapMetrics, RESAMPLED_METRICS, type ResampledMetric } from '#lib/validation/bootstrap-metrics.ts';
import { confusionCounts, type Decisions } from '#lib/validation/confusion.ts';
import { decisionMetrics, SEEN } from '#lib/validation/decision-metrics.ts';
import { partialAuroc } from '#lib/validation/partial-auroc.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { averagePrecisionOf, partialAreaAbove } from '#lib/validation/rank-statistics.ts';
import { cumulativeCounts, rankRows } from '#lib/validation/ranked-rows.ts';
import type { ChapterInput } from '../../chapter.ts';
import { predictionsOf } from '../../measure.ts';
import type { AnswerCounts, Count, Figure, Suppressed } from '../../record.ts';
import { withPoint } from '../../with-point.ts';

/** Metrics that the core of the report does not have. */
export const DETAIL_METRICS = [
  'positivePredictiveValue',
  'negativePredictiveValue',
  'accuracy',
  'balancedAccuracy',
  'f1',
  'matthewsCorrelation',
] as const;

export type DetailMetric = (typeof DETAIL_METRICS)[number];

export interface ThresholdDetail extends AnswerCounts {
  readonly name: string;
  readonly metrics: { readonly [Name in DetailMetric]: Figure };
  /** The same and more by the cluster bootstrap, for comparison with other programs. */
  readonly resampled: { readonly [Name in ResampledMetric]: Figure };
}

/** Studies that score at least `score`, by the reference; no score in the shareable edition, where it is one person's. */
export interface CurveStep {
  readonly score: number | null;
  readonly truePositives: number;
  readonly falsePositives: number;
}

export interface SiteDiscrimination {
  readonly site: string;
  readonly n: Count;
  readonly events: Count;
  /** True where somebody has several studies. */
  readonly clustered: boolean;
  /** Share of studies with the outcome: average precision of a score that knows nothing. */
  readonly baseline: number | Suppressed;
  readonly averagePrecision: AveragePrecisionEstimate | Figure;
  readonly partialAuroc: Figure;
  readonly thresholds: readonly ThresholdDetail[];
  /** From the highest score down, the last one being all studies; empty where it is hidden. */
  readonly curve: readonly CurveStep[];
}

/** By hospital only: all that stands here but balanced accuracy and partial AUROC depends on how common the outcome is. */
export interface DiscriminationDetail {
  readonly sites: readonly SiteDiscrimination[];
  readonly replicates: number;
}

const MOST_REPLICATES = 2000;
const FEWEST_REPLICATES = 200;
/** Rows times replicates that a report resamples: about a second for each hospital. */
const RESAMPLED_ROWS = 1e8;
/** A curve needs no more points than can be seen. */
const CURVE_STEP = 0.005;

/** Null without a row. */
export function discriminationDetailOf({ rows, sites, model, seed }: ChapterInput): DiscriminationDetail | null {
  const bySite = Map.groupBy(rows, ({ site }) => site);
  const largest = Math.max(0, ...[...bySite.values()].map(({ length }) => length));
  if (largest === 0) return null;
  const affordable = Math.floor(RESAMPLED_ROWS / largest / 100) * 100;
  const replicates = Math.max(FEWEST_REPLICATES, Math.min(MOST_REPLICATES, affordable));
  const found = sites.flatMap((site) => {
    const here = bySite.get(site);
    return here === undefined ? [] : [siteOf(site, here, model, { seed, replicates })];
  });
  return { sites: found, replicates };
}

interface Resampling {
  readonly seed: string;
  readonly replicates: number;
}

function siteOf(
  site: string,
  rows: readonly AnalysedRow[],
  model: ModelContract,
  resampling: Resampling,
): SiteDiscrimination {
  const predictions = predictionsOf(rows);
  const ranked = rankRows(predictions);
  const whole = cumulativeCounts(ranked, predictions.labels);
  return {
    site,
    n: rows.length,
    events: ranked.events,
    clustered: predictions.clusters !== undefined,
    baseline: ranked.events / rows.length,
    averagePrecision: withPoint(averagePrecision(predictions), averagePrecisionOf(whole)),
    partialAuroc: withPoint(partialAuroc(predictions), partialAreaAbove(0.9)(whole)),
    thresholds: model.thresholds.map((at) => thresholdDetail(site, at, rows, predictions, resampling)),
    curve: stepsOf(ranked.thresholds, whole.truePositives, whole.falsePositives),
  };
}

/** Each row at the threshold of the weights that scored it: a fold's was chosen without the site that it judges. */
function thresholdDetail(
  site: string,
  at: ModelContract['thresholds'][number],
  rows: readonly AnalysedRow[],
  predictions: Predictions,
  { seed, replicates }: Resampling,
): ThresholdDetail {
  const { labels, clusters } = predictions;
  const positive = Uint8Array.from(rows, ({ score, file }) => Number(score >= thresholdOf(at, file)));
  const decisions: Decisions = { positive, labels, ...(clusters && { clusters }) };
  const metrics = decisionMetrics(decisions);
  const counts = confusionCounts(decisions);
  const source = random(`${seed}/discrimination-detail/${site}/${at.name}`);
  const resampled = bootstrapMetrics(predictions, positive, { random: source, replicates });
  return {
    name: at.name,
    ...counts,
    metrics: record(DETAIL_METRICS, (name) => withPoint(metrics[name], SEEN[name](counts))),
    resampled: record(RESAMPLED_METRICS, (name) => resampled[name]),
  };
}

export function record<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): { readonly [Key in Name]: Value } {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as { [Key in Name]: Value };
}

/** The points that can be told apart in a picture, and the last. */
function stepsOf(scores: Float64Array, truePositives: Float64Array, falsePositives: Float64Array): CurveStep[] {
  const last = scores.length - 1;
  const [events, nonEvents] = [truePositives[last], falsePositives[last]];
  const steps: CurveStep[] = [];
  let [found, alarms] = [0, 0];
  for (let place = 0; place <= last; place++) {
    const rises = (truePositives[place] - found) / events >= CURVE_STEP;
    const runs = (falsePositives[place] - alarms) / nonEvents >= CURVE_STEP;
    if (!rises && !runs && place < last) continue;
    [found, alarms] = [truePositives[place], falsePositives[place]];
    steps.push({ score: scores[place], truePositives: found, falsePositives: alarms });
  }
  return steps;
}
