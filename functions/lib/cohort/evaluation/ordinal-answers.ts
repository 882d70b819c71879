import type { Columns } from '../readers/columns.ts';
import { codeCells, numberCells } from './answers-table.ts';
import type { OrdinalDescription } from './description.ts';
import { type EvaluatedStudies, evaluatedStudies } from './evaluated-studies.ts';

/** Grades of answer and reference, as places among the grades of the description, lowest first. */
export interface OrdinalAnswers {
  readonly description: OrdinalDescription;
  readonly studies: EvaluatedStudies;
  readonly grades: readonly string[];
  readonly answer: Uint8Array;
  readonly reference: Uint8Array;
  /** Higher for a higher grade; null where the answer is the grade alone. */
  readonly scores: Float64Array | null;
}

/** Reads the grades, and the score where the description names one: without it a study has no answer. */
export function ordinalAnswers(description: OrdinalDescription, table: Columns): OrdinalAnswers {
  const { columns } = description;
  const grades = description.grades.map(String);
  const answers = codeCells(table, columns.answer, grades);
  const references = codeCells(table, columns.reference, grades);
  const score = columns.score === undefined ? null : numberCells(table, columns.score);
  const studies = evaluatedStudies(description, table, {
    answer: (row) => (answers[row] < 0 ? 'missing' : (score?.states[row] ?? 'there')),
    reference: (row) => (references[row] < 0 ? 'missing' : 'there'),
    content: [columns.answer, columns.reference, columns.score].filter((name) => name !== undefined),
  });
  return {
    ...{ description, studies, grades },
    answer: Uint8Array.from(studies.rows, (row) => answers[row]),
    reference: Uint8Array.from(studies.rows, (row) => references[row]),
    scores: score === null ? null : Float64Array.from(studies.rows, (row) => score.values[row]),
  };
}
