import type { AnalysedRow } from '#lib/cohort/select.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { decisionCurve } from '#lib/validation/decision-curve.ts';
import { type CannotTell, isCannotTell } from '#lib/validation/estimate.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { thresholdForSensitivity, thresholdOfHighestNetBenefit } from '#lib/validation/threshold-choice.ts';
import { workload, workloadAtPrevalence } from '#lib/validation/workload.ts';
import { LOGIT_LIMIT } from '../../calibration-plot.ts';
import type { ChapterInput } from '../../chapter.ts';
import { MINIMUM_ROWS, peopleOf, predictionsOf } from '../../measure.ts';
import type { Count, Figure, Suppressed } from '../../record.ts';
import { type GroupRows, wholeGroups } from '../group-rows.ts';
import { pointsOfAll, pointsThatMayLeave } from './may-leave.ts';

/** Threshold probabilities of the decision curve. */
const GRID: readonly number[] = Array.from({ length: 49 }, (_, i) => (2 * (i + 1)) / 100);

/** Shares of people with the outcome for which the workload is told beside the one that was seen. */
export const PREVALENCES: readonly number[] = [0.02, 0.05, 0.1, 0.2, 0.3];

const SENSITIVITIES: readonly number[] = [0.9, 0.95];

/** A true positive weighs as much as 9, 4 and 1 false ones. */
const PROBABILITIES: readonly number[] = [0.1, 0.2, 0.5];

export interface BenefitPoint {
  /** Threshold probability. */
  readonly threshold: number;
  readonly netBenefit: Figure;
  readonly treatAll: Figure;
  /** Net benefit less that of treating everybody. */
  readonly overTreatAll: Figure;
  /** The shareable edition keeps the point: no class has 1 to 10 people between it and the next one kept. */
  readonly mayLeave: boolean;
}

export interface WorkloadFigures {
  readonly flagged: Figure;
  readonly missed: Figure;
  readonly falseAlarmsPerTrue: Figure;
}

export interface WorkloadAtPrevalence extends WorkloadFigures {
  readonly prevalence: number;
}

export interface ThresholdWorkload {
  readonly name: string;
  /** Shares per study; what was seen. */
  readonly seen: WorkloadFigures;
  readonly atPrevalence: readonly WorkloadAtPrevalence[];
}

export interface SiteUsefulness {
  /** null: all sites, crude. */
  readonly site: string | null;
  readonly n: Count;
  readonly events: Count;
  readonly curve: readonly BenefitPoint[] | CannotTell | Suppressed;
  /** In the order of the contract's thresholds. */
  readonly workloads: readonly ThresholdWorkload[];
  readonly sensitivities: readonly {
    readonly sensitivity: number;
    readonly threshold: Figure;
    /** Share of those without the outcome below it, on the same people that placed it. */
    readonly specificity: Figure;
    readonly mayLeave: boolean;
  }[];
  readonly highestBenefit: readonly { readonly probability: number; readonly threshold: Figure }[];
}

export interface Usefulness {
  readonly sites: readonly SiteUsefulness[];
}

/** Null without a row. */
export function usefulnessOf(input: ChapterInput): Usefulness | null {
  const wholes = wholeGroups(input);
  if (wholes.length === 0) return null;
  const points = wholes.map(({ group, rows }) =>
    group.site === null ? [] : pointsThatMayLeave(rows, GRID, input.model.thresholds),
  );
  const ofAll = pointsOfAll(points.filter((own) => own.length > 0));
  return {
    sites: wholes.map((whole, i) => siteUsefulness(whole, input.model, whole.group.site === null ? ofAll : points[i])),
  };
}

function siteUsefulness(
  { group, rows }: GroupRows,
  model: ModelContract,
  mayLeave: readonly boolean[],
): SiteUsefulness {
  const predictions = predictionsOf(rows);
  const events = rows.filter(({ label }) => label === 1).length;
  const why = tooFew(rows, events);
  return {
    site: group.site,
    n: rows.length,
    events,
    curve: why ?? curveOf(predictions, mayLeave),
    workloads: model.thresholds.map((at) => {
      const margins = Float64Array.from(rows, ({ score, file }) => score - thresholdOf(at, file));
      return { name: at.name, ...workloadsOf({ ...predictions, scores: margins }, why) };
    }),
    sensitivities: SENSITIVITIES.map((sensitivity) => forSensitivity(predictions, sensitivity, events)),
    highestBenefit: PROBABILITIES.map((probability) => ({
      probability,
      threshold: thresholdOfHighestNetBenefit(predictions, probability, { clipTo: LOGIT_LIMIT }),
    })),
  };
}

/** Fewer than ten people with or without the outcome are described elsewhere, not judged. */
function tooFew(rows: readonly AnalysedRow[], events: number): CannotTell | undefined {
  const [ill, well] = [1, 0].map((wanted) => peopleOf(rows.filter(({ label }) => label === wanted)));
  if (Math.min(ill, well) >= MINIMUM_ROWS) return undefined;
  return {
    cannotTell: `${ill} people with and ${well} without the outcome: at least ${MINIMUM_ROWS} of each are needed`,
    n: rows.length,
    events,
  };
}

function curveOf(predictions: Predictions, mayLeave: readonly boolean[]): BenefitPoint[] {
  return decisionCurve(predictions, GRID).map((point, i) => ({ ...point, mayLeave: mayLeave[i] }));
}

function workloadsOf(margins: Predictions, why: CannotTell | undefined): Omit<ThresholdWorkload, 'name'> {
  const untold = why && { flagged: why, missed: why, falseAlarmsPerTrue: why };
  return {
    seen: untold ?? workload(margins, 0),
    atPrevalence: PREVALENCES.map((prevalence) => ({
      prevalence,
      ...(untold ?? workloadAtPrevalence(margins, 0, prevalence)),
    })),
  };
}

function forSensitivity(predictions: Predictions, sensitivity: number, events: number) {
  const threshold = thresholdForSensitivity(predictions, sensitivity);
  const below = events - Math.ceil(sensitivity * events - 1e-9);
  const mayLeave = below === 0 || below > MINIMUM_ROWS;
  if (isCannotTell(threshold)) return { sensitivity, threshold, specificity: threshold, mayLeave };
  const { scores, labels, clusters } = predictions;
  const others = Array.from(scores, (_, row) => row).filter((row) => labels[row] === 0);
  const specificity = clusteredProportion(
    Uint8Array.from(others, (row) => Number(scores[row] < threshold.estimate)),
    clusters && Int32Array.from(others, (row) => clusters[row]),
    { minimumRows: MINIMUM_ROWS },
  );
  return { sensitivity, threshold, specificity, mayLeave };
}
