import { normalMultiplier } from './normal.ts';

/**
 * Wilson's score interval for a proportion (doi 10.1080/01621459.1927.10502953), without continuity correction.
 * Takes fractional counts too, for effective sample sizes.
 */
export function wilson(successes: number, n: number, level: number): { lower: number; upper: number } {
  return scoreInterval(successes / n, n, normalMultiplier(level));
}

/** The values θ with |share − θ| at most `multiplier` · √(θ (1 − θ) / n): Wilson's interval for any quantile. */
export function scoreInterval(share: number, n: number, multiplier: number): { lower: number; upper: number } {
  const square = multiplier * multiplier;
  const scale = 1 + square / n;
  const centre = (share + square / (2 * n)) / scale;
  const half = (multiplier / scale) * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n));
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}
