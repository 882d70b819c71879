import { chiSquaredUpperQuantile, chiSquaredUpperTail } from '#lib/validation/chi-squared.ts';
import { sum } from '#lib/validation/sum.ts';

export interface StabilityIndex {
  /** Σ (p − q) ln(p / q) over the bins, p and q the shares of the two samples. */
  readonly value: number;
  readonly bins: number;
  /** The value that chance alone exceeds in 5 % of comparisons of samples of these sizes from one population. */
  readonly chance: number;
  readonly pValue: number;
}

/** Added to every bin of both samples, so that an empty one has a logarithm. */
const PSEUDO_COUNT = 0.5;
/** Smallest count that a bin of either sample must be expected to have where nothing has changed. */
const SMALLEST_EXPECTED = 5;
const CHANCE = 0.05;

/**
 * Population stability index of two samples counted in the same bins. Of samples of n and m from one population it is about
 * (1/n + 1/m) times a chi-squared variable with bins − 1 degrees of freedom (Yurdakul and Naranjo, doi 10.21314/JRMV.2020.227):
 * that, and not the customary 0.1 and 0.25, says what is more than chance. Neighbouring bins (give categories in the order of
 * their size) are joined until each is expected to hold five of either sample; nothing where fewer than two are left.
 */
export function stabilityIndex(reference: ArrayLike<number>, current: ArrayLike<number>): StabilityIndex | undefined {
  if (reference.length !== current.length) {
    throw new RangeError(
      `bins: found ${reference.length} and ${current.length}, allowed: the same bins of both samples`,
    );
  }
  const [n, m] = [sum(reference), sum(current)];
  const joined = joinedBins(reference, current, n, m);
  const bins = joined.length;
  if (bins < 2) return undefined;
  const share = (count: number, total: number) => (count + PSEUDO_COUNT) / (total + PSEUDO_COUNT * bins);
  const terms = joined.map(([before, now]) => {
    const [p, q] = [share(before, n), share(now, m)];
    return (p - q) * Math.log(p / q);
  });
  const scale = 1 / n + 1 / m;
  const value = sum(terms);
  return {
    value,
    bins,
    chance: scale * chiSquaredUpperQuantile(CHANCE, bins - 1),
    pValue: chiSquaredUpperTail(Math.max(0, value) / scale, bins - 1),
  };
}

function joinedBins(reference: ArrayLike<number>, current: ArrayLike<number>, n: number, m: number) {
  const smaller = Math.min(n, m) / (n + m);
  const enough = ([before, now]: readonly [number, number]) => (before + now) * smaller >= SMALLEST_EXPECTED;
  const joined: [number, number][] = [];
  let open: [number, number] = [0, 0];
  for (let bin = 0; bin < reference.length; bin++) {
    open = [open[0] + reference[bin], open[1] + current[bin]];
    if (!enough(open)) continue;
    joined.push(open);
    open = [0, 0];
  }
  const last = joined.pop();
  return last === undefined ? [] : [...joined, [last[0] + open[0], last[1] + open[1]] as const];
}

/** Inner edges of at most `bins` bins with equally many values each, equal values together; sorted values. */
export function quantileEdges(sorted: Float64Array, bins: number = 10): number[] {
  const at = (bin: number) => sorted[Math.min(sorted.length - 1, Math.floor((bin * sorted.length) / bins))];
  const edges = Array.from({ length: bins - 1 }, (_, bin) => at(bin + 1));
  return sorted.length === 0 ? [] : [...new Set(edges)].filter((edge) => edge > sorted[0]);
}

/** How many values lie below the first edge, from it up to the next, …, at or above the last. */
export function binCounts(values: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const above = edges.findIndex((edge) => value < edge);
    counts[above === -1 ? edges.length : above] += 1;
  }
  return counts;
}
