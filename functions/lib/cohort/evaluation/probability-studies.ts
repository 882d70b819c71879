// One row per study, and what is lost on the way to the analysis.
import { type EvaluationFlow, STEPS } from './evaluated-studies.ts';
import { type CategoryColumn, type LabelColumn, MISSING, type NumberColumn, THERE } from './probability-columns.ts';
import type { NumberedKeys } from './probability-keys.ts';

/** Why a row is not analysed, in the order in which it is asked; 0 is no loss. */
export const LOSSES = [
  { step: 'analysed', code: '' },
  { step: 'studies', code: 'not-selected' },
  { step: 'studies', code: 'contradiction' },
  { step: 'studies', code: 'repeated' },
  { step: 'answered', code: 'neither' },
  { step: 'answered', code: 'no-answer' },
  { step: 'answered', code: 'answer-not-finite' },
  { step: 'analysed', code: 'no-reference' },
  { step: 'analysed', code: 'reference-not-finite' },
] as const;

const [NONE, NOT_SELECTED, CONTRADICTION, REPEATED, NEITHER, NO_ANSWER, ANSWER_NOT_FINITE, NO_REFERENCE, NO_NUMBER] =
  LOSSES.keys();

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
    if (studies.numbers[row] < 0) losses[row] = NOT_SELECTED;
    else if (losses[row] === NONE) losses[row] = lossOf(scores.states[row], labels.states[row]);
  }
  return losses;
}

function lossOf(answer: number, reference: number): number {
  if (answer === MISSING) return reference === MISSING ? NEITHER : NO_ANSWER;
  if (answer !== THERE) return ANSWER_NOT_FINITE;
  if (reference === THERE) return NONE;
  return reference === MISSING ? NO_REFERENCE : NO_NUMBER;
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
      losses[row] = REPEATED;
      if (!sayTheSame(rows, firstRow[study], row)) contradicts[study] = 1;
    }
  }
  for (let row = 0; row < numbers.length; row++) if (contradicts[numbers[row]] === 1) losses[row] = CONTRADICTION;
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

/** The flow of all rows, then of each site by name. */
export function flowOfLosses(losses: Uint8Array, sites: CategoryColumn | undefined): EvaluationFlow[] {
  const names = sites?.values ?? [];
  const counts = new Float64Array(LOSSES.length * Math.max(1, names.length));
  for (let row = 0; row < losses.length; row++) counts[(sites?.codes[row] ?? 0) * LOSSES.length + losses[row]]++;
  const bySite = names.map((site, place) => ({ site, counts: counts.subarray(place * LOSSES.length) }));
  const all = Float64Array.from(LOSSES, (_, loss) => {
    let total = 0;
    for (let at = loss; at < counts.length; at += LOSSES.length) total += counts[at];
    return total;
  });
  const named = bySite.sort((a, b) => (a.site < b.site ? -1 : 1));
  return [{ site: null, counts: all }, ...named].map(({ site, counts: own }) => ({ site, steps: stepsOf(own) }));
}

function stepsOf(counts: Float64Array): EvaluationFlow['steps'] {
  let count = LOSSES.reduce((sum, _, loss) => sum + counts[loss], 0);
  return STEPS.map((name) => {
    const losses = LOSSES.flatMap(({ step, code }, loss) =>
      step === name && code !== '' && counts[loss] > 0 ? [{ code, count: counts[loss] }] : [],
    ).sort((a, b) => (a.code < b.code ? -1 : 1));
    count -= losses.reduce((sum, loss) => sum + loss.count, 0);
    return { name, count, losses };
  });
}
