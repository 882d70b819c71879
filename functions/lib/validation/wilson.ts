import { normalMultiplier } from './normal.ts';

/**
 * Wilson's score interval for a proportion (doi 10.1080/01621459.1927.10502953), without continuity correction.
 * Takes fractional counts too, for effective sample sizes.
 */
export function wilson(successes: number, n: number, level: number): { lower: number; upper: number } {
  const z = normalMultiplier(level);
  const share = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}
