import { incompleteBeta } from './beta.ts';
import { checkEffects, type Effects } from './heterogeneity.ts';
import { sum } from './sum.ts';

/** Fewest hospitals for which asymmetry is tested (Sterne et al., doi 10.1136/bmj.d4002). */
export const FEWEST_FUNNEL = 10;

export interface FunnelAsymmetry {
  /** Change of the figure per 1/n. */
  readonly slope: number;
  readonly standardError: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  /** The figure that the line gives for a hospital of endless size. */
  readonly limit: number;
}

/**
 * Peters's test (doi 10.1001/jama.295.6.676): regression of the figures on 1 / n with inverse-variance weights and a free
 * residual scale, t with k − 2 degrees of freedom. Egger's test (on the standard error) is not used: the standard errors
 * of logits and log ratios depend on the figures themselves, which alone makes a funnel look lopsided.
 */
export function funnelAsymmetry(effects: Effects, sizes: ArrayLike<number>): FunnelAsymmetry {
  const k = checkEffects(effects);
  if (k < FEWEST_FUNNEL) throw new RangeError(`hospitals: found ${k}, allowed: at least ${FEWEST_FUNNEL}`);
  const x = Float64Array.from(sizes, (size) => 1 / size);
  const weights = effects.variances.map((variance) => 1 / variance);
  const total = sum(weights);
  const mean = (values: Float64Array) => sum(values.map((value, place) => value * weights[place])) / total;
  const [xMean, yMean] = [mean(x), mean(effects.values)];
  const spread = sum(x.map((value, place) => weights[place] * (value - xMean) ** 2));
  if (!(spread > 0)) throw new RangeError('sizes: found all equal, allowed: hospitals of different size');
  const slope =
    sum(x.map((value, place) => weights[place] * (value - xMean) * (effects.values[place] - yMean))) / spread;
  const limit = yMean - slope * xMean;
  const residual = sum(effects.values.map((value, place) => weights[place] * (value - limit - slope * x[place]) ** 2));
  const degreesOfFreedom = k - 2;
  const standardError = Math.sqrt(residual / degreesOfFreedom / spread);
  const t = slope === 0 ? 0 : slope / standardError;
  const p = incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
  return { slope, standardError, t, degreesOfFreedom, p, limit };
}
