import { logisticRegression } from './logistic-regression.ts';

/** How many rows of each cell have the event, and how many have not. */
export interface CellCounts {
  readonly events: Float64Array;
  readonly nonEvents: Float64Array;
}

export interface CellDesign {
  /** The column of ones included; four at most. */
  readonly columns: readonly Float64Array[];
  /** Added to the linear predictor with a coefficient of 1. */
  readonly offset?: Float64Array;
  /** Coefficients to start from. */
  readonly start: Float64Array;
  /** Squared length of the last step, in standard errors. */
  readonly tolerance: number;
}

/** Fills `probabilities` with the fitted probability of each cell; false where the likelihood has no finite maximum. */
export type CellFit = (counts: CellCounts, probabilities: Float64Array) => boolean;

const WIDTH = 4;

/** Most that the last step may move any linear predictor: of separated classes each step moves it by about 1, however short it is. */
const SMALL_MOVE = 0.5;

/** From a start near the end three steps do; where so many do not, the careful way is taken. */
const MOST_STEPS = 10;

/**
 * Logistic regression on cells whose counts change while their design stays, as resampling asks for it: Newton's method from `start`, a
 * pass over the cells per step, without the likelihood. It ends with the step whose squared length, in standard errors, is below
 * `tolerance`; what is left is then of the order of the square of that. Where plain steps lead nowhere (classes that the columns
 * separate, columns that depend on each other), `logisticRegression` decides.
 */
export function cellRegression(cellDesign: CellDesign): CellFit {
  const { columns, start, tolerance } = cellDesign;
  if (columns.length < 1 || columns.length > WIDTH) {
    throw new RangeError(`cell regression: found ${columns.length} columns, allowed: 1 to ${WIDTH}`);
  }
  const cells = columns[0].length;
  const design = new Float64Array(cells * WIDTH);
  columns.forEach((column, place) => {
    for (let cell = 0; cell < cells; cell++) design[cell * WIDTH + place] = column[cell];
  });
  const offset = cellDesign.offset ?? new Float64Array(cells);
  const sums = new Float64Array(WIDTH + (WIDTH * (WIDTH + 1)) / 2);
  const [coefficients, steps] = [new Float64Array(WIDTH), new Float64Array(WIDTH)];
  const largest = columns.map((column) => column.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  return (counts, probabilities) => {
    coefficients.fill(0);
    coefficients.set(start);
    for (let step = 0; step < MOST_STEPS; step++) {
      fill(probabilities, design, offset, coefficients);
      addCells(design, probabilities, counts, sums);
      // A column that is not there has no score and does not touch the others.
      for (let place = columns.length; place < WIDTH; place++) sums[WIDTH + (place * (place + 3)) / 2] = 1;
      const squaredLength = newtonStep(sums, steps);
      let move = 0;
      for (let place = 0; place < columns.length; place++) {
        coefficients[place] += steps[place];
        move += Math.abs(steps[place]) * largest[place];
      }
      if (squaredLength < tolerance && move < SMALL_MOVE) {
        fill(probabilities, design, offset, coefficients);
        return true;
      }
      if (Number.isNaN(squaredLength)) break;
    }
    return carefully(cellDesign, counts, probabilities);
  };
}

/** The probability of each cell at these coefficients. */
function fill(
  probabilities: Float64Array,
  design: Float64Array,
  offset: Float64Array,
  coefficients: Float64Array,
): void {
  const [b0, b1, b2, b3] = coefficients;
  for (let cell = 0, place = 0; cell < probabilities.length; cell++, place += WIDTH) {
    const straight = b0 * design[place] + b1 * design[place + 1];
    const predictor = offset[cell] + straight + b2 * design[place + 2] + b3 * design[place + 3];
    probabilities[cell] = 1 / (1 + Math.exp(-predictor));
  }
}

/** Into `sums` the score, then the lower triangle of the information. */
function addCells(
  design: Float64Array,
  probabilities: Float64Array,
  { events, nonEvents }: CellCounts,
  sums: Float64Array,
): void {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let [i00, i10, i11, i20, i21] = [0, 0, 0, 0, 0];
  let [i22, i30, i31, i32, i33] = [0, 0, 0, 0, 0];
  for (let cell = 0; cell < probabilities.length; cell++) {
    const place = cell * WIDTH;
    if (events[cell] + nonEvents[cell] === 0) continue;
    const x0 = design[place];
    const x1 = design[place + 1];
    const x2 = design[place + 2];
    const x3 = design[place + 3];
    const probability = probabilities[cell];
    const expected = (events[cell] + nonEvents[cell]) * probability;
    const residual = events[cell] - expected;
    const weight = expected * (1 - probability);
    s0 += residual * x0;
    s1 += residual * x1;
    s2 += residual * x2;
    s3 += residual * x3;
    const w0 = weight * x0;
    const w1 = weight * x1;
    const w2 = weight * x2;
    i00 += w0 * x0;
    i10 += w0 * x1;
    i11 += w1 * x1;
    i20 += w0 * x2;
    i21 += w1 * x2;
    i22 += w2 * x2;
    i30 += w0 * x3;
    i31 += w1 * x3;
    i32 += w2 * x3;
    i33 += weight * x3 * x3;
  }
  sums.set([s0, s1, s2, s3, i00, i10, i11, i20, i21, i22, i30, i31, i32, i33]);
}

/** Into `step` information⁻¹ · score; its squared length in standard errors, not a number where there is no inverse. */
function newtonStep(sums: Float64Array, step: Float64Array): number {
  const factor = sums.subarray(WIDTH);
  const at = (row: number): number => (row * (row + 1)) / 2;
  let squaredLength = 0;
  for (let row = 0; row < WIDTH; row++) {
    const diagonal = factor[at(row) + row];
    for (let column = 0; column <= row; column++) {
      let rest = factor[at(row) + column];
      for (let index = 0; index < column; index++) rest -= factor[at(row) + index] * factor[at(column) + index];
      if (row !== column) factor[at(row) + column] = rest / factor[at(column) + column];
      else if (rest > 1e-13 * diagonal) factor[at(row) + row] = Math.sqrt(rest);
      else return Number.NaN;
    }
    step[row] = sums[row];
    for (let index = 0; index < row; index++) step[row] -= factor[at(row) + index] * step[index];
    step[row] /= factor[at(row) + row];
    squaredLength += step[row] * step[row];
  }
  for (let row = WIDTH - 1; row >= 0; row--) {
    for (let index = row + 1; index < WIDTH; index++) step[row] -= factor[at(index) + row] * step[index];
    step[row] /= factor[at(row) + row];
  }
  return squaredLength;
}

/** The same with step halving, each cell twice: its rows with the event, then the others. */
function carefully(
  { columns, offset, start }: CellDesign,
  { events, nonEvents }: CellCounts,
  probabilities: Float64Array,
): boolean {
  const cells = probabilities.length;
  const twice = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: 2 * cells }, (_, place) => values[place % cells]);
  const weights = new Float64Array(2 * cells);
  weights.set(events);
  weights.set(nonEvents, cells);
  const fit = logisticRegression({
    columns: columns.map(twice),
    labels: new Uint8Array(2 * cells).fill(1, 0, cells),
    ...(offset !== undefined && { offset: twice(offset) }),
    weights,
    start,
  });
  if (fit === undefined) return false;
  for (let cell = 0; cell < cells; cell++) {
    let predictor = offset === undefined ? 0 : offset[cell];
    for (let index = 0; index < columns.length; index++) predictor += fit.coefficients[index] * columns[index][cell];
    probabilities[cell] = 1 / (1 + Math.exp(-predictor));
  }
  return true;
}
