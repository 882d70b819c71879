// All classes at once, of studies that have one class and one answer each.
import { logLoss, multiclassBrier } from '#lib/validation/class-losses.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { type KappaEstimate, kappa } from '#lib/validation/kappa.ts';
import { handTill, microF1 } from '#lib/validation/multiclass.ts';
import { type LabelSet, macroAurocOfLabels, macroF1OfLabels } from '#lib/validation/multilabel.ts';
import { MINIMUM_ROWS } from '../measure.ts';
import type { ClassColumns } from './each-class.ts';

/** Studies with one class and one answer each, as places among the classes. */
export interface ClassedStudies {
  readonly classes: number;
  readonly labels: Uint8Array;
  readonly answers: Uint8Array;
  readonly clusters?: Int32Array;
}

export type AnswerSummary = {
  readonly accuracy: Estimate | CannotTell;
  readonly kappa: KappaEstimate | CannotTell;
  readonly macroF1: Estimate | CannotTell;
};

/** What the answered classes say; means are over the judged ones, by their places. */
export function answerSummary(
  { classes, labels, answers, clusters }: ClassedStudies,
  columns: ClassColumns,
  judged: readonly number[],
): AnswerSummary {
  const positive = judged.map((k) => columns.positive[k]);
  return {
    accuracy: microF1(labels, answers, clusters),
    kappa: kappa({ first: labels, second: answers, categories: classes, ...(clusters && { clusters }) }),
    macroF1: overSeveral(judged, labels.length, () => macroF1OfLabels(setOf(columns, judged), positive)),
  };
}

export type ProbabilitySummary = {
  readonly macroAuroc: Estimate | CannotTell;
  readonly handTill: Estimate | CannotTell;
  readonly brier: Estimate | CannotTell;
  readonly logLoss: Estimate | CannotTell;
};

/** What the probabilities of all classes say: of the studies with one class each, and of all in `columns` for the mean AUROC. */
export function probabilitySummary(
  { labels, clusters, scores }: ClassedStudies & { readonly scores: readonly Float64Array[] },
  columns: ClassColumns & { readonly scores: readonly Float64Array[] },
  judged: readonly number[],
): ProbabilitySummary {
  const predictions = { scores, labels, ...(clusters && { clusters }) };
  const several = (figure: () => Estimate | CannotTell) => overSeveral(judged, labels.length, figure);
  const scoresOfJudged = judged.map((k) => columns.scores[k]);
  return {
    macroAuroc: several(() => macroAurocOfLabels(setOf(columns, judged), scoresOfJudged)),
    handTill: several(() => handTill(amongThese(predictions, judged))),
    brier: multiclassBrier(predictions),
    logLoss: logLoss(predictions),
  };
}

const setOf = ({ names, truth, clusters }: ClassColumns, judged: readonly number[]): LabelSet => ({
  names: judged.map((k) => names[k]),
  labels: judged.map((k) => truth[k]),
  ...(clusters && { clusters }),
});

function overSeveral(judged: readonly number[], n: number, figure: () => Estimate | CannotTell): Estimate | CannotTell {
  if (judged.length >= 2) return figure();
  const cannotTell = `fewer than two classes that ${MINIMUM_ROWS} people have and ${MINIMUM_ROWS} have not`;
  return { cannotTell, n, events: 0 };
}

/** The studies of these classes, with the scores of these classes alone. */
function amongThese(
  { scores, labels, clusters }: { scores: readonly Float64Array[]; labels: Uint8Array; clusters?: Int32Array },
  places: readonly number[],
) {
  const rows = Uint32Array.from(labels.keys()).filter((row) => places.includes(labels[row]));
  return {
    scores: places.map((k) => Float64Array.from(rows, (row) => scores[k][row])),
    labels: Uint8Array.from(rows, (row) => places.indexOf(labels[row])),
    ...(clusters && { clusters: Int32Array.from(rows, (row) => clusters[row]) }),
  };
}
