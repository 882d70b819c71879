import { quantiles } from './quantiles.ts';

/**
 * Bootstrap interval of a distance from perfect calibration (ICI, ECE, reliability), which is never below 0 and which chance, in
 * the sample and again in each resample, only makes larger. From the basic bootstrap's lower limit, 2 · estimate − upper
 * quantile, to the percentile limit above; the lower limit is 0 where a test of perfect calibration does not reject at this
 * level. The percentile interval never contains 0 and covers a perfectly calibrated model in no sample at all, the basic one
 * alone covers 72 to 97 % (docs/statistics.md).
 */
export function distanceInterval(
  estimate: number,
  replicates: Float64Array,
  level: number,
  rejected: boolean,
): { lower: number; upper: number } {
  const [above] = quantiles(replicates.toSorted(), [(1 + level) / 2]);
  return {
    lower: rejected ? Math.min(estimate, Math.max(0, 2 * estimate - above)) : 0,
    upper: Math.max(estimate, above),
  };
}
