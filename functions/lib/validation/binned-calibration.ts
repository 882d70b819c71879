import type { Random } from '#lib/simulate/random.ts';
import { chiSquaredUpperTail } from './chi-squared.ts';
import { countClusters } from './cluster-totals.ts';
import { clusteredProportion } from './clustered-proportion.ts';
import { distanceInterval } from './distance-interval.ts';
import { type CannotTell, checkedLevel, type Estimate, isCannotTell } from './estimate.ts';
import { normalCdf, normalMultiplier } from './normal.ts';
import { type OutcomeCells, outcomeCells, replicatesFor, resampleCells } from './outcome-cells.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { quantiles } from './quantiles.ts';
import { tooFewForCalibration } from './recalibration.ts';
import { type ScoreCells, scoreCells } from './score-cells.ts';
import { studentTMultiplier } from './student-t.ts';

export interface BinnedCalibrationOptions {
  readonly random: Random;
  /** @default 0.95 */
  readonly level?: number;
  /** Groups of about equally many rows, equal scores together. @default 10 */
  readonly bins?: number;
  /** @default `replicatesFor` so many rows */
  readonly replicates?: number;
  /** Fewest events and fewest non-events (subjects, with clusters). @default 20 */
  readonly minimumPerClass?: number;
}

/** Brier score = reliability − resolution + uncertainty. */
export interface BinnedCalibration {
  /** Expected calibration error: mean distance of the bins from the diagonal, the part that chance alone makes taken off. */
  readonly ece: Estimate | CannotTell;
  /** Mean squared distance of the bins from the diagonal: 0 is best. */
  readonly reliability: Estimate | CannotTell;
  /** How far the bins' observed shares lie apart: large is good. */
  readonly resolution: Estimate | CannotTell;
  /** Variance of the outcome, which no model changes. */
  readonly uncertainty: Estimate | CannotTell;
}

/**
 * Debiased expected calibration error and Murphy's decomposition of the Brier score (doi 10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2)
 * over bins of the score.
 *
 * ECE: Σ nₖ/n |meanₖ − shareₖ| less the bias that it has when each shareₖ is normal around itself with variance shareₖ(1 − shareₖ)/nₖ
 * (Kumar, Liang and Ma 2019, arXiv:1909.10155; their simulated mean in closed form, the folded normal's). Reliability, resolution and
 * uncertainty with the bias corrections of Bröcker (doi 10.1007/s00382-011-1191-1) and of Ferro and Fricker (doi 10.1002/qj.1924);
 * resolution is the generalised one of Stephenson and others (doi 10.1175/2007WAF2006116.1), which takes up the spread of the scores
 * within bins, so that the three add up to the Brier score exactly. With clusters the variance of a share is that of the ratio estimator.
 * Intervals: bootstrap with the bins held; ECE and reliability as in `distanceInterval`, resolution from the percentile to the basic
 * limit, corrected for bias; uncertainty from Wilson's interval of the share with the outcome.
 */
export function binnedCalibration(predictions: Predictions, options: BinnedCalibrationOptions): BinnedCalibration {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const refusal = tooFewForCalibration(predictions, events, options.minimumPerClass);
  if (refusal) return { ece: refusal, reliability: refusal, resolution: refusal, uncertainty: refusal };
  const { scores, clusters } = predictions;
  const n = scores.length;
  const bins = scoreCells(scores, options.bins ?? 10);
  const seen = binSums(predictions, bins);
  const plain = plainFigures(seen);
  const variances = shareVariances(predictions, bins, seen);
  const replicates = options.replicates ?? replicatesFor(n);
  const samples = resamples(predictions, bins, replicates, options.random);
  const of = (name: keyof Figures) => Float64Array.from(samples, (sample) => sample[name]);
  const corrected = correct(seen, plain, variances);
  const rejected = chiSquaredUpperTail(statisticOfCalibration(seen, variances), seen.count.length) < 1 - level;
  const people = clusters === undefined ? {} : { clusters: countClusters(clusters) };
  const kind = clusters === undefined ? 'bootstrap' : 'clustered bootstrap';
  const answer = (name: keyof Figures, words: string, interval: { lower: number; upper: number }): Estimate => {
    const method = `${words} over ${seen.count.length} groups of the score, ${kind} of ${replicates} samples`;
    return { estimate: corrected[name], ...interval, level, method, n, events, ...people };
  };
  const distance = (name: 'ece' | 'reliability') => {
    const { lower, upper } = distanceInterval(plain[name], of(name), level, rejected);
    // The part that chance made is taken off the lower limit as it is off the estimate.
    return { lower: Math.max(0, lower - (plain[name] - corrected[name])), upper };
  };
  return {
    ece: answer('ece', 'debiased expected calibration error', distance('ece')),
    reliability: answer('reliability', 'debiased reliability', distance('reliability')),
    resolution: answer(
      'resolution',
      'debiased resolution',
      shifted(of('resolution'), plain.resolution, corrected.resolution, { level, people: people.clusters ?? n }),
    ),
    uncertainty: uncertaintyOf(predictions, corrected.uncertainty, level),
  };
}

/** m (1 − m) with the limits that the interval of the share m gives it. */
function uncertaintyOf({ labels, clusters }: Predictions, estimate: number, level: number): Estimate | CannotTell {
  const share = clusteredProportion(labels, clusters, { level });
  if (isCannotTell(share)) return share;
  const [low, high] = [share.lower, share.upper].map((m) => m * (1 - m));
  const contains = share.lower <= 0.5 && share.upper >= 0.5;
  return {
    ...share,
    estimate,
    lower: Math.min(low, high),
    upper: Math.max(estimate, contains ? 0.25 : Math.max(low, high)),
    method: 'uncertainty, from the Wilson interval of the share with the outcome',
  };
}

interface Figures {
  readonly ece: number;
  readonly reliability: number;
  readonly resolution: number;
  readonly uncertainty: number;
}

interface BinSums {
  readonly count: Float64Array;
  readonly events: Float64Array;
  readonly scores: Float64Array;
  readonly brier: number;
}

function binSums({ scores, labels }: Predictions, { cellOfRow, scores: bins }: ScoreCells): BinSums {
  const [count, events, total] = [0, 1, 2].map(() => new Float64Array(bins.length));
  let brier = 0;
  for (let row = 0; row < scores.length; row++) {
    count[cellOfRow[row]]++;
    events[cellOfRow[row]] += labels[row];
    total[cellOfRow[row]] += scores[row];
    brier += (scores[row] - labels[row]) ** 2;
  }
  return { count, events, scores: total, brier: brier / scores.length };
}

/** Without any correction for chance. */
function plainFigures({ count, events, scores, brier }: BinSums): Figures {
  const n = count.reduce((total, value) => total + value, 0);
  const share = events.reduce((total, value) => total + value, 0) / n;
  let ece = 0;
  let reliability = 0;
  for (let bin = 0; bin < count.length; bin++) {
    if (count[bin] === 0) continue;
    const away = (scores[bin] - events[bin]) / count[bin];
    ece += (count[bin] / n) * Math.abs(away);
    reliability += (count[bin] / n) * away * away;
  }
  const uncertainty = share * (1 - share);
  return { ece, reliability, resolution: reliability + uncertainty - brier, uncertainty };
}

/** Variance of each bin's observed share: binomial with n − 1, or by cluster totals where clusters are given. */
function shareVariances(
  { labels, clusters }: Predictions,
  { cellOfRow }: ScoreCells,
  { count, events }: BinSums,
): Float64Array {
  if (clusters === undefined) {
    return count.map((rows, bin) => ((events[bin] / rows) * (1 - events[bin] / rows)) / Math.max(1, rows - 1));
  }
  const residuals = new Map<number, Map<number, number>>();
  labels.forEach((label, row) => {
    const bin = cellOfRow[row];
    const own = residuals.get(bin) ?? new Map<number, number>();
    own.set(clusters[row], (own.get(clusters[row]) ?? 0) + label - events[bin] / count[bin]);
    residuals.set(bin, own);
  });
  return count.map((rows, bin) => {
    const own = [...(residuals.get(bin) ?? new Map<number, number>()).values()];
    const squares = own.reduce((total, value) => total + value * value, 0);
    return (squares * own.length) / Math.max(1, own.length - 1) / (rows * rows);
  });
}

function correct({ count, events, scores }: BinSums, plain: Figures, variances: Float64Array): Figures {
  const n = count.reduce((total, value) => total + value, 0);
  let foldedEce = 0;
  let chance = 0;
  for (let bin = 0; bin < count.length; bin++) {
    const away = Math.abs(scores[bin] - events[bin]) / count[bin];
    foldedEce += (count[bin] / n) * foldedNormalMean(away, Math.sqrt(variances[bin]));
    chance += (count[bin] / n) * variances[bin];
  }
  const ofShare = plain.uncertainty / (n - 1);
  return {
    ece: Math.max(0, 2 * plain.ece - foldedEce),
    reliability: Math.max(0, plain.reliability - chance),
    resolution: plain.resolution - Math.min(chance, plain.reliability) + ofShare,
    uncertainty: plain.uncertainty + ofShare,
  };
}

/** Mean of |X|, X normal. */
function foldedNormalMean(mean: number, deviation: number): number {
  if (deviation === 0) return Math.abs(mean);
  const z = mean / deviation;
  return deviation * Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2) + mean * (1 - 2 * normalCdf(-z));
}

/** Σ z² of the bins against their mean scores: chi-squared with one degree of freedom a bin where the scores are right. */
function statisticOfCalibration({ count, events, scores }: BinSums, variances: Float64Array): number {
  let statistic = 0;
  for (let bin = 0; bin < count.length; bin++) {
    const mean = scores[bin] / count[bin];
    // The variance under the hypothesis where the bin's own is smaller: a bin of equal labels has none of its own.
    const variance = Math.max(variances[bin], (mean * (1 - mean)) / count[bin]);
    if (variance > 0) statistic += (mean - events[bin] / count[bin]) ** 2 / variance;
  }
  return statistic;
}

/** Each bin is drawn as this many cells of neighbouring scores with the event and as many without, at their means. */
const CELLS_OF_BIN = 25;

function resamples(predictions: Predictions, bins: ScoreCells, replicates: number, random: Random): Figures[] {
  const cells = outcomeCells(predictions, CELLS_OF_BIN * bins.scores.length);
  const width = cells.scores.length;
  const means = cellMeans(predictions, cells);
  const binOfCell = new Int32Array(width);
  cells.cellOfRow.forEach((cell, row) => {
    binOfCell[cell] = bins.cellOfRow[row];
  });
  const samples: Figures[] = [];
  const [count, events, scores] = [0, 1, 2].map(() => new Float64Array(bins.scores.length));
  resampleCells(cells, predictions.clusters, { random, replicates }, (counts) => {
    for (const sums of [count, events, scores]) sums.fill(0);
    let [brier, drawn] = [0, 0];
    for (let cell = 0; cell < width; cell++) {
      const [withEvent, without] = [counts.events[cell], counts.nonEvents[cell]];
      const bin = binOfCell[cell];
      count[bin] += withEvent + without;
      events[bin] += withEvent;
      scores[bin] += withEvent * means.score[cell] + without * means.score[cell + width];
      brier += withEvent * means.squaredError[cell] + without * means.squaredError[cell + width];
      drawn += withEvent + without;
    }
    samples.push(plainFigures({ count, events, scores, brier: brier / drawn }));
  });
  return samples;
}

/** Mean score and mean squared error of the rows at each place. */
function cellMeans({ scores, labels }: Predictions, { placeOfRow, scores: cells }: OutcomeCells) {
  const [count, score, squaredError] = [0, 1, 2].map(() => new Float64Array(2 * cells.length));
  placeOfRow.forEach((place, row) => {
    count[place]++;
    score[place] += scores[row];
    squaredError[place] += (scores[row] - labels[row]) ** 2;
  });
  const perRow = (total: number, place: number): number => (count[place] === 0 ? 0 : total / count[place]);
  return { score: score.map(perRow), squaredError: squaredError.map(perRow) };
}

/**
 * From the percentile to the basic limit, moved by the bias that the resamples show as the sample's own, and wider by Student's t: the
 * resamples are a little skewed and vary with people less one. The percentile limits alone covered 92 to 93 % (bench/coverage-usefulness.ts).
 */
function shifted(replicates: Float64Array, plain: number, corrected: number, { level, people }: Spread) {
  const mean = replicates.reduce((total, value) => total + value, 0) / replicates.length;
  const [low, high] = quantiles(replicates.toSorted(), [(1 - level) / 2, (1 + level) / 2]);
  const wider = (studentTMultiplier(level, people - 1) / normalMultiplier(level)) * Math.sqrt(people / (people - 1));
  const half = wider * Math.max(mean - low, high - mean);
  const centre = 2 * plain - mean;
  return { lower: Math.min(corrected, centre - half), upper: Math.max(corrected, centre + half) };
}

interface Spread {
  readonly level: number;
  readonly people: number;
}
