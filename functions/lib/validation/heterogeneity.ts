import { chiSquaredUpperQuantile, chiSquaredUpperTail, decreasingRoot } from './chi-squared.ts';
import { sum } from './sum.ts';

/** Figures of several hospitals on one scale, each with the variance of its sampling error. */
export interface Effects {
  readonly values: Float64Array;
  readonly variances: Float64Array;
}

export interface Range {
  readonly lower: number;
  readonly upper: number;
}

export interface Heterogeneity {
  /** Cochran's Q (doi 10.2307/3001666) with its degrees of freedom and p-value. */
  readonly q: { readonly value: number; readonly degreesOfFreedom: number; readonly p: number };
  /** Variance of the true figures between hospitals, by REML; the interval by the Q-profile. */
  readonly tauSquared: Range & { readonly estimate: number };
  /** Share of the variability that is more than sampling error, 0 to 1; interval from that of tau². */
  readonly iSquared: Range & { readonly estimate: number };
}

/** Q, tau² and I² (Higgins and Thompson, doi 10.1002/sim.1186) of at least two figures. */
export function heterogeneity(effects: Effects, level: number): Heterogeneity {
  const degreesOfFreedom = checkEffects(effects) - 1;
  const q = generalisedQ(effects, 0);
  const tauSquared = { estimate: restrictedTauSquared(effects), ...profileInterval(effects, level) };
  const typical = typicalVariance(effects);
  const share = (tau: number) => tau / (tau + typical);
  return {
    q: { value: q, degreesOfFreedom, p: chiSquaredUpperTail(q, degreesOfFreedom) },
    tauSquared,
    iSquared: {
      estimate: share(tauSquared.estimate),
      lower: share(tauSquared.lower),
      upper: share(tauSquared.upper),
    },
  };
}

/** Number of figures, all finite and with variances above 0; fewer than two are refused. */
export function checkEffects({ values, variances }: Effects): number {
  if (values.length !== variances.length) {
    throw new RangeError(`variances: found ${variances.length} for ${values.length} figures, allowed: one for each`);
  }
  if (values.length < 2) throw new RangeError(`figures: found ${values.length}, allowed: at least two`);
  for (let place = 0; place < values.length; place++) {
    if (!(Number.isFinite(values[place]) && variances[place] > 0 && Number.isFinite(variances[place]))) {
      throw new RangeError(
        `figure at index ${place}: found ${values[place]} with variance ${variances[place]}, allowed: finite, with a finite variance above 0`,
      );
    }
  }
  return values.length;
}

/** Weighted mean with weights 1 / (variance + tau²). */
export function weightedMean({ values, variances }: Effects, tauSquared: number) {
  const weights = variances.map((variance) => 1 / (variance + tauSquared));
  const total = sum(weights);
  return { mean: sum(values.map((value, place) => value * weights[place])) / total, weights, total };
}

/** Σ w (y − ȳ)² with w = 1 / (variance + tau²): Cochran's Q where tau² is 0; it falls as tau² grows. */
export function generalisedQ(effects: Effects, tauSquared: number): number {
  const { mean, weights } = weightedMean(effects, tauSquared);
  return sum(effects.values.map((value, place) => weights[place] * (value - mean) ** 2));
}

/**
 * tau² at the maximum of the restricted likelihood (Viechtbauer, doi 10.3102/10769986030003261), never below 0. All
 * places where its derivative falls through 0 are found on a fine grid and by bisection, and the highest is taken:
 * there is nothing that may fail to converge, and a lower second maximum is not mistaken for the answer.
 */
export function restrictedTauSquared(effects: Effects): number {
  const derivative = (tau: number) => restrictedScore(effects, tau);
  const { values, variances } = effects;
  const centre = sum(values) / values.length;
  const spread = sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1);
  let highest = spread + Math.max(...variances);
  while (derivative(highest) > 0) highest *= 2;
  const grid = [0, ...Array.from({ length: GRID }, (_, place) => highest * 10 ** ((10 * (place + 1 - GRID)) / GRID))];
  const peaks = grid.flatMap((from, place) => {
    const to = grid[place + 1];
    return to !== undefined && derivative(from) > 0 && derivative(to) <= 0
      ? [decreasingRoot(derivative, from, to)]
      : [];
  });
  const candidates = derivative(0) > 0 ? peaks : [0, ...peaks];
  return candidates.reduce((best, tau) =>
    restrictedLikelihood(effects, tau) > restrictedLikelihood(effects, best) ? tau : best,
  );
}

const GRID = 200;

/** Twice the derivative of the restricted log-likelihood by tau². */
function restrictedScore(effects: Effects, tauSquared: number): number {
  const { mean, weights, total } = weightedMean(effects, tauSquared);
  const squares = sum(weights.map((weight) => weight * weight));
  const residual = sum(weights.map((weight, place) => (weight * (effects.values[place] - mean)) ** 2));
  return residual - total + squares / total;
}

function restrictedLikelihood(effects: Effects, tauSquared: number): number {
  const { weights, total } = weightedMean(effects, tauSquared);
  return 0.5 * (sum(weights.map(Math.log)) - Math.log(total) - generalisedQ(effects, tauSquared));
}

/** Interval of tau² by the Q-profile (Viechtbauer, doi 10.1002/sim.2514); both ends are 0 where even tau² = 0 spreads too much. */
function profileInterval(effects: Effects, level: number): Range {
  const degreesOfFreedom = effects.values.length - 1;
  const tauAt = (quantile: number): number => {
    const excess = (tau: number) => generalisedQ(effects, tau) - quantile;
    if (excess(0) <= 0) return 0;
    let high = Math.max(...effects.variances);
    while (excess(high) > 0) high *= 2;
    return decreasingRoot(excess, 0, high);
  };
  return {
    lower: tauAt(chiSquaredUpperQuantile((1 - level) / 2, degreesOfFreedom)),
    upper: tauAt(chiSquaredUpperQuantile((1 + level) / 2, degreesOfFreedom)),
  };
}

/** The sampling variance of a typical hospital, as I² takes it. */
function typicalVariance(effects: Effects): number {
  const { weights, total } = weightedMean(effects, 0);
  const squares = sum(weights.map((weight) => weight * weight));
  return ((weights.length - 1) * total) / (total * total - squares);
}
