import { countClusters } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { type LogisticRegression, logisticRegression } from './logistic-regression.ts';
import { normalMultiplier } from './normal.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';

export interface RecalibrationOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest events and fewest non-events that get an answer. @default 20 */
  readonly minimumPerClass?: number;
  /** Limits scores to `clipTo … 1 − clipTo`; without it a score of exactly 0 or 1 is an error. */
  readonly clipTo?: number;
}

export interface Recalibration {
  /** a of logit P(event) = a + logit(score), the slope held at 1: 0 is right, above 0 the model predicts too low. */
  readonly intercept: Estimate | CannotTell;
  /** b of logit P(event) = a + b · logit(score): 1 is right, below 1 the predictions are too extreme. */
  readonly slope: Estimate | CannotTell;
  /** Scores moved by `clipTo`. */
  readonly clipped: number;
}

/** Cox's logistic recalibration (doi 10.1093/biomet/45.3-4.562) by maximum likelihood, Wald intervals, clusters by the sandwich. */
export function recalibration(predictions: Predictions, options: RecalibrationOptions = {}): Recalibration {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const { labels, clusters } = predictions;
  const { logits, clipped } = probabilityLogits(predictions.scores, options.clipTo);
  const refusal = tooFewForCalibration(predictions, events, options.minimumPerClass);
  if (refusal) return { intercept: refusal, slope: refusal, clipped };
  const design = { labels, ...(clusters !== undefined && { clusters }) };
  const ones = new Float64Array(labels.length).fill(1);
  const answer = (fit: LogisticRegression | undefined, place: number, name: string): Estimate | CannotTell => {
    const counts = { n: labels.length, events };
    const error = fit === undefined ? 0 : Math.sqrt(fit.covariance[place][place]);
    if (fit === undefined || !(error > 0)) {
      return {
        cannotTell: `${name}: the likelihood has no finite maximum (scores separate the classes or are all equal)`,
        ...counts,
      };
    }
    const estimate = fit.coefficients[place];
    const half = normalMultiplier(level) * error;
    const method = `${name} by maximum likelihood, Wald interval${clusters ? ', cluster sandwich variance' : ''}`;
    const own = clusters === undefined ? {} : { clusters: countClusters(clusters) };
    return { estimate, lower: estimate - half, upper: estimate + half, level, method, ...counts, ...own };
  };
  const offsetFit = logisticRegression({ ...design, columns: [ones], offset: logits });
  const slopeFit = logisticRegression({ ...design, columns: [ones, logits] });
  return {
    intercept: answer(offsetFit, 0, 'calibration intercept'),
    slope: answer(slopeFit, 1, 'calibration slope'),
    clipped,
  };
}

/** Why calibration cannot be told, or nothing: fewer events or non-events (subjects, with clusters) than the minimum, 20 unless told. */
export function tooFewForCalibration(
  { labels, clusters }: Predictions,
  events: number,
  minimumPerClass: number = 20,
): CannotTell | undefined {
  const n = labels.length;
  const subjects = (label: number, rows: number): number =>
    clusters === undefined ? rows : countClusters(clustersOfClass(clusters, labels, label, rows));
  const withEvent = subjects(1, events);
  const without = subjects(0, n - events);
  if (withEvent >= minimumPerClass && without >= minimumPerClass) return undefined;
  const found =
    clusters === undefined
      ? `${withEvent} events and ${without} non-events`
      : `${withEvent} subjects with and ${without} without the event`;
  const cannotTell = `${found}: at least ${minimumPerClass} of each are needed`;
  return { cannotTell, n, events };
}

function clustersOfClass(clusters: Int32Array, labels: Uint8Array, label: number, rows: number): Int32Array {
  const ofClass = new Int32Array(rows);
  let place = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === label) ofClass[place++] = clusters[row];
  return ofClass;
}
