import type { Count, Figure } from '../../record.ts';
import type { ComparedResults } from '../compared-record.ts';
import type { GradeAgreement, GradeSummary } from '../grades.ts';
import type { EvaluationGroup } from '../record.ts';

export interface OrdinalGroup extends EvaluationGroup {
  /** Studies of each grade of the reference. */
  readonly reference: readonly Count[];
  readonly agreement: GradeSummary;
  /** Of two studies with different references, how often the higher one has the higher answer, equal answers half. */
  readonly concordance: Figure;
  /** 2 · concordance − 1. */
  readonly somersD: Figure;
}

export interface OrdinalResults extends ComparedResults {
  readonly kind: 'ordinal';
  readonly quantity: string;
  readonly grades: readonly string[];
  /** Concordance and Somers' D are of a score of its own, not of the grade that was answered. */
  readonly ownScore: boolean;
  readonly agreement: GradeAgreement;
  readonly groups: readonly OrdinalGroup[];
}
