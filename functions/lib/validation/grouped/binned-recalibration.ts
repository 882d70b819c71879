import { type LogitBins, POWERS } from './logit-bins.ts';

/** What a logistic fit of the labels on logit(score) needs of the rows of one group. */
export interface BinnedRows {
  readonly bins: LogitBins;
  /** See `binMoments`; this group's begin at [(bin · places + place) · POWERS]. */
  readonly moments: Float64Array;
  readonly places: number;
  readonly place: number;
  readonly events: number;
  /** Sum over the events of logit(score). */
  readonly eventLogits: number;
}

export interface BinnedFit {
  /** Intercept a and slope b of logit P = a + b · logit(score). */
  readonly coefficients: Float64Array;
  /** Inverse information, row by row: of a alone where the slope is held at 1. */
  readonly covariance: readonly Float64Array[];
}

/** Steepest slope for which the series below reaches the last digits of a double. */
const STEEPEST = 4;

/** Of intercept and slope at a time. */
const LONGEST_STEP = 1;

/**
 * Maximum-likelihood recalibration from the moments of the logits in narrow bins, instead of the rows. Within a bin P is the
 * series of the logistic function about the bin's middle, which converges within π of it: with bins of 1/32 and eight powers
 * the part left out is below (b · 1/64 / π)⁷, 1e-16 for a slope near 1 and 1e-12 for a slope of 4. Nothing is returned where
 * the slope is steeper, the information nearly singular or the maximum not found: the rows themselves have to be asked then.
 */
export function binnedRecalibration(rows: BinnedRows, freeSlope: boolean): BinnedFit | undefined {
  const coefficients = Float64Array.of(0, 1);
  for (let iteration = 0; iteration < 60; iteration++) {
    const { score, information } = derivatives(rows, coefficients);
    const covariance = freeSlope ? inverse(information) : [Float64Array.of(1 / information[0])];
    if (covariance === undefined || !(covariance[0][0] < Infinity)) return undefined;
    const step = covariance.map((row) => row.reduce((sum, value, column) => sum + value * score[column], 0));
    const gain = step.reduce((sum, value, place) => sum + value * score[place], 0);
    // As in logisticRegression: good to 1e-11 standard errors.
    if (gain < 1e-22) return { coefficients, covariance };
    // Far from the maximum a full step can overshoot for good.
    const size = Math.min(1, LONGEST_STEP / Math.max(...step.map(Math.abs)));
    step.forEach((value, place) => {
      coefficients[place] += size * value;
    });
    if (!(Math.abs(coefficients[1]) <= STEEPEST)) return undefined;
  }
  return undefined;
}

/** First derivatives of the log-likelihood by a and b, and the information as [aa, ab, bb]. */
function derivatives({ bins, moments, places, place, events, eventLogits }: BinnedRows, coefficients: Float64Array) {
  const [a, b] = coefficients;
  const series = new Float64Array(POWERS + 1);
  const score = Float64Array.of(events, eventLogits);
  const information = new Float64Array(3);
  for (let bin = 0; bin < bins.middles.length; bin++) {
    const slot = (bin * places + place) * POWERS;
    if (moments[slot] === 0) continue;
    const middle = bins.middles[bin];
    logisticSeries(a + b * middle, series);
    let chance = series[0] * moments[slot];
    let chanceAway = series[0] * moments[slot + 1];
    let weight = series[1] * moments[slot];
    let weightAway = series[1] * moments[slot + 1];
    let weightSquare = series[1] * moments[slot + 2];
    let scale = b;
    for (let power = 1; power < POWERS; power++) {
      chance += series[power] * scale * moments[slot + power];
      weight += (power + 1) * series[power + 1] * scale * moments[slot + power];
      if (power + 1 < POWERS) {
        chanceAway += series[power] * scale * moments[slot + power + 1];
        weightAway += (power + 1) * series[power + 1] * scale * moments[slot + power + 1];
      }
      if (power + 2 < POWERS) weightSquare += (power + 1) * series[power + 1] * scale * moments[slot + power + 2];
      scale *= b;
    }
    score[0] -= chance;
    score[1] -= middle * chance + chanceAway;
    information[0] += weight;
    information[1] += middle * weight + weightAway;
    information[2] += middle * (middle * weight + 2 * weightAway) + weightSquare;
  }
  return { score, information };
}

/** Power series of the logistic function about a point: c₀ = p, c₁ = p (1 − p), then by p′ = p − p². */
function logisticSeries(at: number, into: Float64Array): void {
  const away = Math.exp(-Math.abs(at));
  const smaller = away / (1 + away);
  into[0] = at > 0 ? 1 - smaller : smaller;
  into[1] = smaller / (1 + away);
  const tilt = at > 0 ? 2 * smaller - 1 : 1 - 2 * smaller;
  for (let power = 1; power + 1 < into.length; power++) {
    let value = into[power] * tilt;
    for (let left = 1; left < power; left++) value -= into[left] * into[power - left];
    into[power + 1] = value / (power + 1);
  }
}

/** Inverse of a symmetric 2 × 2 matrix given as [aa, ab, bb]; nothing where it is nearly singular. */
function inverse([aa, ab, bb]: Float64Array): Float64Array[] | undefined {
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-6 * aa * bb)) return undefined;
  return [Float64Array.of(bb / determinant, -ab / determinant), Float64Array.of(-ab / determinant, aa / determinant)];
}
