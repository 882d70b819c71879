import type { DecisionFigure } from '../../classes/one-against-rest.ts';
import type { AnswerCounts, Count, Figure, Suppressed } from '../../record.ts';
import type { ComparedResults } from '../compared-record.ts';
import type { EvaluationGroup } from '../record.ts';

export interface LabelDecisions extends AnswerCounts, Readonly<Record<DecisionFigure, Figure>> {}

export interface LabelRanking {
  readonly auroc: Figure;
  readonly averagePrecision: Figure;
  /** Average precision of a score that says nothing: the share of studies with the label; null without a study. */
  readonly baseline: number | Suppressed | null;
}

export interface LabelCalibration {
  readonly observedExpected: Figure;
  readonly intercept: Figure;
  readonly slope: Figure;
}

/** One label against the studies that have it not. */
export interface LabelResult {
  readonly label: string;
  /** Studies whose reference and answer are known: those of every figure here. */
  readonly n: Count;
  /** Studies whose reference does not say, and those whose reference does and which have no answer. */
  readonly unknown: Count;
  readonly unanswered: Count;
  readonly events: Count;
  readonly nonEvents: Count;
  /** null: the label is only ranked. */
  readonly decisions: LabelDecisions | null;
  /** null: the label has no scores. */
  readonly ranking: LabelRanking | null;
  /** null: its scores are no probabilities. */
  readonly calibration: LabelCalibration | null;
}

/** Figures over labels; null where no label has what they are made of. */
export const OVER_LABELS = [
  'macroAuroc',
  'macroAveragePrecision',
  'macroSensitivity',
  'macroSpecificity',
  'macroF1',
  'microF1',
  'hammingLoss',
  'exactMatch',
] as const;
export type OverLabels = (typeof OVER_LABELS)[number];

export interface LabelsGroup extends EvaluationGroup {
  readonly labels: readonly LabelResult[];
  /** Labels that enough people have and enough have not: those that means are taken over, as far as they have the scores or answers for it. */
  readonly judged: readonly string[];
  readonly over: Readonly<Record<OverLabels, Figure | null>>;
  /** Studies of which every label is known, and of them those with all right and those with an error. */
  readonly complete: Count;
  /** null: some label is only ranked. */
  readonly exact: Count | null;
  readonly inexact: Count | null;
  /** Answers about labels that are right and wrong, one for each label of a study. */
  readonly right: Count;
  readonly wrong: Count;
}

/** What two labels do in the studies that know both. */
export interface PairCounts {
  readonly both: Count;
  readonly onlyFirst: Count;
  readonly onlySecond: Count;
  readonly neither: Count;
}

export interface LabelPair {
  readonly first: string;
  readonly second: string;
  readonly reference: PairCounts;
  readonly answers: PairCounts | null;
  readonly errors: PairCounts | null;
  /** Correlation (phi) of the errors, its interval corrected for the number of pairs; null where a label is only ranked. */
  readonly errorCorrelation: Figure | null;
}

/** How many labels a study has, of the studies of which every label is known. */
export interface Cardinality {
  readonly reference: Figure;
  readonly answer: Figure | null;
  readonly counts: readonly {
    /** The last one: so many or more. */
    readonly labels: number;
    readonly reference: Count;
    readonly answer: Count | null;
  }[];
}

/** Figures behind statements about several labels at once, their intervals corrected for the number of labels (Bonferroni). */
export interface LabelClaim {
  readonly label: string;
  readonly auroc: Figure | null;
  readonly observedExpected: Figure | null;
}

export interface LabelsResults extends ComparedResults {
  readonly kind: 'labels';
  readonly labels: readonly {
    readonly name: string;
    /** What makes a yes: a score at or above this; null where a column says the answer, or nothing does. */
    readonly threshold: number | null;
    readonly answers: 'column' | 'threshold' | 'none';
    readonly scores: 'probabilities' | 'ranks' | 'none';
    /** The fewest answers that differ from those of a single threshold on the scores; null without both columns. */
    readonly scoresDisagree: Count | null;
  }[];
  readonly groups: readonly LabelsGroup[];
  readonly claims: readonly LabelClaim[];
  readonly cardinality: Cardinality | null;
  readonly pairs: readonly LabelPair[];
}
