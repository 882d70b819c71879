import { clusterTotals } from './cluster-totals.ts';
import { counted, fewerThan } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import type { ClassPredictions } from './multiclass.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

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
  return meanLoss(predictions, squaredLosses, { name: 'Brier score of several classes', largest: 2 }, options);
}

/**
 * Mean of −ln of the probability of the true class (Good, doi 10.1111/j.2517-6161.1952.tb00104.x): 0 is best, ln k is a score that says
 * 1 / k for every one of k classes. Probabilities below 2.2e-16 count as that.
 */
export function logLoss(predictions: ClassPredictions, options: LossOptions = {}): Estimate | CannotTell {
  return meanLoss(predictions, logLosses, { name: 'logarithmic loss', largest: Number.POSITIVE_INFINITY }, options);
}

/** Of each row the squared distances of all probabilities from 1 for the true class and 0 for the others. */
export const squaredLosses = ({ scores, labels }: ClassPredictions): Float64Array =>
  Float64Array.from(labels, (label, row) =>
    scores.reduce((total, ofClass, k) => total + (ofClass[row] - Number(label === k)) ** 2, 0),
  );

/** Of each row −ln of the probability of the true class. */
export const logLosses = ({ scores, labels }: ClassPredictions): Float64Array =>
  Float64Array.from(labels, (label, row) => -Math.log(Math.max(scores[label][row], SMALLEST_PROBABILITY)));

/**
 * A mean with an interval that allows for the skewness of losses: Hall's transformation of Student's statistic (J R
 * Stat Soc B 54:221-228, 1992), over the totals of subjects where clusters are given. Wald's interval covers 78 to 92 % where
 * nearly all losses are small, this one 93 to 96 %; with hardly an error in 60 rows still 88 %.
 */
function meanLoss(
  predictions: ClassPredictions,
  lossesOf: (predictions: ClassPredictions) => Float64Array,
  { name, largest }: { readonly name: string; readonly largest: number },
  options: LossOptions,
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const minimum = options.minimumRows ?? 10;
  const { labels, clusters } = predictions;
  checkProbabilities(predictions);
  const n = labels.length;
  const losses = lossesOf(predictions);
  const estimate = sum(losses) / n;
  const counts = { n, events: n };
  const deviations = losses.map((loss) => loss - estimate);
  const totals = clusters === undefined ? deviations : clusterTotals(clusters, [deviations])[0];
  const subjects = totals.length;
  if (subjects < Math.max(2, minimum)) {
    return { cannotTell: `${counted(subjects, clusters)} ${fewerThan(subjects, minimum)}`, ...counts };
  }
  const square = sum(totals.map((total) => total * total)) / subjects;
  // Equal losses vary by a rounding error.
  if (!(square > (1e-9 * estimate) ** 2)) return { cannotTell: 'the losses do not vary', ...counts };
  const skewness = sum(totals.map((total) => total ** 3)) / subjects / square ** 1.5;
  const error = (subjects * Math.sqrt(square / (subjects - 1))) / n;
  const quantile = studentTMultiplier(level, subjects - 1);
  return {
    estimate,
    lower: Math.max(0, estimate - error * withoutSkewness(quantile, skewness, subjects)),
    upper: Math.min(largest, estimate - error * withoutSkewness(-quantile, skewness, subjects)),
    level,
    method: `${name}, interval by Hall's transformation for skewness${clusters === undefined ? '' : ', by person'}`,
    ...counts,
    ...(clusters !== undefined && { clusters: subjects }),
  };
}

/** The value of Student's statistic whose transform t + a t² + a² t³ / 3 + a / 2 is this, a = skewness / (3 √n). */
function withoutSkewness(transformed: number, skewness: number, n: number): number {
  const a = skewness / (3 * Math.sqrt(n));
  return Math.abs(a) < 1e-9 ? transformed : (Math.cbrt(1 + 3 * a * (transformed - a / 2)) - 1) / a;
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
