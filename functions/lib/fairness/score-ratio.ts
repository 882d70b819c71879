import { normalMultiplier } from '#lib/validation/normal.ts';
import { bisect } from './bisect.ts';
import type { Counts } from './effective-counts.ts';

/**
 * The score statistic for a ratio of two independent shares, first by second, under the hypothesis that it is `ratio`
 * (Koopman, doi 10.2307/2530731, with Miettinen and Nurminen's factor N / (N − 1), doi 10.1002/sim.4780040211). At a ratio of
 * 1 it is the test of no difference.
 */
export function ratioScore(first: Counts, second: Counts, ratio: number): number {
  const total = first.n + second.n;
  const two = secondShareUnder(first, second, ratio);
  const one = Math.min(1, ratio * two);
  const variance = ((one * (1 - one)) / first.n + (ratio * ratio * two * (1 - two)) / second.n) * (total / (total - 1));
  const distance = first.successes / first.n - (ratio * second.successes) / second.n;
  if (variance > 0) return distance / Math.sqrt(variance);
  return Math.abs(distance) < 1e-12 ? 0 : Math.sign(distance) * Number.MAX_VALUE;
}

/** Every ratio whose score statistic is within the normal quantile; undefined where the second share is 0 and nothing bounds it. */
export function ratioInterval(
  first: Counts,
  second: Counts,
  level: number,
): { readonly lower: number; readonly upper: number } | undefined {
  if (second.successes === 0) return undefined;
  const z = normalMultiplier(level);
  const seen = first.successes / first.n / (second.successes / second.n);
  // On the scale of r / (1 + r), which takes 0 to infinity into 0 to 1.
  const beyond = (place: number) => Math.abs(ratioScore(first, second, place / (1 - place))) - z;
  const middle = seen / (1 + seen);
  const ratioAt = (place: number) => place / (1 - place);
  return {
    lower: seen === 0 ? 0 : ratioAt(bisect(beyond, Number.MIN_VALUE, middle)),
    upper: ratioAt(bisect(beyond, middle, 1 - 1e-15)),
  };
}

/** Maximum likelihood of the second share where the first is `ratio` times it. */
function secondShareUnder(first: Counts, second: Counts, ratio: number): number {
  const total = first.n + second.n;
  const successes = first.successes + second.successes;
  const linear = first.n * ratio + first.successes + second.n + second.successes * ratio;
  const discriminant = Math.max(0, linear * linear - 4 * total * ratio * successes);
  // The smaller root, written without cancellation.
  const root = (2 * successes) / (linear + Math.sqrt(discriminant));
  return Math.min(1, Math.max(0, root));
}
