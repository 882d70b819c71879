import { clusteredProportion } from './clustered-proportion.ts';
import type { CannotTell, Estimate } from './estimate.ts';
import { countEvents, type Predictions } from './predictions.ts';
import type { ProportionOptions } from './proportion.ts';

export interface ThresholdResult {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
  readonly sensitivity: Estimate | CannotTell;
  readonly specificity: Estimate | CannotTell;
  readonly positivePredictiveValue: Estimate | CannotTell;
  readonly negativePredictiveValue: Estimate | CannotTell;
}

/**
 * The four counts and rates at a threshold; a score at or above it is positive. Definitions as in STARD 2015
 * (doi 10.1136/bmj.h5527). A rate with fewer than `minimumRows` rows (10 unless told) in its denominator cannot be told.
 */
export function threshold(predictions: Predictions, at: number, options: ProportionOptions = {}): ThresholdResult {
  if (!Number.isFinite(at)) throw new RangeError(`threshold: found ${at}, allowed: a finite number`);
  countEvents(predictions);
  const { scores, labels } = predictions;
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  for (let row = 0; row < scores.length; row++) {
    if (scores[row] >= at) counts[labels[row] === 1 ? 'truePositives' : 'falsePositives']++;
    else counts[labels[row] === 1 ? 'falseNegatives' : 'trueNegatives']++;
  }
  const settings = { minimumRows: 10, ...options };
  const positive = (row: number): boolean => scores[row] >= at;
  const event = (row: number): boolean => labels[row] === 1;
  const not = (rule: (row: number) => boolean) => (row: number) => !rule(row);
  return {
    threshold: at,
    ...counts,
    sensitivity: rate(predictions, event, positive, settings),
    specificity: rate(predictions, not(event), not(positive), settings),
    positivePredictiveValue: rate(predictions, positive, event, settings),
    negativePredictiveValue: rate(predictions, not(positive), not(event), settings),
  };
}

/** Share of `success` among the rows that are `member`s. */
function rate(
  { scores, clusters }: Predictions,
  member: (row: number) => boolean,
  success: (row: number) => boolean,
  options: ProportionOptions,
): Estimate | CannotTell {
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) if (member(row)) rows.push(row);
  const outcomes = Uint8Array.from(rows, (row) => Number(success(row)));
  return clusteredProportion(outcomes, clusters && Int32Array.from(rows, (row) => clusters[row]), options);
}
