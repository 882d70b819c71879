import { normalCdf, normalMultiplier } from '#lib/validation/normal.ts';
import { bisect } from './bisect.ts';
import type { Counts } from './effective-counts.ts';

/**
 * The score statistic for a difference of two independent shares, first minus second, under the hypothesis that it is
 * `difference` (Miettinen and Nurminen, doi 10.1002/sim.4780040211): both shares are estimated under that hypothesis, the
 * variance has their factor N / (N − 1). Its square at 0 is the "N − 1" chi-squared test. 0 where nothing speaks for either.
 */
export function differenceScore(first: Counts, second: Counts, difference: number): number {
  const distance = first.successes / first.n - second.successes / second.n - difference;
  const [one, two] = sharesUnder(first, second, difference);
  const total = first.n + second.n;
  const variance = ((one * (1 - one)) / first.n + (two * (1 - two)) / second.n) * (total / (total - 1));
  if (variance > 0) return distance / Math.sqrt(variance);
  return Math.abs(distance) < 1e-12 ? 0 : Math.sign(distance) * Number.MAX_VALUE;
}

/** Miettinen and Nurminen's interval: every difference whose score statistic is within the normal quantile. */
export function differenceInterval(
  first: Counts,
  second: Counts,
  level: number,
): { readonly lower: number; readonly upper: number } {
  const z = normalMultiplier(level);
  const seen = first.successes / first.n - second.successes / second.n;
  const beyond = (difference: number) => Math.abs(differenceScore(first, second, difference)) - z;
  return {
    lower: beyond(-1) <= 0 ? -1 : bisect(beyond, -1, seen),
    upper: beyond(1) <= 0 ? 1 : bisect(beyond, seen, 1),
  };
}

/** Two-sided p of the hypothesis that the shares differ by exactly `difference`. */
export function differencePValue(first: Counts, second: Counts, difference = 0): number {
  return 2 * normalCdf(-Math.abs(differenceScore(first, second, difference)));
}

/** Maximum likelihood of both shares where they differ by `difference`: the middle root of a cubic, in closed form. */
function sharesUnder(first: Counts, second: Counts, difference: number): [number, number] {
  const total = first.n + second.n;
  const successes = first.successes + second.successes;
  const quadratic = ((first.n + 2 * second.n) * difference - total - successes) / total;
  const linear = ((second.n * difference - total - 2 * second.successes) * difference + successes) / total;
  const constant = (second.successes * difference * (1 - difference)) / total;
  const third = quadratic / 3;
  const half = third ** 3 - (linear * third) / 2 + constant / 2;
  const root = Math.sign(half || 1) * Math.sqrt(Math.max(0, third * third - linear / 3));
  const cosine = root === 0 ? 0 : Math.min(1, Math.max(-1, half / root ** 3));
  const two = inside(2 * root * Math.cos((Math.PI + Math.acos(cosine)) / 3) - third);
  return [inside(two + difference), two];
}

const inside = (share: number): number => Math.min(1, Math.max(0, share));
