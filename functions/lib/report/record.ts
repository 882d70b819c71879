// report.json: everything that the page and the tables say, and nothing else.

import type { Relation } from '#functions/study.ts';
import type { Flow, FlowLoss, FlowStep, LabelFlow } from '#lib/cohort/flow.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import type { AurocEstimate } from '#lib/validation/auroc.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import type { Chapters } from './chapter-values.ts';
import type { Checklist } from './checklists/item.ts';
import type { Description } from './description.ts';
import type { Answer } from './first-page.ts';
import type { BetweenReports, Provenance } from './provenance.ts';

/** A number that would tell, or help to compute, a count of 1 to 10. */
export interface Suppressed {
  readonly suppressed: true;
}

export type Count = number | Suppressed;

/** A figure that the data do not carry; where few people stand behind it, what was seen in them, without an interval. */
export interface Untold extends CannotTell {
  readonly point?: number;
}

export type Figure = Estimate | Untold | Suppressed;

export const SUPPRESSED: Suppressed = { suppressed: true };

export function isSuppressed(value: unknown): value is Suppressed {
  return typeof value === 'object' && value !== null && 'suppressed' in value;
}

/** What is read of a figure: the estimate with its limits, or why there is none. */
export type ReadFigure =
  | Pick<Estimate, 'estimate' | 'lower' | 'upper'>
  | Pick<Untold, 'cannotTell' | 'point'>
  | Suppressed;

/** Narrows to a figure with an interval. */
export function isEstimate<One extends ReadFigure>(figure: One): figure is Extract<One, { readonly estimate: number }> {
  return 'estimate' in figure;
}

/** Without method, level and counts, where these stand beside it already. */
export function readFigure(figure: Figure): ReadFigure {
  if (isSuppressed(figure)) return figure;
  if (!isEstimate(figure)) {
    const { cannotTell, point } = figure;
    return { cannotTell, ...(point !== undefined && { point }) };
  }
  const { estimate, lower, upper } = figure;
  return { estimate, lower, upper };
}

/** Whom a row of results is about; null means all. */
export interface Group {
  readonly site: string | null;
  readonly sex: string | null;
  readonly ageBand: string | null;
  /** Recorder, or `unknown` beside known ones. */
  readonly device: string | null;
}

/** All studies of a site, or of all sites (null). */
export const wholeOf = (site: string | null): Group => ({ site, sex: null, ageBand: null, device: null });

/** True for the row of a whole site, or of all sites. */
export const isWhole = ({ sex, ageBand, device }: Group): boolean =>
  sex === null && ageBand === null && device === null;

/** The four counts of a yes-or-no answer. */
export interface AnswerCounts {
  readonly truePositives: Count;
  readonly falseNegatives: Count;
  readonly trueNegatives: Count;
  readonly falsePositives: Count;
}

/** Results at one operating threshold of the contract: a score at or above it is positive. */
export interface ThresholdResult extends AnswerCounts {
  readonly name: string;
  /** The value that the weights in use come with; null where several weights judged the group, each at its own value. */
  readonly threshold: number | null;
  readonly sensitivity: Figure;
  readonly specificity: Figure;
}

export interface GroupResult extends Group {
  readonly n: Count;
  readonly subjects: Count;
  readonly events: Count;
  readonly nonEvents: Count;
  /** People behind the events and behind the others; a person with both is in both. */
  readonly eventSubjects: Count;
  readonly nonEventSubjects: Count;
  /** With DeLong's own Wald interval (`wald`) beside the one that is shown. */
  readonly auroc: AurocEstimate | Untold | Suppressed;
  readonly brier: Figure;
  /** Observed events by expected events (sum of scores). */
  readonly observedExpected: Figure;
  /** Calibration-in-the-large: intercept of a logistic model with the logit of the score as offset. */
  readonly calibrationIntercept: Figure;
  readonly thresholds: readonly ThresholdResult[];
}

/** Studies with scores between two limits: how many had the outcome against what was predicted. */
export interface CalibrationBin {
  readonly n: Count;
  readonly events: Count;
  readonly meanScore: number | Suppressed;
  readonly observed: Figure;
}

export interface CurvePoint {
  readonly score: number;
  readonly observed: number;
  readonly lower: number;
  readonly upper: number;
}

/** Studies with scores from `from` up to `to`. */
export interface ScoreBin {
  readonly from: number;
  readonly to: number;
  readonly events: Count;
  readonly nonEvents: Count;
}

export interface CalibrationPlot {
  readonly site: string;
  readonly bins: readonly CalibrationBin[];
  /** Smooth curve with its pointwise band, or why there is none. */
  readonly curve: readonly CurvePoint[] | CannotTell | Suppressed;
  readonly histogram: readonly ScoreBin[];
}

/** Labelled studies on which the model kept silent, beside those that it answered: at one site, or at all of them (null). */
export interface SilenceResult {
  readonly site: string | null;
  /** All labelled studies with the outcome and without it, and how many of them got no answer. */
  readonly events: Count;
  readonly nonEvents: Count;
  readonly silentEvents: Count;
  readonly silentNonEvents: Count;
  /** Share of the events that got no answer, and of the others. */
  readonly silentShareOfEvents: Figure;
  readonly silentShareOfNonEvents: Figure;
  /** Sensitivity and specificity among all labelled studies: no answer finds nobody and clears nobody. */
  readonly thresholds: readonly { readonly name: string; readonly sensitivity: Figure; readonly specificity: Figure }[];
}

/** Results of studies that are one kind of evidence. */
export interface Performance {
  readonly relations: readonly Relation[];
  readonly groups: readonly GroupResult[];
  readonly calibration: readonly CalibrationPlot[];
}

export interface ReportedLoss extends Omit<FlowLoss, 'count'> {
  readonly count: Count;
  /** The code in words. */
  readonly reason: string;
}

export interface ReportedStep extends Omit<FlowStep, 'count' | 'losses'> {
  readonly count: Count;
  readonly losses: readonly ReportedLoss[];
}

export interface ReportedFlow extends Omit<Flow, 'steps' | 'labels'> {
  /** null: all sites. */
  readonly site: string | null;
  readonly steps: readonly ReportedStep[];
  readonly labels: { readonly [K in keyof LabelFlow]: Count };
}

/** What the report takes from the model contract. */
export type ReportedModel = Pick<
  ModelContract,
  'name' | 'version' | 'title' | 'intendedUse' | 'notFor' | 'regulatoryStatus' | 'thresholds' | 'citation'
> & {
  readonly files: readonly { readonly file: string; readonly sha256: string; readonly leftOut: string | null }[];
  /** Hospitals of the training; empty where none is recorded. */
  readonly trainingSites: MeasurementsContract['training']['sites'];
  /** Whom the model learned from, where no hospitals are recorded. */
  readonly trainedOn: string | null;
};

export interface Caution {
  readonly code: string;
  readonly text: string;
}

/** The numbers of a report, before words are written from them. */
export interface ReportBody {
  readonly schema: 'tricuspid/cohort-report/1';
  /** internal: every number; shareable: small cells and their complements hidden unless the data are public. */
  readonly audience: 'internal' | 'shareable';
  readonly publicData: boolean;
  readonly cohort: Cohort;
  readonly model: ReportedModel;
  readonly flow: readonly ReportedFlow[];
  readonly table1: readonly Description[];
  /** Everything but the apparent. */
  readonly primary: Performance;
  /** Studies that the model was trained on; null when there are none. Never evidence for new patients. */
  readonly apparent: Performance | null;
  /** With and without the studies on which the model kept silent; empty where it answered every labelled study. */
  readonly silence: readonly SilenceResult[];
  /** What goes beyond the core, by subject. */
  readonly chapters: Chapters;
  /** How the reference standard was obtained, in the words of the sites. */
  readonly labelMethods: readonly string[];
  readonly provenance: Provenance;
  /** Where earlier shareable reports of the same archive could be subtracted from this one. */
  readonly between?: BetweenReports;
}

/** report.json. */
export interface Report extends ReportBody {
  readonly answer: Answer;
  readonly cautions: readonly Caution[];
  readonly methods: readonly string[];
  /** What guidelines and regulators ask for, filled from the run; what only people can answer is open. */
  readonly checklists: readonly Checklist[];
}
