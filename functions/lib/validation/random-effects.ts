import { checkedLevel } from './estimate.ts';
import {
  checkEffects,
  type Effects,
  generalisedQ,
  type Heterogeneity,
  heterogeneity,
  type Range,
  weightedMean,
} from './heterogeneity.ts';
import { studentTMultiplier } from './student-t.ts';

/** Fewest hospitals that are pooled. */
export const FEWEST_POOLED = 3;
/** Fewest hospitals from which a next one is predicted. */
export const FEWEST_PREDICTED = 5;

/** The range in which the true figure of a further hospital of the same kind is expected. */
export interface Prediction extends Range {
  readonly degreesOfFreedom: number;
}

/** Mean of the figures of hospitals that are taken to differ in truth, on the scale of the figures. */
export interface RandomEffects extends Range {
  readonly estimate: number;
  readonly standardError: number;
  readonly level: number;
  readonly degreesOfFreedom: number;
  /** Hospitals. */
  readonly k: number;
  /** Share of each hospital in the mean, in the order given; they add up to 1. */
  readonly weights: readonly number[];
  readonly heterogeneity: Heterogeneity;
  /** Null below five hospitals. */
  readonly prediction: Prediction | null;
}

/**
 * Random-effects mean with REML's tau² and Hartung and Knapp's interval (doi 10.1002/sim.1009): t with k − 1 degrees of
 * freedom, the variance scaled by how far the hospitals scatter, but never below 1, so that it is not narrower than the
 * ordinary one would be with that t (metafor's `test="adhoc"`; Knapp and Hartung, doi 10.1002/sim.1482).
 *
 * Prediction interval: estimate ± t · √(tau² + standard error²), t with k − 2 degrees of freedom (Higgins, Thompson and
 * Spiegelhalter, doi 10.1111/j.1467-985X.2008.00552.x; with this standard error Partlett and Riley, doi 10.1002/sim.7140).
 * It takes the true figures of hospitals to be normal on this scale, which few hospitals cannot show.
 */
export function randomEffects(effects: Effects, options: { readonly level?: number } = {}): RandomEffects {
  const level = checkedLevel(options.level);
  const k = checkEffects(effects);
  if (k < FEWEST_POOLED) throw new RangeError(`hospitals: found ${k}, allowed: at least ${FEWEST_POOLED} to be pooled`);
  const between = heterogeneity(effects, level);
  const tauSquared = between.tauSquared.estimate;
  const { mean, standardError } = hartungKnappMean(effects, tauSquared);
  const { weights, total } = weightedMean(effects, tauSquared);
  const half = studentTMultiplier(level, k - 1) * standardError;
  return {
    estimate: mean,
    standardError,
    lower: mean - half,
    upper: mean + half,
    level,
    degreesOfFreedom: k - 1,
    k,
    weights: Array.from(weights, (weight) => weight / total),
    heterogeneity: between,
    prediction: k < FEWEST_PREDICTED ? null : predictionOf(mean, standardError, tauSquared, k, level),
  };
}

/** The weighted mean and its standard error, scaled by Hartung and Knapp's factor where that is above 1. */
export function hartungKnappMean(effects: Effects, tauSquared: number) {
  const { mean, weights, total } = weightedMean(effects, tauSquared);
  const scale = Math.max(1, generalisedQ(effects, tauSquared) / (weights.length - 1));
  return { mean, scale, standardError: Math.sqrt(scale / total), weights, total };
}

/** Range of the true figure of a further hospital: t with k − 2 degrees of freedom. */
export function predictionOf(
  mean: number,
  standardError: number,
  tauSquared: number,
  k: number,
  level: number,
): Prediction {
  const half = studentTMultiplier(level, k - 2) * Math.sqrt(tauSquared + standardError * standardError);
  return { lower: mean - half, upper: mean + half, degreesOfFreedom: k - 2 };
}
