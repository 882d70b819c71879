// The words of a report on answers that are one of several classes, written from the numbers that it shows.
import { list } from '../../answer.ts';
import { calibrationPoints } from '../../classes/calibration-words.ts';
import { extremeWords, refusalWords, type Silence, silentWords, unjudgedWords } from '../../classes/class-words.ts';
import { capitalised, formatCount, formatFigure } from '../../format.ts';
import { MUCH_SILENCE, type Point, pointOf } from '../../point.ts';
import { type Caution, type Count, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import { betweenMethods } from '../between-section.ts';
import { answerStyle } from '../compared-answers.ts';
import { comparisonMethods } from '../comparison-words.ts';
import { methodWords } from '../figures.ts';
import { groupPoints } from '../group-points.ts';
import { rangeWords, wholeGroup } from '../group-words.ts';
import type { ClassesResults, ClassInGroup } from './record.ts';

/** Answered studies of a class. */
export const answeredOf = ({ truePositives, falseNegatives }: ClassInGroup): Count =>
  isSuppressed(truePositives) || isSuppressed(falseNegatives) ? SUPPRESSED : truePositives + falseNegatives;

/** Whether the model said nothing about some study. */
export const isSilent = (results: ClassesResults): boolean => {
  const { silent } = wholeGroup(results);
  return isSuppressed(silent) || silent > 0;
};

export function headline(results: ClassesResults): string {
  const { summary, rightOfAll } = wholeGroup(results);
  const name = results.quantity === null ? '' : `${results.quantity}: `;
  const { accuracy, kappa, macroF1 } = summary;
  if (!isEstimate(accuracy))
    return capitalised(
      `${name}how often the class is right ${isSuppressed(accuracy) ? 'is hidden' : 'cannot be told'}.`,
    );
  const others = [
    ...(isEstimate(kappa) ? [`kappa ${formatFigure(kappa, 'fraction')}`] : []),
    ...(isEstimate(macroF1) ? [`mean F1 ${formatFigure(macroF1, 'fraction')}`] : []),
    ...(isSilent(results) && isEstimate(rightOfAll)
      ? [`${rightOfAllWords(results)}, right in ${formatFigure(rightOfAll, 'percent')} of all`]
      : []),
  ];
  const right = `the class is right in ${formatFigure(accuracy, 'percent')} of ${formatCount(accuracy.n)} ${isSilent(results) ? 'answered studies' : 'studies'}`;
  return capitalised(`${name}${[right, ...others].join('; ')}.`);
}

/** How studies without an answer count among all. */
export const rightOfAllWords = ({ namedBySilence }: ClassesResults): string =>
  namedBySilence.length === 0 ? 'with no answer counted as wrong' : `with no answer counted as ${list(namedBySilence)}`;

export function points(results: ClassesResults): Point[] {
  return [
    ...pointOf('result', extremes(results)),
    ...silence(results),
    ...calibration(results),
    ...pointOf('cannot tell', unjudged(results)),
    ...groupPoints(results, answerStyle, groupRange(results)),
  ];
}

/** Classes that the model names by an answer. */
const named = (results: ClassesResults) =>
  wholeGroup(results).classes.filter(({ class: name }) => !results.namedBySilence.includes(name));

const extremes = (results: ClassesResults): string =>
  extremeWords(
    named(results).map(({ class: name, figures }) => ({ name, figure: figures.sensitivity })),
    'sensitivity',
  );

function silence(results: ClassesResults): Point[] {
  const { silent, answeredShare, classes } = wholeGroup(results);
  if (!isSilent(results) || !isEstimate(answeredShare)) return [];
  const all = classes.map((of): Silence => ({ name: of.class, answered: answeredOf(of), silent: of.silent }));
  const which = silentWords(all);
  const refused = refusalWords(all.filter(({ name }) => results.namedBySilence.includes(name)));
  const colon = all.some((of) => isSuppressed(of.silent)) ? ', among them' : ':';
  const none = `none to ${formatCount(silent)}${which === '' ? '' : `${colon} ${which}`}`;
  return pointOf(
    1 - answeredShare.estimate >= MUCH_SILENCE ? 'serious caution' : 'result',
    [`An answer was given to ${formatFigure(answeredShare, 'percent')} of the studies; ${none}.`, ...refused].join(' '),
  );
}

const calibration = ({ claims, classes, namedBySilence }: ClassesResults): Point[] =>
  calibrationPoints(
    claims
      .filter((claim) => !namedBySilence.includes(claim.class))
      .map((claim) => ({ name: claim.class, observedExpected: claim.observedExpected })),
    { one: 'class', many: 'classes' },
    classes.length,
  );

const unjudged = (results: ClassesResults): string =>
  unjudgedWords(wholeGroup(results).classes.map(({ figures }) => figures.sensitivity));

/** Where the class is right least and most often, without a test. */
const groupRange = ({ groups }: ClassesResults): string =>
  rangeWords(
    'Right class',
    groups,
    ({ summary }) => summary.accuracy,
    (accuracy) => formatFigure(accuracy, 'percent'),
  );

export function cautions(results: ClassesResults): Caution[] {
  return [
    ...(isSilent(results)
      ? [
          {
            code: 'silence',
            text: 'Figures by class are of the answered studies. Where the model says nothing about the difficult ones, they are better than those of all studies; the last column of the table of classes shows about which.',
          },
        ]
      : []),
    {
      code: 'prevalence',
      text: 'How often the class is right, kappa, predictive values and F1 depend on how common the classes are; means over classes weigh a rare class as much as a common one. Groups of another mix are not comparable by them.',
    },
  ];
}

const SOURCES = [
  ['Wilson', 'doi:10.1080/01621459.1927.10502953'],
  ['Clopper-Pearson', 'doi:10.1093/biomet/26.4.404'],
  ['Rao-Scott', 'doi:10.2307/2532311'],
  ["Cohen's kappa", 'doi:10.1177/001316446002000104'],
  ['Fleiss-Cohen-Everitt', 'doi:10.1037/h0028106'],
  ['AUROC', 'doi:10.2307/2531595'],
  ["Hand and Till's M", 'doi:10.1023/A:1010920819831'],
  ['observed : expected', 'doi:10.1136/bmj.i6460'],
  ['calibration', 'doi:10.1093/biomet/45.3-4.562'],
  ['Brier', 'doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2'],
  ['logarithmic loss', 'doi:10.1111/j.2517-6161.1952.tb00104.x'],
  ["Hall's transformation", 'J R Stat Soc B 54:221-228, 1992'],
  ['jackknife over people', 'doi:10.1137/1.9781611970319'],
] as const;

export function methods(results: ClassesResults): string[] {
  const { ownAnswer, probabilities, classes } = results;
  const answer = ownAnswer ? 'as the table says it' : 'the one with the highest probability (the first of equal ones)';
  return [
    `Classes: ${classes.join(', ')}. The answer is ${answer}. An empty one says nothing: such studies stand in the last column of the table of classes, in the share of answers and in what is right of all, and in no other figure. Figures and intervals (95 %): ${methodWords(results.groups, SOURCES)}.`,
    `Each class is judged against all others. Fewer than 10 people with a class, or without it, are described without an interval. Means over classes are unweighted and over those that ten people have and ten have not, said beside them.${results.namedBySilence.length === 0 ? '' : ` Means are not over ${list(results.namedBySilence)}, which the model names by giving no answer.`}${probabilities ? ` Probabilities are those of the table; calibration of each class by itself (of all jointly see doi:10.1002/sim.6114). Statements about several classes at once rest on intervals that hold for all of them together with 95 % (Bonferroni: level 1 − 0.05 / ${classes.length}).` : ''}`,
    ...betweenMethods(results.between),
    ...comparisonMethods(results.comparison),
  ];
}
