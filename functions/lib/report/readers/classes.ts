import type { ClassQuestion, ReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { concordance } from '#lib/validation/concordance.ts';
import { kappa } from '#lib/validation/kappa.ts';
import { confusionMatrix, handTill, macroF1, microF1 } from '#lib/validation/multiclass.ts';
import type { ClassResult } from './record.ts';

/** Every rater that did not form the reference on every question with one of several answers. */
export function classResultsOf(study: ReaderStudy): ClassResult[] {
  return study.classes.flatMap((question) =>
    study.raters.flatMap(({ id, formedReference }, place) =>
      formedReference ? [] : [classResult(study, question, { id, place })],
    ),
  );
}

function classResult(
  { clusters }: ReaderStudy,
  { column, title, values, ordered, reference, answers, scores }: ClassQuestion,
  { id, place }: { readonly id: string; readonly place: number },
): ClassResult {
  const answered = answers[place];
  const own = scores[place];
  const people = clusters === undefined ? {} : { clusters };
  const ratings = { first: reference, second: answered, categories: values.length, ...people };
  return {
    ...{ column, title, values, rater: id },
    matrix: confusionMatrix(reference, answered, values.length),
    accuracy: microF1(reference, answered, clusters),
    macroF1: macroF1({ labels: reference, answered, classes: values.length, ...people }),
    kappa: kappa(ratings),
    weightedKappa: ordered ? kappa(ratings, { weights: 'quadratic' }) : null,
    handTill: own === null ? null : handTill({ scores: own, labels: reference, ...people }),
    concordance:
      own === null || !ordered ? null : concordance({ scores: expectedGrade(own), categories: reference, ...people }),
  };
}

/** Mean grade by the scores as weights. */
function expectedGrade(scores: readonly Float64Array[]): Float64Array {
  return Float64Array.from(scores[0], (_, row) => {
    const total = scores.reduce((sum, column) => sum + column[row], 0);
    return total === 0 ? 0 : scores.reduce((sum, column, grade) => sum + grade * column[row], 0) / total;
  });
}
