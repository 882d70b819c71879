import { checkedLevel } from './estimate.ts';
import { checkEffects, type Effects, type Range, restrictedTauSquared } from './heterogeneity.ts';
import { FEWEST_POOLED, hartungKnappMean } from './random-effects.ts';
import { studentTMultiplier } from './student-t.ts';

/** The pooled result without one hospital, and how much that hospital moves it. */
export interface Influence extends Range {
  readonly estimate: number;
  readonly tauSquared: number;
  /** The hospital's distance from the mean of the others, in standard errors of that distance. */
  readonly studentizedResidual: number;
  /** Change of the mean with the hospital, in its standard errors without it. */
  readonly dffits: number;
  readonly cooksDistance: number;
  /** |DFFITS| above 3 / √(k − 1), or a Cook's distance beyond the median of chi-squared with 1 degree of freedom. */
  readonly influential: boolean;
}

/**
 * Leave-one-hospital-out: for each hospital the random-effects mean of the others, tau² estimated anew, with the
 * diagnostics and cut-offs of Viechtbauer and Cheung (doi 10.1002/jrsm.11). Fewer than four hospitals would leave fewer
 * than three to pool and are refused.
 */
export function pooledInfluence(effects: Effects, options: { readonly level?: number } = {}): Influence[] {
  const level = checkedLevel(options.level);
  const k = checkEffects(effects);
  if (k <= FEWEST_POOLED) throw new RangeError(`hospitals: found ${k}, allowed: at least ${FEWEST_POOLED + 1}`);
  const all = hartungKnappMean(effects, restrictedTauSquared(effects));
  const multiplier = studentTMultiplier(level, k - 2);
  return Array.from(effects.values, (value, place) => {
    const others = without(effects, place);
    const tauSquared = restrictedTauSquared(others);
    const { mean, standardError, scale } = hartungKnappMean(others, tauSquared);
    const own = effects.variances[place] + tauSquared;
    const dffits = (all.mean - mean) / Math.sqrt((scale * own * all.weights[place]) / all.total);
    const cooksDistance = ((all.mean - mean) / all.standardError) ** 2;
    return {
      estimate: mean,
      lower: mean - multiplier * standardError,
      upper: mean + multiplier * standardError,
      tauSquared,
      studentizedResidual: (value - mean) / Math.sqrt(scale * own + standardError * standardError),
      dffits,
      cooksDistance,
      influential: Math.abs(dffits) > 3 / Math.sqrt(k - 1) || cooksDistance > MEDIAN_CHI_SQUARED,
    };
  });
}

function without({ values, variances }: Effects, place: number): Effects {
  const others = (_: number, index: number) => index !== place;
  return { values: values.filter(others), variances: variances.filter(others) };
}

/** Median of chi-squared with 1 degree of freedom. */
const MEDIAN_CHI_SQUARED = 0.454936423119572;
