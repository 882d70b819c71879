import { incompleteBetaInverse } from './beta.ts';

/** Exact interval for a proportion by Clopper and Pearson (doi 10.1093/biomet/26.4.404), two-sided at every count. */
export function clopperPearson(successes: number, n: number, level: number): { lower: number; upper: number } {
  const tail = (1 - level) / 2;
  return {
    lower: successes === 0 ? 0 : incompleteBetaInverse(tail, successes, n - successes + 1),
    upper: successes === n ? 1 : incompleteBetaInverse(1 - tail, successes + 1, n - successes),
  };
}
