export interface KolmogorovSmirnov {
  /** Largest distance between the two distribution functions. */
  readonly distance: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Up to this many cells of the lattice the p-value is exact. */
const LARGEST_LATTICE = 1_000_000;

/**
 * Two-sample Kolmogorov-Smirnov test. Exact p-value by counting lattice paths (Hodges, doi 10.1007/BF02589501) for up to a
 * million pairs, Kolmogorov's limit beyond. With ties the
 * p-value is an upper bound. Infinite values have their place in the order; NaN is refused; nothing for an empty sample.
 */
export function kolmogorovSmirnov(first: Float64Array, second: Float64Array): KolmogorovSmirnov | undefined {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return undefined;
  const distance = largestDistance(checkedSorted(first), checkedSorted(second));
  const isExact = n * m <= LARGEST_LATTICE;
  const pValue = isExact ? exactTail(distance, n, m) : kolmogorovTail(Math.sqrt((n * m) / (n + m)) * distance);
  return { distance, pValue, method: isExact ? 'exact' : 'asymptotic' };
}

function checkedSorted(values: Float64Array): Float64Array {
  const wrong = values.findIndex((value) => Number.isNaN(value));
  if (wrong >= 0) throw new RangeError(`value at index ${wrong}: found NaN, allowed: a number`);
  return values.toSorted();
}

function largestDistance(first: Float64Array, second: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < first.length && j < second.length) {
    const value = Math.min(first[i], second[j]);
    while (i < first.length && first[i] === value) i++;
    while (j < second.length && second[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / first.length - j / second.length));
  }
  return largest;
}

/** P(D ≥ distance) where both samples come from one continuous distribution. */
function exactTail(distance: number, first: number, second: number): number {
  const [m, n] = first <= second ? [first, second] : [second, first];
  // Half a step below the distance, so that rounding cannot let the observed one through.
  const below = (0.5 + Math.floor(distance * m * n - 1e-7)) / (m * n);
  const inside = new Float64Array(n + 1);
  for (let j = 0; j <= n; j++) inside[j] = j / n > below ? 0 : 1;
  for (let i = 1; i <= m; i++) {
    const weight = i / (i + n);
    inside[0] = i / m > below ? 0 : weight * inside[0];
    for (let j = 1; j <= n; j++) {
      inside[j] = Math.abs(i / m - j / n) > below ? 0 : weight * inside[j] + inside[j - 1];
    }
  }
  return Math.min(1, Math.max(0, 1 - inside[n]));
}

/** P(K > x) of Kolmogorov's distribution (DLMF 20.2 and its transform for small x). */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    let lower = 0;
    for (let k = 1; k <= 20; k++) lower += Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * lower;
  }
  let tail = 0;
  for (let k = 1; k <= 20; k++) tail += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return tail;
}
