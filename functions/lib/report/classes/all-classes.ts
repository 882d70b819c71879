// All classes at once, of studies that have one class and one answer each.
import { logLoss, multiclassBrier } from '#lib/validation/class-losses.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { type KappaEstimate, kappa } from '#lib/validation/kappa.ts';
import { handTill, microF1 } from '#lib/validation/multiclass.ts';
import { type LabelSet, macroAurocOfLabels, macroF1OfLabels } from '#lib/validation/multilabel.ts';
import { MINIMUM_ROWS } from '../measure.ts';

/** Studies with one class and one answer each, as places among the classes. */
export interface ClassedStudies {
  readonly classes: number;
  readonly labels: Uint8Array;
  readonly answers: Uint8Array;
  readonly clusters?: Int32Array;
}

/** The classes that means are taken over, each against the rest: studies of several classes may take part in each of theirs. */
export interface JudgedClasses extends LabelSet {
  readonly positive: readonly Uint8Array[];
}

export type AnswerSummary = {
  readonly accuracy: Estimate | CannotTell;
  readonly kappa: KappaEstimate | CannotTell;
  readonly macroF1: Estimate | CannotTell;
};

/** What the answered classes say. */
export function answerSummary(
  { classes, labels, answers, clusters }: ClassedStudies,
  judged: JudgedClasses,
): AnswerSummary {
  return {
    accuracy: microF1(labels, answers, clusters),
    kappa: kappa({ first: labels, second: answers, categories: classes, ...(clusters && { clusters }) }),
    macroF1: overSeveral(judged, labels.length, () => macroF1OfLabels(judged, judged.positive)),
  };
}

export type ProbabilitySummary = {
  readonly macroAuroc: Estimate | CannotTell;
  readonly handTill: Estimate | CannotTell;
  readonly brier: Estimate | CannotTell;
  readonly logLoss: Estimate | CannotTell;
};

/** What the probabilities of all classes say; `places` are those of the judged ones, `scoresOfJudged` theirs, row by row of `judged`. */
export function probabilitySummary(
  { labels, clusters }: ClassedStudies,
  scores: readonly Float64Array[],
  judged: JudgedClasses,
  { places, scoresOfJudged }: { readonly places: readonly number[]; readonly scoresOfJudged: readonly Float64Array[] },
): ProbabilitySummary {
  const predictions = { scores, labels, ...(clusters && { clusters }) };
  const several = (figure: () => Estimate | CannotTell) => overSeveral(judged, labels.length, figure);
  return {
    macroAuroc: several(() => macroAurocOfLabels(judged, scoresOfJudged)),
    handTill: several(() => handTill(amongThese(predictions, places))),
    brier: multiclassBrier(predictions),
    logLoss: logLoss(predictions),
  };
}

function overSeveral({ names }: JudgedClasses, n: number, figure: () => Estimate | CannotTell): Estimate | CannotTell {
  if (names.length >= 2) return figure();
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
