// Evaluations of classes and of labels: which changes are made from the same studies.
import { logLosses, squaredLosses } from '#lib/validation/class-losses.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import { FIGURE_WORDS, SUMMARY_WORDS } from '../../classes/figure-words.ts';
import type { ClassesResults } from '../../evaluation/classes/record.ts';
import type { LabelsResults } from '../../evaluation/labels/record.ts';
import { OVER_WORDS } from '../../evaluation/labels/words.ts';
import { classColumn, labelColumn, type StudyLine } from '../../evaluation/studies-table.ts';
import { aurocChange } from '../scored-twice.ts';
import type { EvaluationFigure } from './figures.ts';
import { changeOfShare, clustersOf, type StudyPair, subjectsOf, valuesOf } from './pairs.ts';
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
          [SUMMARY_WORDS.brier, (pairs) => changeOfLoss(answeredIn(pairs), one.classes, squaredLosses)],
          [SUMMARY_WORDS.logLoss, (pairs) => changeOfLoss(answeredIn(pairs), one.classes, logLosses)],
        ] as [string, Change][])
      : []),
  ]);
  return withChanges(toldFigures(one, two, i, j), changes);
}

const answeredIn = (pairs: readonly StudyPair[]): StudyPair[] =>
  pairs.filter(({ first, second }) => first.answer !== null && second.answer !== null);

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

const changeOfAuroc = (pairs: readonly StudyPair[], column: string, isEvent: (line: StudyLine) => boolean) =>
  aurocChange({
    labels: Uint8Array.from(pairs, ({ first }) => Number(isEvent(first))),
    ...{ first: valuesOf(pairs, 'first', column), second: valuesOf(pairs, 'second', column) },
    subjects: subjectsOf(pairs),
  });

function changeOfLoss(pairs: readonly StudyPair[], classes: readonly string[], lossesOf: typeof squaredLosses) {
  const labels = Uint8Array.from(pairs, ({ first }) => classes.indexOf(String(first.reference)));
  const losses = (side: keyof StudyPair): Float64Array =>
    lossesOf({ labels, scores: classes.map((name) => valuesOf(pairs, side, classColumn(name))) });
  return pairedMeans({ first: losses('first'), second: losses('second'), clusters: clustersOf(pairs) });
}
