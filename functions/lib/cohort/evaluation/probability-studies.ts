// One row per study, and what is lost on the way to the analysis.
import { type CategoryColumn, type LabelColumn, MISSING, type NumberColumn, THERE } from './probability-columns.ts';
import type { NumberedKeys } from './probability-keys.ts';
import { type LossCode, lossAt } from './study-flow.ts';

const NONE = lossAt('none');

export interface ProbabilityRows {
  readonly scores: NumberColumn;
  readonly labels: LabelColumn;
  readonly columns: readonly CategoryColumn[];
  /** Number of the study, −1 where the evaluation leaves the row out. */
  readonly studies: NumberedKeys;
}

/** For each row the place of its loss. */
export function lossesOf(rows: ProbabilityRows): Uint8Array {
  const { scores, labels, studies } = rows;
  const losses = repeatsOf(rows);
  for (let row = 0; row < losses.length; row++) {
    if (studies.numbers[row] < 0) losses[row] = lossAt('not-selected');
    else if (losses[row] === NONE) losses[row] = lossAt(lossOf(scores.states[row], labels.states[row]));
  }
  return losses;
}

function lossOf(answer: number, reference: number): LossCode {
  if (answer === MISSING) return reference === MISSING ? 'neither' : 'no-answer';
  if (answer !== THERE) return 'answer-not-finite';
  if (reference === THERE) return 'none';
  return reference === MISSING ? 'no-reference' : 'reference-not-finite';
}

/** Rows about a study that an earlier row was about: they say the same, or none of them counts. */
function repeatsOf(rows: ProbabilityRows): Uint8Array {
  const { numbers, count } = rows.studies;
  const losses = new Uint8Array(numbers.length);
  const firstRow = new Int32Array(count).fill(-1);
  const contradicts = new Uint8Array(count);
  for (let row = 0; row < numbers.length; row++) {
    const study = numbers[row];
    if (study < 0) continue;
    if (firstRow[study] < 0) firstRow[study] = row;
    else {
      losses[row] = lossAt('repeated');
      if (!sayTheSame(rows, firstRow[study], row)) contradicts[study] = 1;
    }
  }
  for (let row = 0; row < numbers.length; row++)
    if (contradicts[numbers[row]] === 1) losses[row] = lossAt('contradiction');
  return losses;
}

/** Score, label and groups of two rows; a missing score is like a missing one. */
function sayTheSame({ scores, labels, columns }: ProbabilityRows, one: number, other: number): boolean {
  return (
    scores.states[one] === scores.states[other] &&
    (scores.states[one] !== THERE || scores.values[one] === scores.values[other]) &&
    labels.states[one] === labels.states[other] &&
    labels.values[one] === labels.values[other] &&
    columns.every(({ codes }) => codes[one] === codes[other])
  );
}
