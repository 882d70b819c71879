import type { PairedMeasurements } from '#lib/validation/agreement/measurements.ts';
import type { Columns } from '../readers/columns.ts';
import { numberCells } from './answers-table.ts';
import type { ContinuousDescription } from './description.ts';
import { type EvaluatedStudies, evaluatedStudies } from './evaluated-studies.ts';

/** Continuous answers (`first`) and references (`second`) of the studies that have both. */
export interface ContinuousAnswers {
  readonly description: ContinuousDescription;
  readonly studies: EvaluatedStudies;
  readonly measurements: PairedMeasurements;
}

/** Reads the answers and references that the description names. */
export function continuousAnswers(description: ContinuousDescription, table: Columns): ContinuousAnswers {
  const { columns } = description;
  const answers = numberCells(table, columns.answer);
  const references = numberCells(table, columns.reference);
  const studies = evaluatedStudies(description, table, {
    answer: (row) => answers.states[row],
    reference: (row) => references.states[row],
    content: [columns.answer, columns.reference],
  });
  const pick = (values: Float64Array): Float64Array => Float64Array.from(studies.rows, (row) => values[row]);
  const { clusters } = studies;
  return {
    description,
    studies,
    measurements: {
      first: pick(answers.values),
      second: pick(references.values),
      ...(clusters !== undefined && { clusters }),
    },
  };
}
