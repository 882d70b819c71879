import { normalCdf, normalQuantile } from './normal.ts';
import { quantiles } from './quantiles.ts';

/** Fewest replicates that can say where 2.5 % of them end. */
const FEWEST_REPLICATES = 200;

/**
 * Bias-corrected and accelerated bootstrap interval (Efron 1987, doi 10.1080/01621459.1987.10478410). The bias is the normal
 * quantile of the share of replicates below the estimate, equal ones half (counts make many of them equal). Replicates that are not a
 * number (a class was not drawn) are left out. Undefined where the replicates do not spread or lie all on one side of the estimate.
 */
export function bcaInterval(
  replicates: Float64Array,
  estimate: number,
  acceleration: number,
  level: number,
): { lower: number; upper: number } | undefined {
  const sorted = replicates.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length < FEWEST_REPLICATES || sorted[0] === sorted[sorted.length - 1]) return undefined;
  let halves = 0;
  // A sum in another order differs in the last digits; such a replicate is equal.
  const margin = 1e-12 * Math.max(1, Math.abs(estimate));
  for (const value of sorted) halves += value < estimate - margin ? 2 : Number(value <= estimate + margin);
  const share = halves / (2 * sorted.length);
  if (share === 0 || share === 1) return undefined;
  const bias = normalQuantile(share);
  const place = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  const tail = normalQuantile((1 - level) / 2);
  const [lower, upper] = quantiles(sorted, [place(tail), place(-tail)]);
  return { lower, upper };
}

/**
 * Acceleration from the jackknife (Efron 1987, eq. 6.6): Σ (mean − value)³ / 6 (Σ (mean − value)²)^1.5, where `values` are the
 * statistic without one subject, each standing for `multiplicities` subjects that are alike. 0 where they do not vary.
 */
export function jackknifeAcceleration(values: ArrayLike<number>, multiplicities?: ArrayLike<number>): number {
  let weight = 0;
  let total = 0;
  const times = (place: number): number => (Number.isNaN(values[place]) ? 0 : (multiplicities?.[place] ?? 1));
  for (let place = 0; place < values.length; place++) {
    if (times(place) === 0) continue;
    weight += times(place);
    total += times(place) * values[place];
  }
  let squares = 0;
  let cubes = 0;
  for (let place = 0; place < values.length; place++) {
    if (times(place) === 0) continue;
    const distance = total / weight - values[place];
    squares += times(place) * distance ** 2;
    cubes += times(place) * distance ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
