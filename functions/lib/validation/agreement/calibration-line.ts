import { counted, fewerThan } from '../counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { jackknifeByPerson } from '../jackknife-by-person.ts';
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
 * (MacKinnon and White 1985, doi 10.1016/0304-4076(85)90158-7); where people have several pairs the jackknife over people.
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
  if (n < FEWEST_ROWS) return { cannotTell: `${counted(n, undefined)} ${fewerThan(n, FEWEST_ROWS)}`, n, events: n };
  if (!(spread > 0)) return { cannotTell: 'all answers are the same', n, events: n };
  const slope = sum(x.map((value, row) => (value - centre) * y[row])) / spread;
  const middle = sum(y) / n;
  const intercept = middle - slope * centre;
  const largest = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (x.every((value, row) => Math.abs(y[row] - intercept - slope * value) <= 1e-9 * largest))
    return { cannotTell: 'all references lie on one line, so that there is no variance', n, events: n };
  const { variances, people } =
    clusters === undefined
      ? { variances: hc3(measurements, { centre, spread, slope, middle }), people: n }
      : jackknifeByPerson(momentsOf(measurements, centre, middle), clusters, [
          slopeOf,
          (sums) => interceptOf(sums, centre, middle),
        ]);
  if (people < FEWEST_ROWS)
    return { cannotTell: `${counted(people, clusters)} ${fewerThan(people, FEWEST_ROWS)}`, n, events: n };
  const multiplier = studentTMultiplier(level, clusters === undefined ? n - 2 : people - 1);
  const method = `least-squares line, ${clusters === undefined ? 'HC3 variance' : 'jackknife by person'}, Student's t interval`;
  const figure = (estimate: number, variance: number): Estimate => {
    const half = multiplier * Math.sqrt(variance);
    const limits = { lower: estimate - half, upper: estimate + half };
    return {
      ...{ estimate, ...limits, level, method, n, events: n },
      ...(clusters !== undefined && { clusters: people }),
    };
  };
  return { slope: figure(slope, variances[0]), intercept: figure(intercept, variances[1]) };
}

interface Line {
  readonly centre: number;
  readonly spread: number;
  readonly slope: number;
  readonly middle: number;
}

/** Variances of slope and intercept from residuals over one less their leverage. */
function hc3({ first: x, second: y }: PairedMeasurements, { centre, spread, slope, middle }: Line): [number, number] {
  let [ofSlope, ofIntercept] = [0, 0];
  for (let row = 0; row < x.length; row++) {
    const away = x[row] - centre;
    const residual = (y[row] - middle - slope * away) / (1 - (1 / x.length + away ** 2 / spread));
    const weight = away / spread;
    ofSlope += (weight * residual) ** 2;
    ofIntercept += ((1 / x.length - centre * weight) * residual) ** 2;
  }
  return [ofSlope, ofIntercept];
}

/** 1, both measurements less a constant, the square of the first and the product: their sums give the line. */
function momentsOf({ first, second }: PairedMeasurements, centre: number, middle: number): Float64Array[] {
  const [x, y] = [first.map((value) => value - centre), second.map((value) => value - middle)];
  const ones = new Float64Array(x.length).fill(1);
  return [ones, x, y, x.map((value) => value * value), x.map((value, row) => value * y[row])];
}

const slopeOf = ([n, x, y, xx, xy]: Float64Array): number => (xy - (x * y) / n) / (xx - (x * x) / n);

const interceptOf = (sums: Float64Array, centre: number, middle: number): number =>
  middle + sums[2] / sums[0] - slopeOf(sums) * (centre + sums[1] / sums[0]);
