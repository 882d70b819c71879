import { incompleteBeta } from './beta.ts';
import { type CalibrationCurveOptions, calibrationCurve } from './calibration-curve.ts';
import { countClusters } from './cluster-totals.ts';
import { clusteredProportion } from './clustered-proportion.ts';
import { counted } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate, isCannotTell } from './estimate.ts';
import { countEvents, countEventsOfProbabilities, type Predictions } from './predictions.ts';

/** Fewest people with the outcome whose scores can place a quantile. */
const FEWEST_EVENTS = 20;

/**
 * The highest threshold that finds at least `sensitivity` of the rows with the outcome. Interval by order statistics: the scores of
 * those ranks between which the true quantile lies with probability `level`, whatever its distribution (David and Nagaraja 2003,
 * section 7.1); scores are probabilities, so where no rank is low or high enough the limit is 0 or 1. With clusters the ranks are those of the
 * effective number of rows (Woodruff, doi 10.1080/01621459.1952.10483443).
 */
export function thresholdForSensitivity(
  predictions: Predictions,
  sensitivity: number,
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  if (!(sensitivity > 0 && sensitivity < 1)) {
    throw new RangeError(`sensitivity: found ${sensitivity}, allowed: between 0 and 1`);
  }
  const events = countEventsOfProbabilities(predictions);
  const { scores, labels, clusters } = predictions;
  const n = scores.length;
  const rows = Uint32Array.from({ length: events }, () => 0);
  let place = 0;
  for (let row = 0; row < n; row++) if (labels[row] === 1) rows[place++] = row;
  const owners = clusters && Int32Array.from(rows, (row) => clusters[row]);
  const people = owners === undefined ? events : countClusters(owners);
  if (people < FEWEST_EVENTS) {
    return {
      cannotTell: `${counted(people, owners)} with the outcome: at least ${FEWEST_EVENTS} are needed`,
      n,
      events,
    };
  }
  const sorted = Float64Array.from(rows, (row) => scores[row]).sort();
  const estimate = sorted[events - Math.ceil(sensitivity * events - 1e-9)];
  const effective = effectiveRows(
    Uint8Array.from(rows, (row) => Number(scores[row] < estimate)),
    owners,
    level,
  );
  const [low, high] = ranks(events, effective, 1 - sensitivity, level);
  const own = owners === undefined ? {} : { clusters: people };
  return {
    estimate,
    lower: low === 0 ? 0 : sorted[low - 1],
    upper: high > events ? 1 : sorted[high - 1],
    level,
    method: `threshold for a sensitivity of ${sensitivity}, order statistics${owners === undefined ? '' : ' of the effective number of studies'}`,
    n,
    events,
    ...own,
  };
}

/** Independent rows that would place the share as surely: n over the design effect, which Wilson's interval of the share shows. */
function effectiveRows(below: Uint8Array, owners: Int32Array | undefined, level: number): number {
  if (owners === undefined) return below.length;
  const share = clusteredProportion(below, owners, { level });
  const plain = clusteredProportion(below, undefined, { level });
  if (isCannotTell(share) || isCannotTell(plain)) return countClusters(owners);
  return below.length * Math.min(1, ((plain.upper - plain.lower) / (share.upper - share.lower)) ** 2);
}

/** Ranks (1 … rows; 0 and rows + 1 for none) with P(at least `low` below) and P(fewer than `high` below) both 1 − α/2 or more. */
function ranks(rows: number, effective: number, share: number, level: number): [low: number, high: number] {
  const tail = (1 - level) / 2;
  // P(fewer than k of the scores lie below the quantile), k scaled to the effective number of rows.
  const fewerThan = (k: number): number => {
    const scaled = (k * effective) / rows;
    return k <= 0 ? 0 : k > rows ? 1 : incompleteBeta(1 - share, effective - scaled + 1, scaled);
  };
  let low = 0;
  let above = rows + 1;
  while (above - low > 1) {
    const middle = (low + above) >> 1;
    if (fewerThan(middle) <= tail) low = middle;
    else above = middle;
  }
  let below = 0;
  let high = rows + 1;
  while (high - below > 1) {
    const middle = (below + high) >> 1;
    if (fewerThan(middle) >= 1 - tail) high = middle;
    else below = middle;
  }
  return [low, high];
}

/**
 * The score from which treating has the highest net benefit when a true positive is worth (1 − t)/t false positives: where the
 * smooth calibration curve crosses t, which is t itself for a calibrated model. Interval: the scores at which the curve's band
 * contains t (a test at each score, turned round). The score that maximises net benefit in the sample is not used: its error falls
 * with the cube root of n only, and no bootstrap shows it (Abrevaya and Huang, doi 10.1111/j.1468-0262.2005.00625.x).
 */
export function thresholdOfHighestNetBenefit(
  predictions: Predictions,
  probability: number,
  options: CalibrationCurveOptions = {},
): Estimate | CannotTell {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`threshold probability: found ${probability}, allowed: between 0 and 1`);
  }
  const curve = calibrationCurve(predictions, { points: 2001, ...options });
  if (isCannotTell(curve)) return curve;
  const { predicted, observed, lower, upper, level } = curve;
  const n = predicted.length;
  const counts = { n: predictions.labels.length, events: countEvents(predictions) };
  const crossings = crossingsOf(observed, probability);
  if (crossings.length === 0) {
    const side = observed[0] > probability ? 'above' : 'below';
    return { cannotTell: `the observed share lies ${side} ${probability} at every score that was seen`, ...counts };
  }
  if (crossings.length > 1) {
    return { cannotTell: `the calibration curve crosses ${probability} more than once`, ...counts };
  }
  const at = (place: number) => predicted[place];
  const step = crossings[0];
  const share = (probability - observed[step]) / (observed[step + 1] - observed[step]);
  const within = Array.from({ length: n }, (_, place) => place).filter(
    (place) => lower[place] <= probability && probability <= upper[place],
  );
  const [first = step, last = step + 1] = [within[0], within[within.length - 1]];
  const people = predictions.clusters === undefined ? {} : { clusters: countClusters(predictions.clusters) };
  return {
    estimate: at(step) + share * (at(step + 1) - at(step)),
    // The band still holds t at the end of the scores: the limit lies beyond them.
    lower: Math.min(first, step) === 0 ? 0 : at(Math.min(first, step)),
    upper: Math.max(last, step + 1) === n - 1 ? 1 : at(Math.max(last, step + 1)),
    level,
    method:
      'threshold of highest net benefit, where the smooth calibration curve and its band cross the threshold probability',
    ...counts,
    ...people,
  };
}

/** Places after which the curve passes the value. */
function crossingsOf(values: Float64Array, wanted: number): number[] {
  const places: number[] = [];
  for (let place = 0; place + 1 < values.length; place++) {
    if (values[place] < wanted !== values[place + 1] < wanted) places.push(place);
  }
  return places;
}
