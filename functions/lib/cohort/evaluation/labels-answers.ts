import { RefusedInput } from '#functions/errors.ts';
import type { Columns } from '../readers/columns.ts';
import { type NumberCells, numberCells, probabilityCells } from './answers-table.ts';
import type { LabelsDescription } from './description.ts';
import { type EvaluatedStudies, evaluatedStudies } from './evaluated-studies.ts';

/** One label of each study. */
export interface AnsweredLabel {
  readonly name: string;
  /** 1 where the reference says yes or no, and 1 where the model answered: as many of score and answer as the description names. */
  readonly hasReference: Uint8Array;
  readonly isAnswered: Uint8Array;
  /** 1 where the label is there; 0 also where nothing is known. */
  readonly reference: Uint8Array;
  /** null: no scores; 0 where there is none. */
  readonly scores: Float64Array | null;
  /** The answer as yes (1) or no: its own column, or a score at or above the threshold. null: only ranked. */
  readonly positive: Uint8Array | null;
  readonly threshold: number | null;
}

/** Several labels of each study, any of which may be there. */
export interface LabelsAnswers {
  readonly description: LabelsDescription;
  readonly studies: EvaluatedStudies;
  readonly labels: readonly AnsweredLabel[];
  /** Scores are probabilities. */
  readonly areProbabilities: boolean;
}

/** Reads the labels. A study is lost that has no reference, or no answer, for any label; one label that is not known stays with the others. */
export function labelsAnswers(description: LabelsDescription, table: Columns): LabelsAnswers {
  const areProbabilities = description.scores !== 'ranks';
  const cells = description.labels.map((label) => {
    const scores =
      label.score === undefined ? null : (areProbabilities ? probabilityCells : numberCells)(table, label.score);
    const answers = label.answer === undefined ? null : binaryCells(table, label.answer);
    const references = binaryCells(table, label.reference);
    const given = [scores, answers].filter((one) => one !== null);
    return { ...{ label, scores, answers, references, given } };
  });
  type LabelCells = (typeof cells)[number];
  const has = (one: NumberCells, row: number): boolean => one.states[row] === 'there';
  const isAnswered = ({ given }: LabelCells, row: number): boolean => given.every((one) => has(one, row));
  const studies = evaluatedStudies(description, table, {
    answer: (row) => (cells.some((of) => isAnswered(of, row)) ? 'there' : 'missing'),
    reference: (row) => (cells.some(({ references }) => has(references, row)) ? 'there' : 'missing'),
    content: description.labels
      .flatMap(({ reference, score, answer }) => [reference, score, answer])
      .filter((name) => name !== undefined),
  });
  const { rows } = studies;
  const labels = cells.map((of): AnsweredLabel => {
    const { scores, answers, references, label } = of;
    const { threshold } = label;
    const isPositive =
      answers !== null
        ? (row: number) => answers.values[row] === 1
        : scores === null || threshold === undefined
          ? null
          : (row: number) => scores.values[row] >= threshold;
    return {
      name: label.name,
      hasReference: Uint8Array.from(rows, (row) => Number(has(references, row))),
      isAnswered: Uint8Array.from(rows, (row) => Number(isAnswered(of, row))),
      reference: Uint8Array.from(rows, (row) => Number(references.values[row] === 1)),
      scores: scores && Float64Array.from(rows, (row) => (has(scores, row) ? scores.values[row] : 0)),
      positive: isPositive && Uint8Array.from(rows, (row) => Number(isPositive(row))),
      threshold: threshold ?? null,
    };
  });
  return { description, studies, labels, areProbabilities };
}

/** A column of yes and no as 1 and 0; an empty cell, or one that is written as NaN, is unknown. */
function binaryCells(table: Columns, name: string): NumberCells {
  const cells = numberCells(table, name);
  const wrong = cells.values.findIndex((value, row) => cells.states[row] === 'there' && value !== 0 && value !== 1);
  if (wrong >= 0)
    throw new RefusedInput(
      `${table.file}: column ${name}, row ${wrong + 1}: found another number, allowed 0, 1 or an empty cell (unknown)`,
    );
  return cells;
}
