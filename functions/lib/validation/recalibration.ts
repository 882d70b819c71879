import { countClusters } from './cluster-totals.ts';
import { people, studies } from './counted.ts';
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
  const { design, logits, clipped, level, counts, refusal } = prepared(predictions, options);
  if (refusal) return { intercept: refusal, slope: refusal, clipped };
  const [ones] = design.columns;
  const offsetFit = logisticRegression({ ...design, offset: logits });
  const slopeFit = logisticRegression({ ...design, columns: [ones, logits] });
  return { ...recalibrationOf(offsetFit, slopeFit, counts, level), clipped };
}

/** The intercept of `recalibration` alone, at less than half the cost. */
export function calibrationIntercept(
  predictions: Predictions,
  options: RecalibrationOptions = {},
): Estimate | CannotTell {
  const { design, logits, level, counts, refusal } = prepared(predictions, options);
  if (refusal) return refusal;
  return recalibrationOf(logisticRegression({ ...design, offset: logits }), undefined, counts, level).intercept;
}

/** The slope of `recalibration` alone. */
export function calibrationSlope(predictions: Predictions, options: RecalibrationOptions = {}): Estimate | CannotTell {
  const { design, logits, level, counts, refusal } = prepared(predictions, options);
  if (refusal) return refusal;
  const columns = [...design.columns, logits];
  return recalibrationOf(undefined, logisticRegression({ ...design, columns }), counts, level).slope;
}

function prepared(predictions: Predictions, options: RecalibrationOptions) {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const { labels, clusters } = predictions;
  const subjects = clusters === undefined ? {} : { clusters: countClusters(clusters) };
  return {
    ...probabilityLogits(predictions.scores, options.clipTo),
    level,
    counts: { n: labels.length, events, ...subjects },
    refusal: tooFewForCalibration(predictions, events, options.minimumPerClass),
    design: {
      labels,
      columns: [new Float64Array(labels.length).fill(1)],
      ...(clusters !== undefined && { clusters }),
    },
  };
}

type Fit = Pick<LogisticRegression, 'coefficients' | 'covariance'> | undefined;

/** Intercept and slope with their intervals, as `recalibration` makes them, from the two fits. */
export function recalibrationOf(
  offsetFit: Fit,
  slopeFit: Fit,
  { n, events, clusters }: Pick<Estimate, 'n' | 'events' | 'clusters'>,
  level: number,
): Omit<Recalibration, 'clipped'> {
  const answer = (fit: Fit, place: number, name: string): Estimate | CannotTell => {
    const error = fit === undefined ? 0 : Math.sqrt(fit.covariance[place][place]);
    if (fit === undefined || !(error > 0)) {
      return {
        cannotTell: `${name}: the likelihood has no finite maximum (scores separate the classes or are all equal)`,
        n,
        events,
      };
    }
    const estimate = fit.coefficients[place];
    const half = normalMultiplier(level) * error;
    const clustered = clusters === undefined ? '' : ', cluster sandwich variance';
    const method = `${name} by maximum likelihood, Wald interval${clustered}`;
    const counts = { n, events, ...(clusters !== undefined && { clusters }) };
    return { estimate, lower: estimate - half, upper: estimate + half, level, method, ...counts };
  };
  return {
    intercept: answer(offsetFit, 0, 'calibration intercept'),
    slope: answer(slopeFit, 1, 'calibration slope'),
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
  const who = { withEvents: subjects(1, events), withNonEvents: subjects(0, n - events) };
  return tooFewSubjects({ n, events, ...who, clustered: clusters !== undefined }, minimumPerClass);
}

/** The same, from counts of the subjects (rows, where they are not clustered) with each class. */
export function tooFewSubjects(
  counts: { n: number; events: number; withEvents: number; withNonEvents: number; clustered: boolean },
  minimumPerClass: number = 20,
): CannotTell | undefined {
  const { n, events, withEvents, withNonEvents } = counts;
  if (withEvents >= minimumPerClass && withNonEvents >= minimumPerClass) return undefined;
  const found = counts.clustered
    ? `${people(withEvents)} with and ${withNonEvents} without the outcome`
    : `${studies(withEvents)} with and ${withNonEvents} without the outcome`;
  return { cannotTell: `${found}: at least ${minimumPerClass} of each are needed`, n, events };
}

function clustersOfClass(clusters: Int32Array, labels: Uint8Array, label: number, rows: number): Int32Array {
  const ofClass = new Int32Array(rows);
  let place = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === label) ofClass[place++] = clusters[row];
  return ofClass;
}
