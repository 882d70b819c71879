// The rows of the two questions: is the outcome there or not, and which class of the model is it.
import type { StudyFacts } from '#lib/cohort/study-facts.ts';
import { isEcgContract } from '#lib/inference/contract.ts';
import type { ClassProbabilities } from '#lib/validation/conformal.ts';
import type { ChapterInput } from '../../chapter.ts';
import { outcomeWords } from '../../outcome-words.ts';
import { classWords } from '../classes/words.ts';
import type { Question } from './value.ts';

export interface SetRows {
  readonly about: Question['about'];
  readonly answers: readonly string[];
  readonly rows: readonly StudyFacts[];
  /** Number of the person of each row, from 0. */
  readonly people: Int32Array;
  /** Place of the true answer in `answers`. */
  readonly labels: Uint8Array;
  readonly probabilities: ClassProbabilities;
}

export function questionsOf(input: ChapterInput): SetRows[] {
  const classes = ofClasses(input);
  return [ofOutcome(input), ...(classes === undefined ? [] : [classes])];
}

function ofOutcome({ rows, cohort }: ChapterInput): SetRows {
  const outcome = outcomeWords(cohort.label);
  return {
    about: 'outcome',
    answers: [`no ${outcome}`, outcome],
    rows,
    people: numbersOf(rows),
    labels: Uint8Array.from(rows, ({ label }) => label),
    probabilities: [Float64Array.from(rows, ({ score }) => 1 - score), Float64Array.from(rows, ({ score }) => score)],
  };
}

/** Studies with one class each and an answer for every class; undefined for models with two, and where no label names classes. */
function ofClasses({ model, selection }: ChapterInput): SetRows | undefined {
  if (!isEcgContract(model) || model.classes.length < 3 || selection.classed === undefined) return undefined;
  const { classes } = model;
  const rows = selection.classed.rows.filter(
    ({ classes: own, probabilities }) =>
      own.length === 1 &&
      probabilities !== undefined &&
      classes.every((name) => probabilities[name] >= 0 && probabilities[name] <= 1),
  );
  return {
    about: 'classes',
    answers: classes.map(classWords),
    rows,
    people: numbersOf(rows),
    labels: Uint8Array.from(rows, (row) => classes.indexOf(row.classes[0])),
    probabilities: classes.map((name) => Float64Array.from(rows, ({ probabilities }) => probabilities?.[name] ?? 0)),
  };
}

function numbersOf(rows: readonly StudyFacts[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(rows, ({ site, subjectKey }) => {
    const key = `${site}/${subjectKey}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}
