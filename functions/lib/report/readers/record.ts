// report.json of a reader study: everything that its page and tables say.
import type { PublishedMetric } from '#lib/cohort/readers/published.ts';
import type { DecisionMetrics } from '#lib/validation/decision-metrics.ts';
import type { AgeSummary } from '../description.ts';
import type { TableProvenance } from '../edition.ts';
import type { AnswerCounts, Caution, Count, Figure, Suppressed } from '../record.ts';

export const METRICS = [
  'sensitivity',
  'specificity',
  'positivePredictiveValue',
  'negativePredictiveValue',
  'accuracy',
  'balancedAccuracy',
  'f1',
  'matthewsCorrelation',
] as const satisfies readonly (keyof DecisionMetrics)[];

export type MetricName = (typeof METRICS)[number];

/** Whom a result is about; null means all. */
export interface ReaderGroup {
  readonly sex: string | null;
  readonly ageBand: string | null;
}

/** Answers of one rater about one finding against the reference. */
export interface RaterResult extends ReaderGroup, AnswerCounts {
  readonly label: string;
  readonly rater: string;
  readonly metrics: { readonly [Name in MetricName]: Figure };
  /** Cohen's kappa with the reference. */
  readonly kappa: Figure;
}

/** One rater over all findings. */
export interface RaterSummary extends ReaderGroup {
  readonly rater: string;
  /** Unweighted mean of the F1 of all findings, and F1 of all answers in one heap. */
  readonly macroF1: Figure;
  readonly microF1: Figure;
  /** Mean AUROC of all findings; null where the rater gives no scores. */
  readonly macroAuroc: Figure | null;
}

/** Stands for the label where answers to all findings are taken together. */
export const ALL_FINDINGS = '*';

/** Two raters on the same studies: share right of the first minus share right of the second. */
export interface Comparison {
  /** A finding, or `*` for the answers to all of them in one heap, the study being the cluster. */
  readonly label: string;
  readonly first: string;
  readonly second: string;
  /** Sensitivity: among studies with the finding; specificity: among those without. */
  readonly of: 'sensitivity' | 'specificity';
  readonly difference: Figure;
  readonly onlyFirst: Count;
  readonly onlySecond: Count;
  /** McNemar, mid-p (Obuchowski with clusters); the exact one; and the first corrected by Holm over all comparisons told. Null: cannot tell. */
  readonly pValue: number | Suppressed | null;
  readonly exactPValue: number | Suppressed | null;
  readonly adjustedPValue: number | Suppressed | null;
}

export interface Agreement {
  readonly label: string;
  readonly first: string;
  readonly second: string;
  readonly kappa: Figure;
  /** Share of studies with the same answer. */
  readonly observed: number | Suppressed | null;
  /** Studies with the finding, and without it, about which both are right; internal edition and public data only. */
  readonly bothRight: readonly [withFinding: Count, without: Count];
}

export interface Ranking extends ReaderGroup {
  readonly label: string;
  readonly rater: string;
  readonly auroc: Figure;
  readonly partialAuroc: Figure;
  readonly averagePrecision: Figure;
  /** Share of studies with the finding. */
  readonly baseline: number | Suppressed;
  /** [recall, precision] for the picture, of all studies only. */
  readonly curve: readonly (readonly [recall: number, precision: number])[];
}

/** One rater on a question with one of several answers. */
export interface ClassResult {
  readonly column: string;
  readonly title: string;
  readonly values: readonly string[];
  readonly rater: string;
  /** [reference][answer]: studies. */
  readonly matrix: readonly (readonly Count[])[];
  /** Share of right answers, which is also the micro-averaged F1. */
  readonly accuracy: Figure;
  readonly macroF1: Figure;
  readonly kappa: Figure;
  /** Quadratic weights; null where the values are no grades. */
  readonly weightedKappa: Figure | null;
  /** Hand and Till's M, and for grades the concordance of the expected grade; null without scores. */
  readonly handTill: Figure | null;
  readonly concordance: Figure | null;
}

export interface PublishedResult {
  readonly label: string;
  readonly rater: string;
  readonly metric: PublishedMetric;
  readonly published: number;
  readonly computed: number | Suppressed | null;
  /** Equal after rounding as published; null where the computed one is hidden. */
  readonly agrees: boolean | null;
}

export interface GroupCounts extends ReaderGroup {
  readonly n: Count;
  /** By label, in the order of `labels`. */
  readonly events: readonly Count[];
}

export interface ReportedRater {
  readonly id: string;
  readonly title: string;
  readonly kind: 'model' | 'readers';
  readonly formedReference: boolean;
  /** Findings for which no threshold on the scores gives the yes-or-no answers, with the fewest answers that differ. */
  readonly scoresDisagree: readonly { readonly label: string; readonly answers: Count }[];
}

export interface ReaderBody {
  readonly schema: 'tricuspid/reader-report/1';
  readonly audience: 'internal' | 'shareable';
  readonly publicData: boolean;
  readonly title: string;
  readonly studies: string;
  readonly labels: readonly { readonly id: string; readonly title: string }[];
  readonly raters: readonly ReportedRater[];
  readonly referenceMethod: string;
  readonly n: Count;
  /** People behind the studies, where they differ. */
  readonly subjects: Count | null;
  readonly groups: readonly GroupCounts[];
  readonly age: AgeSummary | null;
  readonly results: readonly RaterResult[];
  readonly summaries: readonly RaterSummary[];
  readonly comparisons: readonly Comparison[];
  readonly agreements: readonly Agreement[];
  readonly rankings: readonly Ranking[];
  readonly classes: readonly ClassResult[];
  readonly published: readonly PublishedResult[];
  readonly publishedDecimals: number | null;
  readonly studyCautions: readonly string[];
  readonly citation: readonly string[];
  readonly provenance: TableProvenance;
}

export interface ReaderReport extends ReaderBody {
  readonly answer: { readonly headline: string; readonly points: readonly string[] };
  readonly cautions: readonly Caution[];
  readonly methods: readonly string[];
}

/** The id under which the reference stands in `agreements`. */
export const REFERENCE = 'reference';

export const isWholeGroup = ({ sex, ageBand }: ReaderGroup): boolean => sex === null && ageBand === null;
