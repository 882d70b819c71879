import type { FairnessValue } from '../../chapters/fairness/value.ts';
import type { Hospitals } from '../../chapters/hospitals/value.ts';
import type { AnswerCounts, CalibrationBin, CalibrationPlot, Count, Figure, Suppressed } from '../../record.ts';
import type { EvaluationGroup } from '../record.ts';

/** Counts and rates at a threshold; a score at or above it is positive. */
export interface DecisionResult extends AnswerCounts {
  readonly name: string;
  readonly threshold: number;
  readonly sensitivity: Figure;
  readonly specificity: Figure;
  readonly positivePredictiveValue: Figure;
  readonly negativePredictiveValue: Figure;
}

/** Everything that is told of some studies. */
export interface ProbabilityFigures {
  readonly n: Count;
  /** Null where the table does not say whose the studies are. */
  readonly subjects: Count | null;
  readonly events: Count;
  readonly nonEvents: Count;
  /** People with the event in any of their studies, and without it in any; null where the table does not tell people. */
  readonly eventSubjects: Count | null;
  readonly nonEventSubjects: Count | null;
  readonly prevalence: Figure;
  readonly auroc: Figure;
  readonly brier: Figure;
  readonly observedExpected: Figure;
  /** In logits. */
  readonly intercept: Figure;
  readonly slope: Figure;
  /** At the tenths of the score of these studies. */
  readonly bins: readonly CalibrationBin[] | Suppressed;
  readonly thresholds: readonly DecisionResult[];
}

export interface ProbabilityGroup extends EvaluationGroup, ProbabilityFigures {}

/** The studies with one value of each of two columns. */
export interface Combination extends ProbabilityFigures {
  readonly values: readonly [string, string];
}

export interface ProbabilityPair {
  /** `site`, or the titles of the group columns. */
  readonly columns: readonly [string, string];
  readonly combinations: readonly Combination[];
  /** The shareable edition does not show this pair: a combination is small, or a group of one of its columns is hidden. */
  readonly hidden: boolean;
}

/** Gaps between the groups of each column and their reference, and between combinations of two columns at the first threshold. */
export type ComparedGroups = Pick<
  FairnessValue,
  'margins' | 'families' | 'intersectionFamilies' | 'thresholds' | 'columns' | 'intersections' | 'single' | 'refused'
>;

export interface ProbabilityResults {
  readonly kind: 'probability';
  readonly event: string;
  readonly thresholds: readonly { readonly name: string; readonly value: number }[];
  /** Which rows count, where the evaluation file says so. */
  readonly only: { readonly column: string; readonly value: string } | null;
  /** All, then by site, then by each group column. */
  readonly groups: readonly ProbabilityGroup[];
  /** Of all studies, with the histogram of their scores. */
  readonly calibration: CalibrationPlot;
  /** Null where the table names no site. */
  readonly hospitals: Hospitals | null;
  /** Null where no column has two groups. */
  readonly fairness: ComparedGroups | null;
  readonly pairs: readonly ProbabilityPair[];
}
