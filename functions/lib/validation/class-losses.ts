import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { influenceVariance } from './influence-variance.ts';
import type { ClassPredictions } from './multiclass.ts';

/** As in scikit-learn: a probability of 0 for the true class would make the loss of all studies infinite. */
const SMALLEST_PROBABILITY = Number.EPSILON;

interface LossOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest rows (subjects where clusters are given) that get an answer. @default 10 */
  readonly minimumRows?: number;
}

/**
 * Brier score of several classes in its first form (doi 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2): mean over rows of the squared
 * distances of all probabilities from 1 for the true class and 0 for the others. 0 is best, 2 worst; with two classes twice the usual one.
 */
export function multiclassBrier(predictions: ClassPredictions, options: LossOptions = {}): Estimate | CannotTell {
  const loss = (row: number): number =>
    predictions.scores.reduce(
      (total, ofClass, k) => total + (ofClass[row] - Number(predictions.labels[row] === k)) ** 2,
      0,
    );
  return meanLoss(predictions, loss, { name: 'Brier score of several classes', largest: 2 }, options);
}

/**
 * Mean of −ln of the probability of the true class (Good, doi 10.1111/j.2517-6161.1952.tb00104.x): 0 is best, ln k is a score that says
 * 1 / k for every one of k classes. Probabilities below 2.2e-16 count as that.
 */
export function logLoss(predictions: ClassPredictions, options: LossOptions = {}): Estimate | CannotTell {
  const { scores, labels } = predictions;
  const loss = (row: number): number => -Math.log(Math.max(scores[labels[row]][row], SMALLEST_PROBABILITY));
  return meanLoss(predictions, loss, { name: 'logarithmic loss', largest: Number.POSITIVE_INFINITY }, options);
}

/** A mean with its Wald interval, variance by subject where clusters are given. */
function meanLoss(
  predictions: ClassPredictions,
  lossOf: (row: number) => number,
  { name, largest }: { readonly name: string; readonly largest: number },
  options: LossOptions,
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const minimum = options.minimumRows ?? 10;
  const { labels, clusters } = predictions;
  checkProbabilities(predictions);
  const n = labels.length;
  const losses = Float64Array.from({ length: n }, (_, row) => lossOf(row));
  const estimate = losses.reduce((total, loss) => total + loss, 0) / n;
  const counts = { n, events: n };
  const subjects = clusters === undefined ? n : new Set(clusters).size;
  if (subjects < Math.max(2, minimum))
    return {
      cannotTell: `${subjects} ${clusters === undefined ? 'rows' : 'subjects'} are fewer than ${minimum}`,
      ...counts,
    };
  const correction = clusters === undefined ? Math.sqrt(n / (n - 1)) : 1;
  const added = losses.map((loss) => (correction * (loss - estimate)) / n);
  const { variance, multiplier, ...clustered } = influenceVariance(added, clusters, level);
  const half = multiplier * Math.sqrt(variance);
  return {
    estimate,
    lower: Math.max(0, estimate - half),
    upper: Math.min(largest, estimate + half),
    level,
    method: `${name}, Wald interval${clusters === undefined ? '' : ', clustered variance'}`,
    ...counts,
    ...clustered,
  };
}

function checkProbabilities({ scores, labels }: ClassPredictions): void {
  for (const [k, ofClass] of scores.entries()) {
    if (ofClass.length !== labels.length)
      throw new RangeError(
        `class ${k}: found ${ofClass.length} scores for ${labels.length} labels, allowed: one for each`,
      );
    const stray = ofClass.findIndex((score) => !(score >= 0 && score <= 1));
    if (stray >= 0)
      throw new RangeError(`score at index ${stray} of class ${k}: found ${ofClass[stray]}, allowed: 0 to 1`);
  }
  const stray = labels.findIndex((label) => label >= scores.length);
  if (stray >= 0)
    throw new RangeError(`label at index ${stray}: found class ${labels[stray]}, allowed: 0 to ${scores.length - 1}`);
}
