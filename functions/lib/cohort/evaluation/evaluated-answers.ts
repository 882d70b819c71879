import type { Columns } from '../readers/columns.ts';
import { type ContinuousAnswers, continuousAnswers } from './continuous-answers.ts';
import type { EvaluationDescription } from './description.ts';

/** Answers with their references, of any kind. */
export type EvaluatedAnswers = ContinuousAnswers;

/** What the description names, from its table. */
export function evaluatedAnswers(description: EvaluationDescription, table: Columns): EvaluatedAnswers {
  switch (description.answer) {
    case 'continuous':
      return continuousAnswers(description, table);
    default:
      throw new Error(`evaluation of ${description.answer} answers`);
  }
}
