import { clusterTotals } from './cluster-totals.ts';
import { sum } from './sum.ts';

export interface LogisticRegression {
  readonly coefficients: Float64Array;
  /** Covariance of the coefficients, row by row: inverse information, or the cluster sandwich where clusters are given. */
  readonly covariance: readonly Float64Array[];
  readonly logLikelihood: number;
}

export interface LogisticDesign {
  /** One array per column of the design, the column of ones included. */
  readonly columns: readonly Float64Array[];
  readonly labels: Uint8Array;
  /** Added to the linear predictor with a coefficient of 1. */
  readonly offset?: Float64Array;
  /** How often each row counts (0 and fractions too); 1 unless told. */
  readonly weights?: Float64Array;
  /** Where Newton's method starts: 0 unless told. */
  readonly start?: Float64Array;
  /** Squared length of the last step, in standard errors, at which it ends: at 1e-22 the coefficients are good to 1e-11 standard errors. @default 1e-22 */
  readonly tolerance?: number;
  /** Rows of one cluster may depend on each other: the covariance is then Liang and Zeger's (doi 10.1093/biomet/73.1.13) times G/(G−1). */
  readonly clusters?: Int32Array;
}

/**
 * Maximum-likelihood logistic regression by Newton's method with step halving (McCullagh and Nelder, 1989, section 4.4).
 * Returns nothing where no finite maximum exists (separated classes, columns that depend on each other).
 */
export function logisticRegression(design: LogisticDesign): LogisticRegression | undefined {
  const { columns, start } = design;
  let coefficients = start === undefined ? new Float64Array(columns.length) : Float64Array.from(start);
  let state = likelihood(design, coefficients);
  for (let iteration = 0; iteration < 60; iteration++) {
    const factor = cholesky(state.information);
    if (factor === undefined) return undefined;
    const step = solve(factor, state.score);
    const gain = dot(step, state.score);
    if (gain < (design.tolerance ?? 1e-22)) {
      if (largestMove(design, step) > STILL_MOVING) return undefined;
      const inverse = columns.map((_, index) => solve(factor, unit(columns.length, index)));
      const covariance = design.clusters ? sandwich(inverse, design, coefficients, design.clusters) : inverse;
      return { coefficients, covariance, logLikelihood: state.logLikelihood };
    }
    const next = improve(design, coefficients, step, state.logLikelihood);
    if (next === undefined) return undefined;
    ({ coefficients, state } = next);
  }
  return undefined;
}

/** Log odds. Where classes are separated, every step takes some rows about 1 further, however little the likelihood gains by it. */
const STILL_MOVING = 0.1;

/** By how much the step moves the log odds of any row that counts. */
function largestMove({ columns, labels, weights }: LogisticDesign, step: Float64Array): number {
  let largest = 0;
  for (let row = 0; row < labels.length; row++) {
    if (weights !== undefined && weights[row] === 0) continue;
    let move = 0;
    for (let index = 0; index < columns.length; index++) move += step[index] * columns[index][row];
    largest = Math.max(largest, Math.abs(move));
  }
  return largest;
}

interface Likelihood {
  readonly logLikelihood: number;
  /** First derivatives by the coefficients. */
  readonly score: Float64Array;
  /** Minus the second derivatives. */
  readonly information: readonly Float64Array[];
}

/** Rows whose terms are added plainly before their total joins the compensated sum: rounding then grows with this number only. */
const BLOCK_ROWS = 256;

/** Log-likelihood with its derivatives in one pass over the rows, which allocates nothing per row. */
function likelihood(design: LogisticDesign, coefficients: Float64Array): Likelihood {
  const width = coefficients.length;
  const rows = design.labels.length;
  // log-likelihood, score, lower triangle of the information
  const block = new Float64Array(1 + width + (width * (width + 1)) / 2);
  const totals = new Float64Array(block.length);
  const compensation = new Float64Array(block.length);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    block.fill(0);
    addRows(design, coefficients, from, Math.min(from + BLOCK_ROWS, rows), block);
    addCompensated(totals, compensation, block);
  }
  const sums = totals.map((total, place) => total + compensation[place]);
  const triangle = (row: number, column: number): number => sums[1 + width + (row * (row + 1)) / 2 + column];
  return {
    logLikelihood: sums[0],
    score: sums.slice(1, 1 + width),
    information: Array.from({ length: width }, (_, row) =>
      Float64Array.from({ length: width }, (_, column) => triangle(Math.max(row, column), Math.min(row, column))),
    ),
  };
}

function addRows(
  { columns, labels, offset, weights }: LogisticDesign,
  coefficients: Float64Array,
  from: number,
  to: number,
  block: Float64Array,
): void {
  const width = columns.length;
  const values = new Float64Array(width);
  for (let row = from; row < to; row++) {
    const times = weights === undefined ? 1 : weights[row];
    if (times === 0) continue;
    let predictor = offset === undefined ? 0 : offset[row];
    for (let index = 0; index < width; index++) {
      values[index] = columns[index][row];
      predictor += coefficients[index] * values[index];
    }
    const away = Math.exp(-Math.abs(predictor));
    const smaller = away / (1 + away);
    const label = labels[row];
    // P(event) is 1 - smaller where the predictor is positive, so that no digit of the residual is lost at either end.
    const towards = label === 1 ? predictor : -predictor;
    const size = towards >= 0 ? smaller : 1 - smaller;
    const residual = times * (label === 1 ? size : -size);
    const weight = (times * smaller) / (1 + away);
    block[0] += times * (Math.min(towards, 0) - Math.log1p(away));
    let place = 1 + width;
    for (let index = 0; index < width; index++) {
      block[1 + index] += residual * values[index];
      const weighted = weight * values[index];
      for (let other = 0; other <= index; other++) block[place++] += weighted * values[other];
    }
  }
}

/** Neumaier's step of `sum`, for several sums at once. */
function addCompensated(totals: Float64Array, compensation: Float64Array, terms: Float64Array): void {
  for (let place = 0; place < terms.length; place++) {
    const next = totals[place] + terms[place];
    const larger = Math.abs(totals[place]) >= Math.abs(terms[place]);
    compensation[place] += larger ? totals[place] - next + terms[place] : terms[place] - next + totals[place];
    totals[place] = next;
  }
}

/** Label minus fitted probability of each row, times its weight. */
function residuals({ columns, labels, offset, weights }: LogisticDesign, coefficients: Float64Array): Float64Array {
  const values = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    let predictor = offset === undefined ? 0 : offset[row];
    for (let index = 0; index < columns.length; index++) predictor += coefficients[index] * columns[index][row];
    const residual = labels[row] === 1 ? 1 / (1 + Math.exp(predictor)) : -1 / (1 + Math.exp(-predictor));
    values[row] = weights === undefined ? residual : weights[row] * residual;
  }
  return values;
}

/** Takes the step, or a half, a quarter … of it, until the likelihood does not fall by more than rounding. */
function improve(design: LogisticDesign, from: Float64Array, step: Float64Array, reached: number) {
  for (let size = 1; size > 1e-10; size /= 2) {
    const coefficients = from.map((value, index) => value + size * step[index]);
    const state = likelihood(design, coefficients);
    if (state.logLikelihood >= reached - 1e-12 * Math.abs(reached)) return { coefficients, state };
  }
  return undefined;
}

function sandwich(
  inverse: readonly Float64Array[],
  design: LogisticDesign,
  coefficients: Float64Array,
  clusters: Int32Array,
): Float64Array[] {
  const left = residuals(design, coefficients);
  const products = design.columns.map((column) => {
    const product = new Float64Array(left.length);
    for (let row = 0; row < left.length; row++) product[row] = column[row] * left[row];
    return product;
  });
  const totals = clusterTotals(clusters, products);
  const count = totals[0].length;
  const meat = totals.map((left) => Float64Array.from(totals, (right) => (count / (count - 1)) * dot(left, right)));
  return multiply(multiply(inverse, meat), inverse);
}

function multiply(left: readonly Float64Array[], right: readonly Float64Array[]): Float64Array[] {
  return left.map((row) =>
    Float64Array.from(right, (_, column) => sum(row.map((value, index) => value * right[index][column]))),
  );
}

/** Lower triangle L with L Lᵀ = the matrix; nothing where the matrix is not safely positive definite. */
function cholesky(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const factor = matrix.map((row) => new Float64Array(row.length));
  for (let row = 0; row < matrix.length; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row][column];
      for (let index = 0; index < column; index++) rest -= factor[row][index] * factor[column][index];
      if (row !== column) factor[row][column] = rest / factor[column][column];
      else if (rest > 1e-13 * matrix[row][row]) factor[row][row] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return factor;
}

/** Inverse of a symmetric matrix; nothing where it is not safely positive definite. */
export function invertPositiveDefinite(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const factor = cholesky(matrix);
  return factor && matrix.map((_, index) => solve(factor, unit(matrix.length, index)));
}

function solve(factor: readonly Float64Array[], right: Float64Array): Float64Array {
  const solution = Float64Array.from(right);
  for (let row = 0; row < solution.length; row++) {
    for (let index = 0; index < row; index++) solution[row] -= factor[row][index] * solution[index];
    solution[row] /= factor[row][row];
  }
  for (let row = solution.length - 1; row >= 0; row--) {
    for (let index = row + 1; index < solution.length; index++) solution[row] -= factor[index][row] * solution[index];
    solution[row] /= factor[row][row];
  }
  return solution;
}

function dot(left: Float64Array, right: Float64Array): number {
  return sum(left.map((value, index) => value * right[index]));
}

function unit(length: number, place: number): Float64Array {
  const vector = new Float64Array(length);
  vector[place] = 1;
  return vector;
}
