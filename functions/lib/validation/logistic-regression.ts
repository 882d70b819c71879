import { clusterTotals } from './cluster-totals.ts';
import { sum } from './sum.ts';

export interface LogisticRegression {
  readonly coefficients: Float64Array;
  /** Covariance of the coefficients, row by row: inverse information, or the cluster sandwich where clusters are given. */
  readonly covariance: readonly Float64Array[];
}

export interface LogisticDesign {
  /** One array per column of the design, the column of ones included. */
  readonly columns: readonly Float64Array[];
  readonly labels: Uint8Array;
  /** Added to the linear predictor with a coefficient of 1. */
  readonly offset?: Float64Array;
  /** Rows of one cluster may depend on each other: the covariance is then Liang and Zeger's (doi 10.1093/biomet/73.1.13) times G/(G−1). */
  readonly clusters?: Int32Array;
}

/**
 * Maximum-likelihood logistic regression by Newton's method with step halving (McCullagh and Nelder, 1989, section 4.4).
 * Returns nothing where no finite maximum exists (separated classes, columns that depend on each other).
 */
export function logisticRegression(design: LogisticDesign): LogisticRegression | undefined {
  const { columns, labels } = design;
  const coefficients = new Float64Array(columns.length);
  let state = likelihood(design, coefficients);
  for (let iteration = 0; iteration < 60; iteration++) {
    const factor = cholesky(information(columns, state.probabilities));
    if (factor === undefined) return undefined;
    const residuals = state.probabilities.map((probability, row) => labels[row] - probability);
    const score = columns.map((column) => sum(column.map((value, row) => value * residuals[row])));
    const step = solve(factor, Float64Array.from(score));
    const gain = sum(step.map((value, index) => value * score[index]));
    // The squared step in units of the standard error: at 1e-22 the coefficients are good to 1e-11 standard errors.
    if (gain < 1e-22) {
      const inverse = columns.map((_, index) => solve(factor, unit(columns.length, index)));
      const covariance = design.clusters ? sandwich(inverse, columns, residuals, design.clusters) : inverse;
      return { coefficients, covariance };
    }
    const next = improve(design, coefficients, step, state.logLikelihood);
    if (next === undefined) return undefined;
    coefficients.set(next.coefficients);
    state = next.state;
  }
  return undefined;
}

interface Likelihood {
  readonly logLikelihood: number;
  readonly probabilities: Float64Array;
}

function likelihood({ columns, labels, offset }: LogisticDesign, coefficients: Float64Array): Likelihood {
  const terms = new Float64Array(labels.length);
  const probabilities = new Float64Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    let predictor = offset === undefined ? 0 : offset[row];
    for (let index = 0; index < columns.length; index++) predictor += coefficients[index] * columns[index][row];
    probabilities[row] = 1 / (1 + Math.exp(-predictor));
    const towardsLabel = labels[row] === 1 ? predictor : -predictor;
    terms[row] =
      towardsLabel >= 0 ? -Math.log1p(Math.exp(-towardsLabel)) : towardsLabel - Math.log1p(Math.exp(towardsLabel));
  }
  return { logLikelihood: sum(terms), probabilities };
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

function information(columns: readonly Float64Array[], probabilities: Float64Array): Float64Array[] {
  const weights = probabilities.map((probability) => probability * (1 - probability));
  return columns.map((left) =>
    Float64Array.from(columns, (right) => sum(weights.map((weight, row) => weight * left[row] * right[row]))),
  );
}

function sandwich(
  inverse: readonly Float64Array[],
  columns: readonly Float64Array[],
  residuals: Float64Array,
  clusters: Int32Array,
): Float64Array[] {
  const totals = clusterTotals(
    clusters,
    columns.map((column) => column.map((value, row) => value * residuals[row])),
  );
  const count = totals[0].length;
  const meat = totals.map((left) =>
    Float64Array.from(totals, (right) => (count / (count - 1)) * sum(left.map((value, index) => value * right[index]))),
  );
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

function unit(length: number, place: number): Float64Array {
  const vector = new Float64Array(length);
  vector[place] = 1;
  return vector;
}
