/**
 * One-sided p of Fisher's exact test (doi 10.2307/2340521): the chance of as many successes among `first` or more, given all
 * successes of both, if both had the same share. Never too small, however rare the successes and however unlike the sizes.
 */
export function fisherGreater(first: WholeCounts, second: WholeCounts): number {
  const { most, chanceOf } = tablesOf(first, second);
  let tail = 0;
  for (let count = most; count >= first.successes; count--) tail += chanceOf(count);
  return Math.min(1, tail);
}

/** The two-sided p: all tables that are no likelier than the one seen, as R and scipy count them. */
export function fisherTwoSided(first: WholeCounts, second: WholeCounts): number {
  const { least, most, chanceOf } = tablesOf(first, second);
  const seen = chanceOf(first.successes) * (1 + 1e-7);
  let total = 0;
  for (let count = least; count <= most; count++) {
    const chance = chanceOf(count);
    if (chance <= seen) total += chance;
  }
  return Math.min(1, total);
}

interface WholeCounts {
  readonly successes: number;
  readonly n: number;
}

/** Chances of every count of successes among `first`, given the margins (hypergeometric). */
function tablesOf(first: WholeCounts, second: WholeCounts) {
  for (const { successes, n } of [first, second]) {
    if (!Number.isInteger(n) || !Number.isInteger(successes) || successes < 0 || successes > n) {
      throw new RangeError(`Fisher's test: found ${successes} of ${n}, allowed: whole numbers, 0 <= successes <= n`);
    }
  }
  const total = first.n + second.n;
  const all = first.successes + second.successes;
  const logFactorial = logFactorials(total);
  const logChoose = (n: number, k: number) => logFactorial[n] - logFactorial[k] - logFactorial[n - k];
  const chanceOf = (count: number) =>
    Math.exp(logChoose(first.n, count) + logChoose(second.n, all - count) - logChoose(total, all));
  return { least: Math.max(0, all - second.n), most: Math.min(first.n, all), chanceOf };
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) logs[n] = logs[n - 1] + Math.log(n);
  return logs;
}
