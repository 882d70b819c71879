import type { Random } from '#lib/simulate/random.ts';
import { curveColumns, type FittedCurve, fitCalibrationCurve } from './calibration-curve.ts';
import { type CellCounts, cellRegression } from './cell-regression.ts';
import { chiSquaredUpperTail } from './chi-squared.ts';
import { countClusters } from './cluster-totals.ts';
import { distanceInterval } from './distance-interval.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { invertPositiveDefinite, type LogisticRegression } from './logistic-regression.ts';
import { expit } from './logit.ts';
import { outcomeCells, replicatesFor, resampleCells } from './outcome-cells.ts';
import type { Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';
import { quantiles } from './quantiles.ts';
import type { RecalibrationOptions } from './recalibration.ts';
import { type Scratch, scratchFor, weightedQuantiles } from './weighted-quantiles.ts';

export interface CalibrationErrorOptions extends RecalibrationOptions {
  readonly random: Random;
  /** @default `replicatesFor` so many rows */
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

/** A resample's curve is fitted to this many cells of neighbouring scores: the cost of one is then the same for any cohort. */
const CELLS = 125;

/** The last step of a resample's fit is shorter than a hundredth of a standard error: the coefficients are good to about a ten-thousandth. */
const TOLERANCE = 1e-4;

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
  const wanted = options.replicates ?? replicatesFor(labels.length);
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
    return Math.abs(expit(predictor) - score);
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
  const cells = outcomeCells(predictions, CELLS);
  const design = curveColumns(probabilityLogits(cells.scores, clipTo).logits, knots);
  const fitCells = cellRegression({ columns: design, start: fit.coefficients, tolerance: TOLERANCE });
  const fitted = new Float64Array(cells.scores.length);
  const samples: Summary[] = [];
  const room = { ...scratchFor(fitted.length), distance: new Float64Array(fitted.length), times: fitted.slice() };
  resampleCells(cells, predictions.clusters, { random, replicates }, (counts) => {
    if (fitCells(counts, fitted)) samples.push(weighted(fitted, cells.scores, counts, room));
  });
  return samples;
}

/** The three figures where the distance of a cell counts as often as the cell was drawn. */
function weighted(
  fitted: Float64Array,
  scores: Float64Array,
  { events, nonEvents }: CellCounts,
  room: Scratch & { readonly distance: Float64Array; readonly times: Float64Array },
): Summary {
  const { distance, times } = room;
  let [n, total] = [0, 0];
  for (let cell = 0; cell < scores.length; cell++) {
    distance[cell] = Math.abs(fitted[cell] - scores[cell]);
    times[cell] = events[cell] + nonEvents[cell];
    n += times[cell];
    total += times[cell] * distance[cell];
  }
  const [median, ninetieth] = weightedQuantiles(distance, times, [0.5, 0.9], room);
  return [total / n, median, ninetieth];
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
