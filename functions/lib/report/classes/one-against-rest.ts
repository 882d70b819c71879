// One class, or one finding, against all that is not it.
import { type AurocEstimate, auroc } from '#lib/validation/auroc.ts';
import { averagePrecision } from '#lib/validation/average-precision.ts';
import { countClusters } from '#lib/validation/cluster-totals.ts';
import { type DecisionMetrics, decisionMetrics, SEEN } from '#lib/validation/decision-metrics.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import { placements } from '#lib/validation/placements.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { averagePrecisionOf } from '#lib/validation/rank-statistics.ts';
import { cumulativeCounts, rankRows } from '#lib/validation/ranked-rows.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import { LOGIT_LIMIT } from '../calibration-plot.ts';
import { formatPeople } from '../format.ts';
import { MINIMUM_ROWS } from '../measure.ts';
import type { Untold } from '../record.ts';
import { withPoint } from '../with-point.ts';

export interface OneAgainstRest {
  /** 1 where the study has it. */
  readonly labels: Uint8Array;
  readonly clusters?: Int32Array;
}

/** Order and calibration of one score. */
export const SCORE_FIGURES = ['auroc', 'averagePrecision', 'observedExpected', 'intercept', 'slope'] as const;
export type ScoreFigure = (typeof SCORE_FIGURES)[number];

/** Rates of a yes-or-no answer. */
export const DECISION_FIGURES = [
  'sensitivity',
  'specificity',
  'positivePredictiveValue',
  'negativePredictiveValue',
  'f1',
  'matthewsCorrelation',
] as const satisfies readonly (keyof DecisionMetrics)[];
export type DecisionFigure = (typeof DECISION_FIGURES)[number];

/** Rates over those who have it not: few who have it do not stand in their way. */
const OVER_THE_REST: readonly DecisionFigure[] = ['specificity', 'negativePredictiveValue'];

/** People with it, and people without it. */
export function peopleOnBothSides({ labels, clusters }: OneAgainstRest): { with: number; without: number } {
  const people = (wanted: number): number =>
    clusters === undefined
      ? labels.reduce((total, label) => total + Number(label === wanted), 0)
      : countClusters(clusters.filter((_, row) => labels[row] === wanted));
  return { with: people(1), without: people(0) };
}

/** Why it is described and not judged; undefined where enough people have it and enough have it not. */
export function whyFew(one: OneAgainstRest, name: string, none: string): string | undefined {
  const people = peopleOnBothSides(one);
  if (people.with === 0) return none;
  if (people.with < MINIMUM_ROWS) return `${formatPeople(people.with)} with ${name}, fewer than ${MINIMUM_ROWS}`;
  return people.without < MINIMUM_ROWS
    ? `${formatPeople(people.without)} without ${name}, fewer than ${MINIMUM_ROWS}`
    : undefined;
}

/** Where it is not judged, what was seen without an interval. */
const judged = (
  figure: Estimate | CannotTell,
  { labels }: OneAgainstRest,
  why: string | undefined,
  point: number,
): Estimate | Untold => {
  if (why === undefined) return withPoint(figure, point);
  const events = labels.reduce((total, label) => total + label, 0);
  return withPoint({ cannotTell: why, n: labels.length, events }, events === 0 ? Number.NaN : point);
};

/** How well a score orders and, where it is a probability, what it means; `why` as of `whyFew`. */
export function scoreFigure(
  name: ScoreFigure,
  predictions: Predictions,
  why: string | undefined,
  options: { readonly level?: number } = {},
): AurocEstimate | Estimate | Untold {
  const { labels } = predictions;
  const hasBoth = labels.includes(0) && labels.includes(1);
  switch (name) {
    case 'auroc':
      return why === undefined
        ? auroc(predictions, options)
        : judged(auroc(predictions, options), predictions, why, hasBoth ? placements(predictions).auroc : Number.NaN);
    case 'averagePrecision': {
      const curve = cumulativeCounts(rankRows(predictions), labels);
      return judged(averagePrecision(predictions, options), predictions, why, averagePrecisionOf(curve));
    }
    case 'observedExpected':
      return pointOfItself(observedExpected(predictions, options), predictions, why);
    default:
      return pointOfItself(recalibration(predictions, { ...options, clipTo: LOGIT_LIMIT })[name], predictions, why);
  }
}

const pointOfItself = (
  figure: Estimate | CannotTell,
  one: OneAgainstRest,
  why: string | undefined,
): Estimate | Untold => judged(figure, one, why, 'estimate' in figure ? figure.estimate : Number.NaN);

/** Rates of the yes-or-no answer; `why` as of `whyFew`. */
export function decisionFigures(
  decisions: OneAgainstRest & { readonly positive: Uint8Array },
  why: string | undefined,
): { readonly [Name in DecisionFigure]: Estimate | Untold } {
  const { counts, ...metrics } = decisionMetrics(decisions);
  const told = DECISION_FIGURES.map((name) => {
    const point = SEEN[name](counts);
    return [
      name,
      OVER_THE_REST.includes(name) ? withPoint(metrics[name], point) : judged(metrics[name], decisions, why, point),
    ] as const;
  });
  return Object.fromEntries(told) as { [Name in DecisionFigure]: Estimate | Untold };
}
