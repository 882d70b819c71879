import { betaQuantileLogit } from './beta.ts';
import { normalMultiplier } from './normal.ts';

/**
 * The multiplier of a two-sided t interval: the (1 + level)/2 quantile of Student's t, 2.776 for a level of 0.95 and 4
 * degrees of freedom (any positive number; infinite: the normal's). From the beta quantile, as ν / (ν + T²) follows Beta(ν/2, 1/2).
 */
export function studentTMultiplier(level: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(`degrees of freedom: found ${degreesOfFreedom}, allowed: above 0`);
  }
  // Beyond this the t and the normal quantile agree in every digit of a double.
  if (degreesOfFreedom > 1e17) return normalMultiplier(level);
  // ln of ν / T²; on this scale no digit is lost where x is near 0 or 1.
  const logit =
    level >= 0.5
      ? betaQuantileLogit(1 - level, degreesOfFreedom / 2, 0.5)
      : -betaQuantileLogit(level, 0.5, degreesOfFreedom / 2);
  return Math.sqrt(degreesOfFreedom * Math.exp(-logit));
}
