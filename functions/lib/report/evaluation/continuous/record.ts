import type { Count, Figure, Suppressed } from '../../record.ts';
import type { ComparedResults } from '../compared-record.ts';
import type { GradeAgreement, GradeSummary } from '../grades.ts';
import type { Quartiles } from '../quartiles.ts';
import type { EvaluationGroup } from '../record.ts';

export interface ContinuousGroup extends EvaluationGroup {
  readonly answer: Quartiles | Suppressed | null;
  readonly reference: Quartiles | Suppressed | null;
  /** Mean of answer minus reference, in the unit. */
  readonly bias: Figure;
  /** Between these lie 95 % of the differences. */
  readonly lowerLimit: Figure;
  readonly upperLimit: Figure;
  readonly meanAbsoluteError: Figure;
  readonly iccAgreement: Figure;
  readonly iccConsistency: Figure;
  /** reference = intercept + slope · answer. */
  readonly slope: Figure;
  readonly intercept: Figure;
  /** Correlation of the difference with the mean of both; null where it cannot be told. */
  readonly trend: number | Suppressed | null;
  /** Studies whose answer lies within the acceptable difference of the reference; null where none is stated. */
  readonly acceptable: { readonly inside: Count; readonly outside: Count; readonly share: Figure } | null;
  /** Agreement on classes; null where no cut points are stated. */
  readonly classes: GradeSummary | null;
}

/** Studies of about the same size, by tenths of the answer or of the mean of answer and reference. */
export interface SizeBin {
  readonly n: Count;
  readonly subjects: Count;
  /** Mean answer, or mean of answer and reference. */
  readonly size: number | Suppressed;
  /** Mean reference, or mean difference. */
  readonly figure: Figure;
}

export interface ContinuousResults extends ComparedResults {
  readonly kind: 'continuous';
  readonly quantity: string;
  readonly unit: string;
  readonly acceptableDifference: number | null;
  readonly groups: readonly ContinuousGroup[];
  /** Mean difference by size, and mean reference by answer, of all studies. */
  readonly differenceBySize: readonly SizeBin[];
  readonly referenceByAnswer: readonly SizeBin[];
  readonly classes: GradeAgreement | null;
  /** [answer, reference] of single studies for the pictures, at most 2,000 drawn at random; internal edition and public data only. */
  readonly points: readonly (readonly [answer: number, reference: number])[];
}
