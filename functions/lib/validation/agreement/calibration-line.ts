import { clusterTotals } from '../cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { studentTMultiplier } from '../student-t.ts';
import { sum } from '../sum.ts';
import { differencesOf, FEWEST_ROWS, type PairedMeasurements } from './measurements.ts';

/** reference = intercept + slope · answer. */
export interface CalibrationLine {
  readonly slope: Estimate;
  readonly intercept: Estimate;
}

/**
 * Calibration of a continuous answer: least-squares line of the reference (`second`) on the answer (`first`); slope 1 and intercept 0
 * where answers mean what they say (Steyerberg et al. 2010, doi 10.1097/EDE.0b013e3181c30fb2). Variance that needs no equal spread: HC3
 * (MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7), by person CR1 (Liang and Zeger 1986, doi 10.1093/biomet/73.1.13).
 */
export function calibrationLine(
  measurements: PairedMeasurements,
  options: { readonly level?: number } = {},
): CalibrationLine | CannotTell {
  const level = checkedLevel(options.level);
  differencesOf(measurements);
  const { first: x, second: y, clusters } = measurements;
  const n = x.length;
  const centre = sum(x) / n;
  const spread = sum(x.map((value) => (value - centre) ** 2));
  if (n < FEWEST_ROWS) return { cannotTell: `${n} pairs are fewer than ${FEWEST_ROWS}`, n, events: n };
  if (!(spread > 0)) return { cannotTell: 'all answers are the same', n, events: n };
  const slope = sum(x.map((value, row) => (value - centre) * y[row])) / spread;
  const middle = sum(y) / n;
  const intercept = middle - slope * centre;
  const residuals = y.map((value, row) => value - middle - slope * (x[row] - centre));
  // What each row adds to slope and intercept, by its residual.
  const ofSlope = x.map((value) => (value - centre) / spread);
  const ofIntercept = ofSlope.map((weight) => 1 / n - centre * weight);
  const leverage = x.map((value) => 1 / n + (value - centre) ** 2 / spread);
  const scaled = clusters === undefined ? residuals.map((value, row) => value / (1 - leverage[row])) : residuals;
  const parts = [ofSlope, ofIntercept].map((weights) => weights.map((weight, row) => weight * scaled[row]));
  const totals = clusters === undefined ? parts : clusterTotals(clusters, parts);
  const people = totals[0].length;
  if (people < FEWEST_ROWS) return { cannotTell: `${people} people are fewer than ${FEWEST_ROWS}`, n, events: n };
  const correction = clusters === undefined ? 1 : (people / (people - 1)) * ((n - 1) / (n - 2));
  const multiplier = studentTMultiplier(level, clusters === undefined ? n - 2 : people - 1);
  const method = `least-squares line, ${clusters === undefined ? 'HC3 variance' : 'variance by person'}, Student's t interval`;
  const figure = (estimate: number, part: Float64Array): Estimate => {
    const half = multiplier * Math.sqrt(correction * sum(part.map((value) => value * value)));
    const limits = { lower: estimate - half, upper: estimate + half };
    return {
      ...{ estimate, ...limits, level, method, n, events: n },
      ...(clusters !== undefined && { clusters: people }),
    };
  };
  return { slope: figure(slope, totals[0]), intercept: figure(intercept, totals[1]) };
}
