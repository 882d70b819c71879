// Evaluations of classes and of labels: which changes are made from the same studies.
import { compareAuroc } from '#lib/validation/compare-auroc.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import { FIGURE_WORDS, SUMMARY_WORDS } from '../../classes/figure-words.ts';
import type { ClassesResults } from '../../evaluation/classes/record.ts';
import type { LabelsResults } from '../../evaluation/labels/record.ts';
import { OVER_WORDS } from '../../evaluation/labels/words.ts';
import { classColumn, labelColumn, type StudyLine } from '../../evaluation/studies-table.ts';
import type { EvaluationFigure } from './figures.ts';
import { changeOfShare, clustersOf, type StudyPair, valuesOf } from './pairs.ts';
import { toldFigures } from './told-figures.ts';

type Change = (pairs: readonly StudyPair[]) => Estimate | CannotTell;

const withChanges = (
  figures: ReturnType<typeof toldFigures>,
  changes: ReadonlyMap<string, Change>,
): EvaluationFigure[] =>
  figures.map((figure) => {
    const paired = changes.get(figure.name);
    return paired === undefined ? figure : { ...figure, paired };
  });

/** Smallest probability whose logarithm is taken. */
const SMALLEST = 2.2e-16;

/** Changes of classes are of the studies that both models answered. */
export function ofClasses(one: ClassesResults, two: ClassesResults, i: number, j: number): EvaluationFigure[] {
  const hasProbabilities = one.probabilities && two.probabilities;
  const changes = new Map<string, Change>([
    [SUMMARY_WORDS.accuracy, (pairs) => changeOfRight(answeredIn(pairs), (line) => line.answer === line.reference)],
    ...one.classes.flatMap((name): [string, Change][] => {
      const isClass = (line: StudyLine): boolean => line.reference === name;
      const isCalled = (line: StudyLine): boolean => line.answer === name;
      return [
        [
          `${FIGURE_WORDS.sensitivity}, ${name}`,
          (pairs) =>
            changeOfRight(
              answeredIn(pairs).filter(({ first }) => isClass(first)),
              isCalled,
            ),
        ],
        [
          `${FIGURE_WORDS.specificity}, ${name}`,
          (pairs) =>
            changeOfRight(
              answeredIn(pairs).filter(({ first }) => !isClass(first)),
              (line) => !isCalled(line),
            ),
        ],
        ...(hasProbabilities
          ? [
              [
                `${FIGURE_WORDS.auroc}, ${name}`,
                (pairs: readonly StudyPair[]) => changeOfAuroc(answeredIn(pairs), classColumn(name), isClass),
              ] as [string, Change],
            ]
          : []),
      ];
    }),
    ...(hasProbabilities
      ? ([
          [SUMMARY_WORDS.brier, (pairs) => changeOfLoss(answeredIn(pairs), (line) => brierOf(line, one.classes))],
          [SUMMARY_WORDS.logLoss, (pairs) => changeOfLoss(answeredIn(pairs), logLossOf)],
        ] as [string, Change][])
      : []),
  ]);
  return withChanges(toldFigures(one, two, i, j), changes);
}

const answeredIn = (pairs: readonly StudyPair[]): StudyPair[] =>
  pairs.filter(({ first, second }) => first.answer !== null && second.answer !== null);

const brierOf = (line: StudyLine, classes: readonly string[]): number =>
  classes.reduce((sum, name) => sum + (Number(line[classColumn(name)]) - Number(line.reference === name)) ** 2, 0);

const logLossOf = (line: StudyLine): number =>
  -Math.log(Math.max(SMALLEST, Number(line[classColumn(String(line.reference))])));

/** Changes of a label are of the studies whose reference is known and that both models answered. */
export function ofLabels(one: LabelsResults, two: LabelsResults, i: number, j: number): EvaluationFigure[] {
  const names = one.labels.map(({ name }) => name);
  const isKnown = (label: string, what: 'answer' | 'score') => (pair: StudyPair) =>
    pair.first[labelColumn(label, 'reference')] !== null &&
    [pair.first, pair.second].every((line) => (line[labelColumn(label, what)] ?? null) !== null);
  const isRight = (label: string) => (line: StudyLine) =>
    line[labelColumn(label, 'answer')] === line[labelColumn(label, 'reference')];
  const changes = new Map<string, Change>([
    [
      OVER_WORDS.exactMatch,
      (pairs) =>
        changeOfRight(
          pairs.filter((pair) => names.every((name) => isKnown(name, 'answer')(pair))),
          (line) => names.every((name) => isRight(name)(line)),
        ),
    ],
    ...names.flatMap((name): [string, Change][] => {
      const has = (line: StudyLine): boolean => line[labelColumn(name, 'reference')] === 1;
      const answered = (pairs: readonly StudyPair[], of: boolean): StudyPair[] =>
        pairs.filter((pair) => isKnown(name, 'answer')(pair) && has(pair.first) === of);
      return [
        [`Sensitivity, ${name}`, (pairs) => changeOfRight(answered(pairs, true), isRight(name))],
        [`Specificity, ${name}`, (pairs) => changeOfRight(answered(pairs, false), isRight(name))],
        [
          `AUROC, ${name}`,
          (pairs) => changeOfAuroc(pairs.filter(isKnown(name, 'score')), labelColumn(name, 'score'), has),
        ],
      ];
    }),
  ]);
  return withChanges(toldFigures(one, two, i, j), changes);
}

const changeOfRight = (pairs: readonly StudyPair[], isRight: (line: StudyLine) => boolean) =>
  changeOfShare(pairs, (side) => Uint8Array.from(pairs, (pair) => Number(isRight(pair[side]))));

function changeOfAuroc(pairs: readonly StudyPair[], column: string, isEvent: (line: StudyLine) => boolean) {
  const clusters = clustersOf(pairs);
  const labels = Uint8Array.from(pairs, ({ first }) => Number(isEvent(first)));
  return compareAuroc(
    { scores: valuesOf(pairs, 'second', column), labels, ...(clusters && { clusters }) },
    valuesOf(pairs, 'first', column),
  );
}

const changeOfLoss = (pairs: readonly StudyPair[], lossOf: (line: StudyLine) => number) =>
  pairedMeans({
    first: Float64Array.from(pairs, ({ first }) => lossOf(first)),
    second: Float64Array.from(pairs, ({ second }) => lossOf(second)),
    clusters: clustersOf(pairs),
  });
