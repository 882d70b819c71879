import type { Random } from '#lib/simulate/random.ts';
import { quantiles } from '#lib/validation/quantiles.ts';

export interface MaximumMeanDiscrepancy {
  /** Unbiased estimate of the squared discrepancy; may be below 0 where nothing differs. */
  readonly squared: number;
  /** Share of permutations with a discrepancy at least as large, the observed one among them. */
  readonly pValue: number;
  /** Width of the kernel: the median distance between two rows. */
  readonly bandwidth: number;
  /** Rows drawn of each sample. */
  readonly n: number;
  readonly m: number;
}

export interface DiscrepancyOptions {
  /** Most rows drawn of each sample. @default 250 */
  readonly mostRows?: number;
  /** @default 999 */
  readonly permutations?: number;
  readonly random: Random;
}

/**
 * Maximum mean discrepancy of two samples of points with a Gaussian kernel (Gretton et al., JMLR 13:723-773, 2012): do they
 * come from one distribution, all columns and their dependences together? Kernel exp(−d² / 2σ²), σ the median distance of the
 * pooled rows; p by permutation. Larger samples are drawn from with the generator. Nothing where either has fewer than two rows,
 * or where all rows are equal. Columns should have comparable scales.
 */
export function maximumMeanDiscrepancy(
  first: readonly Float64Array[],
  second: readonly Float64Array[],
  { mostRows = 250, permutations = 999, random }: DiscrepancyOptions,
): MaximumMeanDiscrepancy | undefined {
  const drawn = [first, second].map((rows) => random.shuffle([...rows]).slice(0, mostRows));
  const [n, m] = drawn.map(({ length }) => length);
  if (n < 2 || m < 2) return undefined;
  const squares = squaredDistances(drawn.flat());
  const [bandwidth] = quantiles(
    upperTriangle(squares, n + m)
      .map(Math.sqrt)
      .sort(),
    [0.5],
  );
  if (!(bandwidth > 0)) return undefined;
  const kernel = squares.map((square) => Math.exp(-square / (2 * bandwidth * bandwidth)));
  const order = Int32Array.from({ length: n + m }, (_, row) => row);
  const of = discrepancyOf(kernel, n, m);
  const squared = of(order);
  let atLeast = 1;
  for (let round = 0; round < permutations; round++) {
    if (of(random.shuffle(order)) >= squared - 1e-12) atLeast++;
  }
  return { squared, pValue: atLeast / (permutations + 1), bandwidth, n, m };
}

function squaredDistances(rows: readonly Float64Array[]): Float64Array {
  const count = rows.length;
  const squares = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let column = 0; column < rows[i].length; column++) square += (rows[i][column] - rows[j][column]) ** 2;
      squares[i * count + j] = square;
      squares[j * count + i] = square;
    }
  }
  return squares;
}

function upperTriangle(matrix: Float64Array, count: number): Float64Array {
  const values = new Float64Array((count * (count - 1)) / 2);
  let place = 0;
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) values[place++] = matrix[i * count + j];
  return values;
}

/** The discrepancy where the first n of an order are one sample and the others the second. */
function discrepancyOf(kernel: Float64Array, n: number, m: number): (order: Int32Array) => number {
  const count = n + m;
  const rowSums = Float64Array.from({ length: count }, (_, row) => {
    let total = 0;
    for (let column = 0; column < count; column++) if (column !== row) total += kernel[row * count + column];
    return total;
  });
  const all = rowSums.reduce((total, value) => total + value, 0);
  const isFirst = new Uint8Array(count);
  const first = new Int32Array(n);
  return (order) => {
    // In ascending order the kernel is read from front to back.
    isFirst.fill(0);
    for (let i = 0; i < n; i++) isFirst[order[i]] = 1;
    for (let row = 0, place = 0; row < count; row++) if (isFirst[row] === 1) first[place++] = row;
    let [within, across] = [0, 0];
    for (let i = 0; i < n; i++) {
      across += rowSums[first[i]];
      within += sumAt(kernel, first[i] * count, first, i);
    }
    // `across` is every pair that touches the first sample: those inside it twice.
    const between = across - 2 * within;
    const secondWithin = (all - 2 * between - 2 * within) / 2;
    return (2 * within) / (n * (n - 1)) + (2 * secondWithin) / (m * (m - 1)) - (2 * between) / (n * m);
  };
}

/** Sum of a row of the kernel over the first of these columns; four sums at once, since one would wait for each addition. */
function sumAt(kernel: Float64Array, row: number, columns: Int32Array, count: number): number {
  let [a, b, c, d, place] = [0, 0, 0, 0, 0];
  for (; place + 3 < count; place += 4) {
    a += kernel[row + columns[place]];
    b += kernel[row + columns[place + 1]];
    c += kernel[row + columns[place + 2]];
    d += kernel[row + columns[place + 3]];
  }
  for (; place < count; place++) a += kernel[row + columns[place]];
  return a + b + (c + d);
}
