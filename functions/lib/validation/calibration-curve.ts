import { type CannotTell, checkedLevel } from './estimate.ts';
import { type LogisticRegression, logisticRegression } from './logistic-regression.ts';
import { expit } from './logit.ts';
import { normalMultiplier } from './normal.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';
import { quantiles } from './quantiles.ts';
import { type RecalibrationOptions, tooFewForCalibration } from './recalibration.ts';
import { restrictedCubicSpline } from './restricted-cubic-spline.ts';

export interface CalibrationCurve {
  readonly predicted: Float64Array;
  readonly observed: Float64Array;
  /** Pointwise band at `level`. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly level: number;
  /** Knots on the scale of logit(score). */
  readonly knots: readonly number[];
  readonly clipped: number;
  readonly method: string;
}

export interface CalibrationCurveOptions extends RecalibrationOptions {
  /** Evenly spaced points from the lowest to the highest score. @default 101 */
  readonly points?: number;
}

/**
 * Flexible calibration curve: logistic regression on a restricted cubic spline of logit(score) (Austin and Steyerberg,
 * doi 10.1002/sim.5941), four knots at the 5th, 35th, 65th and 95th percentile, three at the 10th, 50th and 90th where those
 * coincide (Harrell 2015, table 2.3). Pointwise Wald band on the logit scale, clusters by the sandwich.
 */
export function calibrationCurve(
  predictions: Predictions,
  options: CalibrationCurveOptions = {},
): CalibrationCurve | CannotTell {
  const level = checkedLevel(options.level);
  const curve = fitCalibrationCurve(predictions, options);
  if ('cannotTell' in curve) return curve;
  const { fit, knots, clipped } = curve;
  const predicted = grid(predictions.scores, options.points ?? 101);
  const at = curveColumns(probabilityLogits(predicted, options.clipTo).logits, knots);
  const method = `logistic regression on a restricted cubic spline of logit(score), ${knots.length} knots`;
  return { predicted, ...curveBand(fit, at, normalMultiplier(level)), level, knots, clipped, method };
}

export interface FittedCurve {
  readonly fit: LogisticRegression;
  /** On the scale of logit(score). */
  readonly knots: readonly number[];
  /** The design of each row, the column of ones first. */
  readonly columns: readonly Float64Array[];
  readonly events: number;
  readonly clipped: number;
}

/** The regression behind `calibrationCurve`. */
export function fitCalibrationCurve(
  predictions: Predictions,
  options: RecalibrationOptions = {},
): FittedCurve | CannotTell {
  const events = countEventsOfProbabilities(predictions);
  const { scores, labels, clusters } = predictions;
  const { logits, clipped } = probabilityLogits(scores, options.clipTo);
  const refusal = tooFewForCalibration(predictions, events, options.minimumPerClass);
  if (refusal) return refusal;
  const knots = chooseKnots(logits.toSorted());
  if (knots === undefined) {
    return { cannotTell: 'the scores take too few different values for a smooth curve', n: labels.length, events };
  }
  const columns = curveColumns(logits, knots);
  const fit = logisticRegression({ columns, labels, ...(clusters !== undefined && { clusters }) });
  if (fit === undefined) {
    return { cannotTell: 'the likelihood of the smooth curve has no finite maximum', n: labels.length, events };
  }
  return { fit, knots, columns, events, clipped };
}

/** The columns of the curve's regression at these logits. */
export function curveColumns(logits: Float64Array, knots: readonly number[]): Float64Array[] {
  return [new Float64Array(logits.length).fill(1), ...restrictedCubicSpline(logits, knots)];
}

/** Knots at fixed quantiles of sorted logits: four, or three where those coincide. */
export function chooseKnots(sorted: Float64Array): number[] | undefined {
  const choices = [
    [0.05, 0.35, 0.65, 0.95],
    [0.1, 0.5, 0.9],
  ];
  const distinct = sorted.reduce((count, value, index) => count + Number(index === 0 || value > sorted[index - 1]), 0);
  return choices
    .filter((shares) => distinct > shares.length)
    .map((shares) => quantiles(sorted, shares))
    .find((knots) => knots.every((knot, index) => index === 0 || knot - knots[index - 1] > 1e-9));
}

function grid(scores: Float64Array, points: number): Float64Array {
  if (!Number.isInteger(points) || points < 2) throw new RangeError(`curve points: found ${points}, allowed: from 2`);
  let low = 1;
  let high = 0;
  for (const score of scores) {
    low = Math.min(low, score);
    high = Math.max(high, score);
  }
  return Float64Array.from({ length: points }, (_, index) => low + ((high - low) * index) / (points - 1)).fill(
    high,
    points - 1,
  );
}

/** Curve and pointwise Wald band, as shares, at the rows of a design. */
export function curveBand(
  { coefficients, covariance }: Pick<LogisticRegression, 'coefficients' | 'covariance'>,
  columns: readonly Float64Array[],
  z: number,
) {
  const centre = new Float64Array(columns[0].length);
  const half = new Float64Array(centre.length);
  for (let point = 0; point < centre.length; point++) {
    let variance = 0;
    for (let row = 0; row < columns.length; row++) {
      centre[point] += coefficients[row] * columns[row][point];
      for (let column = 0; column < columns.length; column++) {
        variance += columns[row][point] * covariance[row][column] * columns[column][point];
      }
    }
    half[point] = z * Math.sqrt(variance);
  }
  return {
    observed: centre.map(expit),
    lower: centre.map((value, point) => expit(value - half[point])),
    upper: centre.map((value, point) => expit(value + half[point])),
  };
}
