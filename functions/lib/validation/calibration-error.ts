import type { Random } from '#lib/simulate/random.ts';
import { bootstrap, bootstrapOfCells } from './bootstrap.ts';
import { curveColumns, type FittedCurve, fitCalibrationCurve } from './calibration-curve.ts';
import { chiSquaredUpperTail } from './chi-squared.ts';
import { countClusters } from './cluster-totals.ts';
import { distanceInterval } from './distance-interval.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { invertPositiveDefinite, type LogisticRegression, logisticRegression } from './logistic-regression.ts';
import type { Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';
import { quantiles } from './quantiles.ts';
import type { RecalibrationOptions } from './recalibration.ts';
import { type ScoreCells, scoreCells } from './score-cells.ts';

export interface CalibrationErrorOptions extends RecalibrationOptions {
  readonly random: Random;
  /** @default 1000, and 400 from 20,000 rows on */
  readonly replicates?: number;
}

export interface CalibrationError {
  /** Mean distance between score and smooth curve. */
  readonly ici: Estimate | CannotTell;
  /** Median of that distance. */
  readonly e50: Estimate | CannotTell;
  /** Its 90th percentile. */
  readonly e90: Estimate | CannotTell;
  /** p of the test that the curve is the diagonal; absent where there is no curve. */
  readonly p?: number;
}

const MANY_ROWS = 20_000;

/** From so many independent rows a cell on, cells are drawn instead of rows: the same distribution, sooner. */
const MANY_PER_CELL = 10;

/** A resample's curve is fitted to this many cells of neighbouring scores: the cost of one is then the same for any cohort. */
const CELLS = 250;

/** A resample's coefficients need not be better than to a ten-thousandth of their standard error. */
const TOLERANCE = 1e-8;

/** Share of resamples that must give a curve. */
const ENOUGH = 0.9;

/**
 * Integrated calibration index, E50 and E90 (Austin and Steyerberg, doi 10.1002/sim.8281): mean, median and 90th percentile over
 * the rows of |score − curve(score)|, the curve being that of `calibrationCurve`. Its knots stay in each resample; people are
 * drawn whole. The test of perfect calibration is Wald's for all coefficients of the curve (sandwich variance with clusters).
 */
export function calibrationError(predictions: Predictions, options: CalibrationErrorOptions): CalibrationError {
  const level = checkedLevel(options.level);
  const curve = fitCalibrationCurve(predictions, options);
  if ('cannotTell' in curve) return { ici: curve, e50: curve, e90: curve };
  const { scores, labels, clusters } = predictions;
  const seen = summary(distances(curve.columns, curve.fit.coefficients, scores).sort());
  const wanted = options.replicates ?? (labels.length < MANY_ROWS ? 1000 : 400);
  const samples = resample(predictions, curve, wanted, options);
  const p = perfectCalibration(curve.fit);
  const count = clusters === undefined ? {} : { clusters: countClusters(clusters) };
  const counts = { n: labels.length, events: curve.events };
  const answer = (place: 0 | 1 | 2, name: string): Estimate | CannotTell => {
    const replicates = Float64Array.from(samples, (sample) => sample[place]);
    if (replicates.length < ENOUGH * wanted) {
      return { cannotTell: `${name}: only ${replicates.length} of ${wanted} resamples give a smooth curve`, ...counts };
    }
    const method = `${name}, restricted cubic spline, ${clusters ? 'clustered ' : ''}bootstrap of ${wanted} samples`;
    const interval = distanceInterval(seen[place], replicates, level, p < 1 - level);
    return { estimate: seen[place], ...interval, level, method, ...counts, ...count };
  };
  return { ici: answer(0, 'ICI'), e50: answer(1, 'E50'), e90: answer(2, 'E90'), p };
}

/** |score − curve| of each row. */
function distances(columns: readonly Float64Array[], coefficients: Float64Array, scores: Float64Array): Float64Array {
  return scores.map((score, row) => {
    let predictor = 0;
    for (let index = 0; index < coefficients.length; index++) predictor += coefficients[index] * columns[index][row];
    return Math.abs(1 / (1 + Math.exp(-predictor)) - score);
  });
}

type Summary = readonly [mean: number, median: number, ninetieth: number];

function summary(sorted: Float64Array): Summary {
  const [median, ninetieth] = quantiles(sorted, [0.5, 0.9]);
  return [sorted.reduce((total, value) => total + value, 0) / sorted.length, median, ninetieth];
}

/** The three figures of each resample that gives a curve. */
function resample(
  predictions: Predictions,
  { knots, fit }: FittedCurve,
  replicates: number,
  { random, clipTo }: CalibrationErrorOptions,
): Summary[] {
  const { labels, clusters } = predictions;
  const cells = scoreCells(predictions.scores, CELLS);
  const width = cells.scores.length;
  const design = curveColumns(probabilityLogits(cells.scores, clipTo).logits, knots);
  // Each cell twice: the rows with the event, then the others.
  const columns = design.map((column) => Float64Array.from({ length: 2 * width }, (_, place) => column[place % width]));
  const outcome = Uint8Array.from({ length: 2 * width }, (_, place) => Number(place < width));
  const weights = new Float64Array(2 * width);
  const draw = drawing(cells, labels, clusters, weights, random);
  return Array.from({ length: replicates }, () => {
    draw();
    const sample = logisticRegression({
      columns,
      labels: outcome,
      weights,
      start: fit.coefficients,
      tolerance: TOLERANCE,
    });
    return sample && weighted(distances(design, sample.coefficients, cells.scores), weights);
  }).filter((sample) => sample !== undefined);
}

/** Fills `weights` anew with each call. */
function drawing(
  cells: ScoreCells,
  labels: Uint8Array,
  clusters: Int32Array | undefined,
  weights: Float64Array,
  random: Random,
): () => void {
  const rows = labels.length;
  if (clusters === undefined && rows > MANY_PER_CELL * weights.length) {
    const counts = new Float64Array(weights.length);
    gather(cells, labels, new Float64Array(rows).fill(1), counts);
    const draw = bootstrapOfCells(counts, random);
    return () => draw(weights);
  }
  const times = new Float64Array(rows);
  const draw = bootstrap({ rows, clusters }, random);
  return () => {
    draw(times);
    gather(cells, labels, times, weights);
  };
}

function gather({ cellOfRow }: ScoreCells, labels: Uint8Array, times: Float64Array, weights: Float64Array): void {
  const width = weights.length / 2;
  weights.fill(0);
  for (let row = 0; row < times.length; row++) weights[cellOfRow[row] + (labels[row] === 1 ? 0 : width)] += times[row];
}

/** The three figures where each distance counts as often as its cell was drawn. */
function weighted(distance: Float64Array, weights: Float64Array): Summary {
  const width = distance.length;
  const order = Int32Array.from(distance, (_, cell) => cell).sort((a, b) => distance[a] - distance[b]);
  const times = (cell: number): number => weights[cell] + weights[cell + width];
  let n = 0;
  let total = 0;
  for (const cell of order) {
    n += times(cell);
    total += times(cell) * distance[cell];
  }
  return [
    total / n,
    weightedQuantile(distance, order, times, n, 0.5),
    weightedQuantile(distance, order, times, n, 0.9),
  ];
}

/** Type 7, as `quantiles` has it, of values that stand `times` often. */
function weightedQuantile(
  values: Float64Array,
  order: Int32Array,
  times: (cell: number) => number,
  n: number,
  share: number,
): number {
  const place = (n - 1) * share;
  const below = Math.floor(place);
  let passed = 0;
  let low = Number.NaN;
  for (const cell of order) {
    passed += times(cell);
    if (Number.isNaN(low) && passed > below) low = values[cell];
    if (passed > below + 1) return low + (place - below) * (values[cell] - low);
  }
  return low;
}

/** Wald's test of intercept 0, slope 1 and no bend. */
function perfectCalibration({ coefficients, covariance }: LogisticRegression): number {
  const inverse = invertPositiveDefinite(covariance);
  if (inverse === undefined) return 0;
  const away = coefficients.map((value, place) => value - Number(place === 1));
  let statistic = 0;
  for (let row = 0; row < away.length; row++) {
    for (let column = 0; column < away.length; column++) statistic += away[row] * inverse[row][column] * away[column];
  }
  return chiSquaredUpperTail(statistic, away.length);
}
