// Changes of figures of probabilities, from studies that two models scored: of cohort reports and of evaluations.

import { countClusters } from '#lib/validation/cluster-totals.ts';
import { compareAuroc, PLACED_ALIKE } from '#lib/validation/compare-auroc.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { logisticRegression } from '#lib/validation/logistic-regression.ts';
import { expit } from '#lib/validation/logit.ts';
import { pairedDifference } from '#lib/validation/mcnemar.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import { probabilityLogits } from '#lib/validation/probability-logits.ts';
import { tooFewForCalibration } from '#lib/validation/recalibration.ts';
import { sum } from '#lib/validation/sum.ts';
import { LOGIT_LIMIT } from '../calibration-plot.ts';
import type { Untold } from '../record.ts';
import { changeOfExpected, changeOfInfluence } from './influence-change.ts';

/** Both scores of each study, with the label that both reports hold it against. */
export interface ScoredTwice {
  readonly labels: Uint8Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Whose study each is. */
  readonly subjects: Int32Array;
}

/** People as clusters, only where somebody has more than one study. */
export const clustersOf = (subjects: Int32Array): Int32Array | undefined =>
  countClusters(subjects) < subjects.length ? subjects : undefined;

/** AUROC of the second minus that of the first, over the same studies (DeLong, Obuchowski). */
export function aurocChange({ labels, first, second, subjects }: ScoredTwice): Estimate | Untold {
  const clusters = clustersOf(subjects);
  const change = compareAuroc({ scores: second, labels, ...(clusters && { clusters }) }, first);
  return isCannotTell(change) && change.cannotTell === PLACED_ALIKE ? { ...change, point: 0 } : change;
}

/** Brier score of the second minus that of the first. */
export function brierChange({ labels, first, second, subjects }: ScoredTwice): Estimate | CannotTell {
  const losses = (scores: Float64Array) => scores.map((score, row) => (score - labels[row]) ** 2);
  const change = pairedMeans({ first: losses(first), second: losses(second), clusters: clustersOf(subjects) });
  return { ...change, events: sum(labels) };
}

/** O:E of the second by that of the first: the same is observed, so that only the mean scores tell. */
export function observedExpectedChange({ labels, first, second, subjects }: ScoredTwice): Estimate | CannotTell {
  const n = labels.length;
  const events = sum(labels);
  if (events === 0) return { cannotTell: 'nobody has the outcome', n, events };
  return { ...changeOfExpected(first, second, clustersOf(subjects)), events };
}

/** Calibration slope of the second minus that of the first. */
export function slopeChange({ labels, first, second, subjects }: ScoredTwice): Estimate | CannotTell {
  const n = labels.length;
  const events = sum(labels);
  const clusters = clustersOf(subjects);
  const refusal = tooFewForCalibration({ scores: first, labels, ...(clusters && { clusters }) }, events);
  if (refusal) return refusal;
  const [one, two] = [slopeOf(labels, first), slopeOf(labels, second)];
  if (one === undefined || two === undefined)
    return { cannotTell: 'scores separate the classes or are all equal', n, events };
  return { ...changeOfInfluence(one, two, clusters, 'the calibration slope'), events };
}

/** The slope of the label on the logit of the score, and what each study adds to it; undefined where it has no finite maximum. */
function slopeOf(labels: Uint8Array, scores: Float64Array) {
  const { logits } = probabilityLogits(scores, LOGIT_LIMIT);
  const fit = logisticRegression({ labels, columns: [new Float64Array(labels.length).fill(1), logits] });
  if (fit === undefined) return undefined;
  const [intercept, slope] = fit.coefficients;
  const [ofIntercept, ofSlope] = fit.covariance[1];
  const influence = logits.map((logit, row) => {
    const residual = labels[row] - expit(intercept + slope * logit);
    return (ofIntercept + ofSlope * logit) * residual;
  });
  return { estimate: slope, influence };
}

/** Whether the score of a study (by its place) on one side is positive. */
export type IsPositive = (side: 'first' | 'second', row: number) => boolean;

/** Change, second minus first, of the share that is called right among those with this label: of sensitivity, or of specificity. */
export function rightChange(
  { labels, subjects }: ScoredTwice,
  label: 0 | 1,
  isPositive: IsPositive,
): Estimate | CannotTell {
  const count = labels.reduce((total, value) => total + Number(value === label), 0);
  const [first, second, people] = [new Uint8Array(count), new Uint8Array(count), new Int32Array(count)];
  let place = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== label) continue;
    first[place] = Number(isPositive('first', row) === (label === 1));
    second[place] = Number(isPositive('second', row) === (label === 1));
    people[place++] = subjects[row];
  }
  const clusters = clustersOf(people);
  return pairedDifference({ first: second, second: first, ...(clusters && { clusters }) });
}
