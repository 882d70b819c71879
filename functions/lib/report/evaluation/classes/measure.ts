import type { ClassesAnswers } from '#lib/cohort/evaluation/classes-answers.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { confusionCounts } from '#lib/validation/confusion.ts';
import { confusionMatrix } from '#lib/validation/multiclass.ts';
import { answerSummary, probabilitySummary } from '../../classes/all-classes.ts';
import { answerFigures, observedExpectedOf, probabilityFigures, whyNotJudged } from '../../classes/each-class.ts';
import { MINIMUM_ROWS } from '../../measure.ts';
import { plainFigure } from '../grades.ts';
import { type GroupPlaces, groupsOf } from '../groups.ts';
import { type Columns, columnsOf } from './answered.ts';
import { comparedClasses } from './compared.ts';
import type { ClassClaim, ClassesGroup, ClassesResults, ClassInGroup } from './record.ts';

/** Figures of answers that are one of several classes: all studies, by site and group. */
export function classesResults(answers: ClassesAnswers): ClassesResults {
  const { description, studies, classes, probabilities } = answers;
  const groups = groupsOf(studies);
  return {
    kind: 'classes',
    quantity: description.quantity ?? null,
    classes,
    ownAnswer: description.columns.answer !== undefined,
    probabilities: probabilities !== null,
    namedBySilence: namedBySilence(answers),
    matrix: matrixOf(answers),
    groups: groups.map((group) => groupResults(answers, group)),
    claims: claimsOf(columnsOf(answers, groups[0].places)),
    ...comparedClasses(answers),
  };
}

const namedBySilence = ({ description }: ClassesAnswers): string[] => (description.namedBySilence ?? []).map(String);

/** No answer is the last column; no reference has it. */
const matrixOf = ({ classes, reference, answer }: ClassesAnswers): number[][] =>
  confusionMatrix(reference, answer, classes.length + 1).slice(0, -1);

function groupResults(answers: ClassesAnswers, { group, value, places }: GroupPlaces): ClassesGroup {
  const { classes, reference, answer, studies } = answers;
  const columns = columnsOf(answers, places);
  const isSilent = (place: number): number => Number(answer[place] === classes.length);
  const silentOf = (k: number): number =>
    places.reduce((total, place) => total + Number(reference[place] === k) * isSilent(place), 0);
  const right = columns.labels.reduce((total, of, row) => total + Number(of === columns.answers[row]), 0);
  const clusters = studies.clusters && Int32Array.from(places, (place) => studies.clusters?.[place] ?? 0);
  const share = (of: (place: number) => number) =>
    clusteredProportion(Uint8Array.from(places, of), clusters, { minimumRows: MINIMUM_ROWS });
  const unnamed = namedBySilence(answers);
  const judged = classes.flatMap((name, k) =>
    whyNotJudged(columns, k) === undefined && !unnamed.includes(name) ? [k] : [],
  );
  return {
    ...{ group, value, right },
    answered: columns.labels.length,
    silent: places.length - columns.labels.length,
    wrong: columns.labels.length - right,
    classes: classes.map((_, k) => classInGroup(columns, k, silentOf(k))),
    judged: judged.map((k) => classes[k]),
    answeredShare: share((place) => 1 - isSilent(place)),
    rightOfAll: share((place) =>
      isSilent(place) === 1
        ? Number(unnamed.includes(classes[reference[place]]))
        : Number(answer[place] === reference[place]),
    ),
    summary: summaryOf(columns, judged),
  };
}

function classInGroup(columns: Columns, k: number, silent: number): ClassInGroup {
  const { names, scores, truth, positive } = columns;
  const counts = confusionCounts({ labels: truth[k], positive: positive[k] });
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = counts;
  return {
    class: names[k],
    reference: truePositives + falseNegatives + silent,
    ...{ truePositives, falseNegatives, trueNegatives, falsePositives, silent },
    figures: {
      ...(scores === null ? NO_PROBABILITY : plainOf(probabilityFigures(columns, k, scores[k]))),
      ...answerFigures(columns, k),
    },
  };
}

const plainOf = ({ auroc, ...others }: ReturnType<typeof probabilityFigures>) => ({
  auroc: plainFigure(auroc),
  ...others,
});

const NO_PROBABILITY = { auroc: null, observedExpected: null, slope: null };
const NO_PROBABILITIES = { macroAuroc: null, handTill: null, brier: null, logLoss: null };

function summaryOf(columns: Columns, judged: readonly number[]): ClassesGroup['summary'] {
  const { scores } = columns;
  const { kappa, ...answers } = answerSummary(columns, columns, judged);
  return {
    ...{ ...answers, kappa: plainFigure(kappa) },
    ...(scores === null
      ? NO_PROBABILITIES
      : probabilitySummary({ ...columns, scores }, { ...columns, scores }, judged)),
  };
}

/** What is claimed of several classes holds for all of them together with 95 %: intervals at 1 − 0.05 / classes. */
function claimsOf(columns: Columns): ClassClaim[] {
  const { scores, names } = columns;
  if (scores === null) return [];
  const level = 1 - 0.05 / names.length;
  return names.map((name, k) => ({
    class: name,
    observedExpected: observedExpectedOf(columns, k, scores[k], { level }),
  }));
}
