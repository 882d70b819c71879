import { cellRegression } from './cell-regression.ts';
import { isotonicProbabilities, isotonicRegressionOf } from './isotonic.ts';
import { fitUpdate, isotonicEdge, type UpdateMethod } from './model-update.ts';
import type { Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';

/**
 * Fits an update to the rows outside two folds (or one, named twice) and fills `after` with the probabilities that it gives at least to
 * the rows inside them; false where no finite fit exists.
 */
export type FitWithout = (foldOf: Uint8Array, one: number, other: number, after: Float64Array) => boolean;

/** The last step of a fit is shorter than a hundredth of a standard error: what is left is about a ten-thousandth. */
const TOLERANCE = 1e-4;

/** The updates of `fitUpdate` for cross-validation: logits, order of the rows and the fit to all of them are made once. */
export function updateWithout(method: UpdateMethod, predictions: Predictions, clipTo: number): FitWithout {
  return method === 'isotonic' ? isotonicWithout(predictions) : logisticWithout(method, predictions, clipTo);
}

function logisticWithout(method: 'intercept' | 'slope', predictions: Predictions, clipTo: number): FitWithout {
  const { scores, labels } = predictions;
  const { logits } = probabilityLogits(scores, clipTo);
  const ones = new Float64Array(labels.length).fill(1);
  const { intercept = 0, slope = 1 } = fitUpdate(method, predictions, clipTo) ?? {};
  const fitRows = cellRegression({
    ...(method === 'intercept'
      ? { columns: [ones], offset: logits, start: Float64Array.of(intercept) }
      : { columns: [ones, logits], start: Float64Array.of(intercept, slope) }),
    tolerance: TOLERANCE,
  });
  const counts = { events: new Float64Array(labels.length), nonEvents: new Float64Array(labels.length) };
  return (foldOf, one, other, after) => {
    for (let row = 0; row < labels.length; row++) {
      const takesPart = foldOf[row] !== one && foldOf[row] !== other;
      counts.events[row] = takesPart ? labels[row] : 0;
      counts.nonEvents[row] = takesPart ? 1 - labels[row] : 0;
    }
    return fitRows(counts, after);
  };
}

function isotonicWithout({ scores, labels }: Predictions): FitWithout {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  return (foldOf, one, other, after) => {
    const isHeld = (row: number): boolean => foldOf[row] === one || foldOf[row] === other;
    const [held, fitted] = [order.filter(isHeld), order.filter((row) => !isHeld(row))];
    if (fitted.length === 0) return false;
    const curve = isotonicRegressionOf(fitted, scores, labels);
    const probabilities = isotonicProbabilities(
      curve,
      Float64Array.from(held, (row) => scores[row]),
    );
    const edge = isotonicEdge(fitted.length);
    held.forEach((row, place) => {
      after[row] = Math.min(Math.max(probabilities[place], edge), 1 - edge);
    });
    return true;
  };
}
