import type { ClassesAnswers } from '#lib/cohort/evaluation/classes-answers.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { confusionCounts } from '#lib/validation/confusion.ts';
import {
  answerSummary,
  type ClassedStudies,
  type JudgedClasses,
  probabilitySummary,
} from '../../classes/all-classes.ts';
import { decisionFigures, type ScoreFigure, scoreFigure, whyFew } from '../../classes/one-against-rest.ts';
import { MINIMUM_ROWS } from '../../measure.ts';
import { plainFigure } from '../grades.ts';
import { type GroupPlaces, groupsOf } from '../groups.ts';
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

function matrixOf({ classes, reference, answer }: ClassesAnswers): number[][] {
  const matrix = classes.map(() => new Array<number>(classes.length + 1).fill(0));
  for (const [study, of] of reference.entries()) matrix[of][answer[study]]++;
  return matrix;
}

/** The answered studies of a group. */
interface Columns extends ClassedStudies {
  readonly names: readonly string[];
  /** [class][study] */
  readonly scores: readonly Float64Array[] | null;
  readonly truth: readonly Uint8Array[];
  readonly positive: readonly Uint8Array[];
}

function columnsOf({ classes, reference, answer, probabilities, studies }: ClassesAnswers, all: Uint32Array): Columns {
  const places = all.filter((place) => answer[place] < classes.length);
  const labels = Uint8Array.from(places, (place) => reference[place]);
  const answers = Uint8Array.from(places, (place) => answer[place]);
  const { clusters } = studies;
  return {
    ...{ names: classes, classes: classes.length, labels, answers },
    scores: probabilities?.map((of) => Float64Array.from(places, (place) => of[place])) ?? null,
    truth: classes.map((_, k) => labels.map((of) => Number(of === k))),
    positive: classes.map((_, k) => answers.map((of) => Number(of === k))),
    ...(clusters && { clusters: Int32Array.from(places, (place) => clusters[place]) }),
  };
}

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
  const judged = classes.flatMap((name, k) => (whyOf(columns, k) === undefined && !unnamed.includes(name) ? [k] : []));
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

const oneOf = ({ truth, clusters }: Columns, k: number) => ({ labels: truth[k], ...(clusters && { clusters }) });

const whyOf = (columns: Columns, k: number): string | undefined =>
  whyFew(oneOf(columns, k), columns.names[k], `no answered study of class ${columns.names[k]}`);

function classInGroup(columns: Columns, k: number, silent: number): ClassInGroup {
  const { names, scores, positive } = columns;
  const one = oneOf(columns, k);
  const why = whyOf(columns, k);
  const { sensitivity, specificity, positivePredictiveValue, f1 } = decisionFigures(
    { ...one, positive: positive[k] },
    why,
  );
  const score = (figure: ScoreFigure) => scores && plainFigure(scoreFigure(figure, { ...one, scores: scores[k] }, why));
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusionCounts({
    ...one,
    positive: positive[k],
  });
  return {
    class: names[k],
    reference: truePositives + falseNegatives + silent,
    ...{ truePositives, falseNegatives, trueNegatives, falsePositives, silent },
    figures: {
      auroc: score('auroc'),
      ...{ sensitivity, specificity, positivePredictiveValue, f1 },
      observedExpected: score('observedExpected'),
      slope: score('slope'),
    },
  };
}

function summaryOf(columns: Columns, places: readonly number[]): ClassesGroup['summary'] {
  const { names, truth, positive, scores, clusters } = columns;
  const judged: JudgedClasses = {
    names: places.map((k) => names[k]),
    labels: places.map((k) => truth[k]),
    positive: places.map((k) => positive[k]),
    ...(clusters && { clusters }),
  };
  const { accuracy, kappa, macroF1 } = answerSummary(columns, judged);
  const ofScores =
    scores && probabilitySummary(columns, scores, judged, { places, scoresOfJudged: places.map((k) => scores[k]) });
  return {
    ...{ accuracy, kappa: plainFigure(kappa), macroF1 },
    macroAuroc: ofScores?.macroAuroc ?? null,
    handTill: ofScores?.handTill ?? null,
    brier: ofScores?.brier ?? null,
    logLoss: ofScores?.logLoss ?? null,
  };
}

/** What is claimed of several classes holds for all of them together with 95 %: intervals at 1 − 0.05 / classes. */
function claimsOf(columns: Columns): ClassClaim[] {
  const { scores, names } = columns;
  if (scores === null) return [];
  const level = 1 - 0.05 / names.length;
  return names.map((name, k) => ({
    class: name,
    observedExpected: scoreFigure('observedExpected', { ...oneOf(columns, k), scores: scores[k] }, whyOf(columns, k), {
      level,
    }),
  }));
}
