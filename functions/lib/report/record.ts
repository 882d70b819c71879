// report.json: everything that the page and the tables say, and nothing else.

import type { Relation } from '#functions/study.ts';
import type { Flow, FlowLoss, FlowStep, LabelFlow } from '#lib/cohort/flow.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import type { PopulationSummary } from '#lib/drift/population.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import type { AurocEstimate } from '#lib/validation/auroc.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import type { SharedReport } from './between.ts';
import type { Chapters } from './chapter-values.ts';
import type { Checklist } from './checklists/item.ts';
import type { Importance } from './point.ts';

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

/** Results at one operating threshold of the contract: a score at or above it is positive. */
export interface ThresholdResult {
  readonly name: string;
  /** The value that the weights in use come with; null where several weights judged the group, each at its own value. */
  readonly threshold: number | null;
  readonly truePositives: Count;
  readonly falseNegatives: Count;
  readonly trueNegatives: Count;
  readonly falsePositives: Count;
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

export interface AgeSummary {
  readonly medianYears: number;
  readonly lowerQuartileYears: number;
  readonly upperQuartileYears: number;
  /** Youngest and oldest: single persons, so only in internal reports and on public data. */
  readonly minimumYears: number | Suppressed;
  readonly maximumYears: number | Suppressed;
}

export interface FieldMissing {
  readonly field: string;
  readonly missing: Count;
}

/** Seconds of the recordings. */
export interface DurationSummary {
  readonly medianSeconds: number;
  readonly lowerQuartileSeconds: number;
  readonly upperQuartileSeconds: number;
  /** Shortest and longest: single recordings, so only in internal reports and on public data. */
  readonly minimumSeconds: number | Suppressed;
  readonly maximumSeconds: number | Suppressed;
}

export const CHARACTERISTICS = ['samplingRateHz', 'leads', 'leadRead', 'device'] as const;

/** A group of people that sites describe, by the name of its column. */
export type DescribedGroup = `group:${string}`;

/** How many studies have one value of a characteristic; the values of one characteristic are all studies of the column. */
export interface CategoryCount {
  readonly characteristic: (typeof CHARACTERISTICS)[number] | DescribedGroup;
  readonly value: string;
  readonly n: Count;
}

/** One column of Table 1: the studies of the primary analysis at one site, or at all of them (null). */
export interface Description {
  readonly site: string | null;
  readonly n: Count;
  readonly subjects: Count;
  readonly women: Count;
  readonly men: Count;
  readonly sexMissing: Count;
  readonly age: AgeSummary | CannotTell | Suppressed;
  readonly events: Count;
  readonly prevalence: Figure;
  readonly missing: readonly FieldMissing[];
  /** Of ECGs; null for measurements. */
  readonly duration: DurationSummary | Suppressed | null;
  readonly categories: readonly CategoryCount[];
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
  /** Hospitals of the training people; none where the contract names none. */
  /** Hospitals of the training; empty where none is recorded. */
  readonly trainingSites: MeasurementsContract['training']['sites'];
  /** Whom the model learned from, where no hospitals are recorded. */
  readonly trainedOn: string | null;
};

/** What anyone needs to make the same report again. */
export interface Provenance {
  /** The command that reproduces the report, as given by the caller. */
  readonly command: string;
  /** Version of this software. */
  readonly software: string;
  /** Seed of every resampling, made from the hashes of the inputs. */
  readonly seed: string;
  /** What the report was computed from. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  /** Drops and units that were still in flight when the run closed at its deadline; 0 in a complete run. */
  readonly missing: number;
  /** ONNX files that gave the scores, by site and number of studies. */
  readonly scoredBy: readonly { readonly site: string; readonly file: string; readonly n: Count }[];
  /** The audit with which people and scores are compared, where the archive has one. */
  readonly lastAudit?: EarlierAudit;
}

/** An earlier audit of the archive, by its run; the hash is that of its whole report. */
export interface EarlierAudit {
  readonly run: string;
  readonly cohort: string;
  readonly sha256: string | null;
}

/** What earlier reports of the same archive tell this one. */
export interface ReportPast {
  /** With the people that it kept, none where there were too few. */
  readonly lastAudit: (EarlierAudit & { readonly populations: readonly PopulationSummary[] }) | null;
  /** Finished audits of this cohort, model version and label with limits in the same calendar year. */
  readonly looks: number;
  /** Reports that may have left the sites, oldest first. */
  readonly shared: readonly SharedReport[];
  /** Earlier audits that cannot be looked at, with the reason. */
  readonly lacking: readonly string[];
}

/** What the shareable edition hides because earlier shareable reports are out. */
export interface BetweenReports {
  /** Runs whose shareable reports may be subtracted from this one. */
  readonly earlier: readonly string[];
  /** Counts that are hidden for this reason alone. */
  readonly cells: number;
  /** Hospitals (null: all together) whose results are closed for this reason. */
  readonly closed: readonly (string | null)[];
  /** Why nothing at all is shown; null where something is. */
  readonly withheld: string | null;
}

export interface Caution {
  readonly code: string;
  readonly text: string;
}

/** What the caller knows of a run: the rest is computed. */
export type Occasion = Omit<Provenance, 'scoredBy' | 'seed' | 'lastAudit'>;

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

/** One of the things to know, with the section that says more: its anchor and its heading. */
export interface ToldPoint {
  readonly importance: Importance;
  readonly section: string;
  readonly title: string;
  readonly text: string;
}

/** What the limits come to together; each limit by its sentence. */
export interface Verdict {
  readonly answer: 'pass' | 'fail' | 'cannot tell' | 'hidden' | 'no limits';
  readonly text: string;
  readonly limits: readonly { readonly limit: string; readonly answer: 'pass' | 'fail' | 'cannot tell' | 'hidden' }[];
}

/** The first page. */
export interface Answer {
  /** Which model, on whom, what it came to. */
  readonly headline: string;
  /** The same line by line. */
  readonly facts: {
    readonly model: string;
    readonly testedOn: string;
    readonly sites: string;
    readonly evidence: string;
  };
  readonly verdict: Verdict;
  /** The three that matter most (lib/report/point.ts), each in one sentence. */
  readonly points: readonly ToldPoint[];
  /** Everything to know in full, those three among them, the most important first. */
  readonly also: readonly ToldPoint[];
  /** How many of them are not among the three. */
  readonly further: number;
}

/** report.json. */
export interface Report extends ReportBody {
  readonly answer: Answer;
  readonly cautions: readonly Caution[];
  readonly methods: readonly string[];
  /** What guidelines and regulators ask for, filled from the run; what only people can answer is open. */
  readonly checklists: readonly Checklist[];
}
