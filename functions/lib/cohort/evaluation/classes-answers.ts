import { RefusedInput } from '#functions/errors.ts';
import { answeredClasses } from '#lib/validation/multiclass.ts';
import type { Columns } from '../readers/columns.ts';
import { type CellState, codeCells, type NumberCells, probabilityCells } from './answers-table.ts';
import type { ClassesDescription } from './description.ts';
import { type EvaluatedStudies, evaluatedStudies } from './evaluated-studies.ts';

/** Classes of answer and reference, as places among those of the description. */
export interface ClassesAnswers {
  readonly description: ClassesDescription;
  readonly studies: EvaluatedStudies;
  readonly classes: readonly string[];
  /** One more than the last class where the model said nothing. */
  readonly answer: Uint8Array;
  readonly reference: Uint8Array;
  /** [class][study], 0 where the model said nothing; null where the answer is the class alone. */
  readonly probabilities: readonly Float64Array[] | null;
}

/** Rounding of written probabilities that is forgiven, for each class. */
const ROUNDING = 0.005;

/**
 * Reads the classes. An empty answer (without a column of answers: no probability at all) says nothing and stays; a study with a part of
 * its probabilities, or with an answer and none, lacks its answer.
 */
export function classesAnswers(description: ClassesDescription, table: Columns): ClassesAnswers {
  const { columns } = description;
  const classes = description.classes.map(String);
  const references = codeCells(table, columns.reference, classes);
  const named = columns.answer === undefined ? null : codeCells(table, columns.answer, classes);
  const { probabilities: names } = columns;
  const cells = names === undefined ? null : classes.map((name) => probabilityCells(table, names[name]));
  if (cells !== null) checkSums(table, cells);
  const isSilent = (row: number): boolean =>
    named === null ? (cells ?? []).every(({ states }) => states[row] === 'missing') : named[row] < 0;
  const studies = evaluatedStudies(description, table, {
    answer: (row) => (isSilent(row) || cells === null ? 'there' : worst(cells.map(({ states }) => states[row]))),
    reference: (row) => (references[row] < 0 ? 'missing' : 'there'),
    content: [columns.reference, columns.answer, ...Object.values(names ?? {})].filter((name) => name !== undefined),
  });
  const { rows } = studies;
  const probabilities =
    cells?.map(({ values }) => Float64Array.from(rows, (row) => (isSilent(row) ? 0 : values[row]))) ?? null;
  const reference = Uint8Array.from(rows, (row) => references[row]);
  const likeliest = probabilities && answeredClasses({ scores: probabilities, labels: reference });
  const answered = (row: number, place: number): number => named?.[row] ?? likeliest?.[place] ?? classes.length;
  return {
    ...{ description, studies, classes, reference, probabilities },
    answer: Uint8Array.from(rows, (row, place) => (isSilent(row) ? classes.length : answered(row, place))),
  };
}

function worst(states: readonly CellState[]): CellState {
  if (states.includes('not-finite')) return 'not-finite';
  return states.includes('missing') ? 'missing' : 'there';
}

function checkSums(table: Columns, cells: readonly NumberCells[]): void {
  for (let row = 0; row < table.rows; row++) {
    const total = cells.reduce((sum, { values }) => sum + values[row], 0);
    if (Math.abs(total - 1) > ROUNDING * cells.length)
      throw new RefusedInput(
        `${table.file}: row ${row + 1}: found probabilities of the classes that sum to ${total.toFixed(3)}, allowed 1`,
      );
  }
}
