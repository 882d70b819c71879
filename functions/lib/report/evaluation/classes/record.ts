import type { ClassFigure, SummaryFigure } from '../../classes/figure-words.ts';
import type { AnswerCounts, Count, Figure } from '../../record.ts';
import type { ComparedResults } from '../compared-record.ts';
import type { EvaluationGroup } from '../record.ts';

/** null where a figure needs probabilities and there are none. */
export type FiguresOf<Name extends string, OfAnswers extends Name> = Readonly<
  Record<OfAnswers, Figure> & Record<Exclude<Name, OfAnswers>, Figure | null>
>;

/** One class against the others; all but `silent` of the studies that were answered. */
export interface ClassInGroup extends AnswerCounts {
  readonly class: string;
  /** Studies of this class, answered or not. */
  readonly reference: Count;
  /** Studies of this class about which the model said nothing. */
  readonly silent: Count;
  readonly figures: FiguresOf<ClassFigure, 'sensitivity' | 'specificity' | 'positivePredictiveValue' | 'f1'>;
}

export interface ClassesGroup extends EvaluationGroup {
  readonly answered: Count;
  readonly silent: Count;
  /** Of the answered ones. */
  readonly right: Count;
  readonly wrong: Count;
  readonly classes: readonly ClassInGroup[];
  /** Classes that enough people have and enough have not: those that means are taken over. */
  readonly judged: readonly string[];
  /** Share of the studies that was answered, and share that is right: no answer is, where it names the class, and else it is wrong. */
  readonly answeredShare: Figure;
  readonly rightOfAll: Figure;
  /** Of the answered studies. */
  readonly summary: FiguresOf<SummaryFigure, 'accuracy' | 'kappa' | 'macroF1'>;
}

/** Observed / expected of one class with an interval corrected for the number of classes (Bonferroni). */
export interface ClassClaim {
  readonly class: string;
  readonly observedExpected: Figure;
}

export interface ClassesResults extends ComparedResults {
  readonly kind: 'classes';
  readonly quantity: string | null;
  readonly classes: readonly string[];
  /** The answer has a column of its own; without it, it is the most probable class. */
  readonly ownAnswer: boolean;
  readonly probabilities: boolean;
  /** Classes that the model names by saying nothing: means are not over them. */
  readonly namedBySilence: readonly string[];
  /** [class of the reference][class of the answer], the last column: no answer. */
  readonly matrix: readonly (readonly Count[])[];
  readonly groups: readonly ClassesGroup[];
  /** Empty without probabilities. */
  readonly claims: readonly ClassClaim[];
}
