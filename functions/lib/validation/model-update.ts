import { isotonicProbabilities, isotonicRegression } from './isotonic.ts';
import { logisticRegression } from './logistic-regression.ts';
import { expit } from './logit.ts';
import type { Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';

/** The ways to fit a model's probabilities to a place, from least to most freedom. */
export const UPDATE_METHODS = ['intercept', 'slope', 'isotonic'] as const;

export type UpdateMethod = (typeof UPDATE_METHODS)[number];

export interface ModelUpdate {
  readonly method: UpdateMethod;
  /** a and b of logit(new) = a + b · logit(score); absent for isotonic. */
  readonly intercept?: number;
  readonly slope?: number;
  /** The probabilities after the update. */
  readonly apply: (scores: Float64Array) => Float64Array;
}

/**
 * Fits an update: the intercept alone (the slope stays 1), intercept and slope (both Cox's, doi 10.1093/biomet/45.3-4.562), or
 * isotonic regression (Zadrozny and Elkan, doi 10.1145/775047.775151), whose probabilities are held half a row away from 0 and 1 so
 * that none of them is impossible. Nothing where no finite fit exists.
 */
export function fitUpdate(method: UpdateMethod, predictions: Predictions, clipTo?: number): ModelUpdate | undefined {
  const { scores, labels } = predictions;
  if (method === 'isotonic') return isotonicUpdate(scores, labels);
  const { logits } = probabilityLogits(scores, clipTo);
  const ones = new Float64Array(labels.length).fill(1);
  const fit =
    method === 'intercept'
      ? logisticRegression({ columns: [ones], labels, offset: logits })
      : logisticRegression({ columns: [ones, logits], labels });
  if (fit === undefined) return undefined;
  const [intercept, slope = 1] = fit.coefficients;
  const apply = (of: Float64Array) =>
    probabilityLogits(of, clipTo).logits.map((logit) => expit(intercept + slope * logit));
  return { method, intercept, slope, apply };
}

/** How far the probabilities of a curve fitted to so many rows keep from 0 and 1: half a row. */
export const isotonicEdge = (rows: number): number => 0.5 / rows;

function isotonicUpdate(scores: Float64Array, labels: Uint8Array): ModelUpdate | undefined {
  if (scores.length === 0) return undefined;
  const curve = isotonicRegression(scores, labels);
  const edge = isotonicEdge(scores.length);
  const apply = (of: Float64Array) =>
    isotonicProbabilities(curve, of).map((probability) => Math.min(Math.max(probability, edge), 1 - edge));
  return { method: 'isotonic', apply };
}
