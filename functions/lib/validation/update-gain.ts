import type { Random } from '#lib/simulate/random.ts';
import { calibrationError } from './calibration-error.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { influenceVariance } from './influence-variance.ts';
import { fitUpdate, type UpdateMethod } from './model-update.ts';
import { type Loss, type NestedCrossValidation, nestedCrossValidation } from './nested-cross-validation.ts';
import { normalMultiplier } from './normal.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { recalibration, tooFewForCalibration } from './recalibration.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

export interface UpdateGainOptions {
  readonly random: Random;
  readonly clipTo: number;
  /** @default 0.95 */
  readonly level?: number;
  /** @default 5 */
  readonly folds?: number;
  /** Rounds whose updated probabilities give slope and ICI. @default 10, 4 from 2,000 rows and 2 from 20,000 rows on */
  readonly rounds?: number;
  /** Rounds of cross-validation for the gains. @default as many as 60,000 rows allow, 200 at most; no fewer than `rounds` */
  readonly gainRounds?: number;
  /** Resamples for the ICI of one round. @default 100 */
  readonly replicates?: number;
  /** p of the model needing no update at all, by the closed test: what is told of a gain allows for it unless it is far below chance. */
  readonly pOfNone?: number;
}

/** Evidence for an update that is less than this leaves it possible that the test chose it by chance. */
const STRONG_EVIDENCE = 0.001;

/** What an update does to people who had no part in it. */
export interface UpdateGain {
  readonly method: UpdateMethod;
  /** Brier score before less after: above 0 the update is better. */
  readonly brierGain: Estimate | CannotTell;
  /** Likewise the mean negative log-likelihood, natural logarithm. */
  readonly logLossGain: Estimate | CannotTell;
  /** Calibration slope of the updated probabilities. */
  readonly slopeAfter: Estimate | CannotTell;
  readonly iciAfter: Estimate | CannotTell;
}

const roundsFor = (n: number): number => (n < 2000 ? 10 : n < 20_000 ? 4 : 2);

/**
 * The squared error that nesting estimates is a mean of differences of two noisy numbers: of 10 rounds its chance error is as large as
 * itself, so that the seed would decide whether a gain is sure. Bates, Hastie and Tibshirani take 200.
 */
const gainRoundsFor = (n: number): number => Math.min(200, Math.floor(60_000 / n));

/**
 * Gain by an update on held-out people: repeated cross-validation in which people are never split (`personFolds`), the update fitted
 * without the fold that it is judged on. Gains are means over rounds, their intervals those of `nestedCrossValidation`. Slope and ICI
 * are means over rounds of estimate and limits, which carry the spread between people.
 */
export function updateGain(
  method: UpdateMethod,
  predictions: Predictions,
  options: UpdateGainOptions,
): UpdateGain | CannotTell {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const refusal = tooFewForCalibration(predictions, events);
  if (refusal) return refusal;
  const n = predictions.labels.length;
  const rounds = options.rounds ?? roundsFor(n);
  const gainRounds = Math.max(rounds, options.gainRounds ?? gainRoundsFor(n));
  const folds = options.folds ?? 5;
  const { random, clipTo } = options;
  const losses = [squared, logarithmic(clipTo)];
  const outside = nestedCrossValidation(method, predictions, { random, folds, rounds: gainRounds, clipTo, losses });
  if (outside === undefined) {
    return { cannotTell: 'an update has no finite fit without one of the folds', n, events };
  }
  const costs = (options.pOfNone ?? 0) > STRONG_EVIDENCE ? costsOf(method, predictions, clipTo) : undefined;
  const design = (of: number) => `held-out people, ${of} × ${folds}-fold cross-validation`;
  const gain = (place: number, name: string) =>
    allowingForChance(
      gainOf(losses[place], `${name}, ${design(gainRounds)}`, predictions, outside, place, folds, level),
      costs?.[place],
      predictions.clusters,
    );
  const settings = { level, clipTo: options.clipTo };
  const over = (figure: (round: Predictions) => Estimate | CannotTell, name: string) =>
    meanOf(
      outside.rounds.slice(0, rounds).map((scores) => figure({ ...predictions, scores })),
      `${name}, ${design(rounds)}`,
    );
  return {
    method,
    brierGain: gain(0, 'Brier score before less after the update'),
    logLossGain: gain(1, 'log-loss before less after the update'),
    slopeAfter: over((round) => recalibration(round, settings).slope, 'calibration slope after the update'),
    iciAfter: over(
      (round) =>
        calibrationError(round, { ...settings, random: options.random, replicates: options.replicates ?? 100 }).ici,
      'ICI after the update',
    ),
  };
}

const squared: Loss = (probability, label) => (probability - label) ** 2;

const logarithmic =
  (clipTo: number): Loss =>
  (probability, label) =>
    -Math.log(Math.max(clipTo, label === 1 ? probability : 1 - probability));

/**
 * What the update would cost in each row if the probabilities were right as they are: their squared distance to the updated ones, and the
 * Kullback-Leibler divergence.
 */
function costsOf(method: UpdateMethod, predictions: Predictions, clipTo: number): readonly Float64Array[] | undefined {
  const { scores } = predictions;
  const after = fitUpdate(method, predictions, clipTo)?.apply(scores);
  if (after === undefined) return undefined;
  const expected = (loss: Loss) =>
    scores.map((p, row) => {
      const cost = (label: 0 | 1) => loss(after[row], label) - loss(p, label);
      return p * cost(1) + (1 - p) * cost(0);
    });
  return [expected(squared), expected(logarithmic(clipTo))];
}

/** The interval reaches from none to the cost of an update that is not needed, both at its level. */
function allowingForChance(
  gain: Estimate | CannotTell,
  costs: Float64Array | undefined,
  clusters: Int32Array | undefined,
): Estimate | CannotTell {
  if ('cannotTell' in gain || costs === undefined) return gain;
  const mean = sum(costs) / costs.length;
  const about = costs.map((cost) => (cost - mean) / costs.length);
  const most = mean + normalMultiplier(gain.level) * Math.sqrt(influenceVariance(about, clusters, gain.level).variance);
  const method = `${gain.method}, allowing for an update that is not needed`;
  return { ...gain, lower: Math.min(gain.lower, -most), upper: Math.max(gain.upper, 0), method };
}

function gainOf(
  loss: Loss,
  method: string,
  { scores, labels, clusters }: Predictions,
  { rounds, squaredErrors }: NestedCrossValidation,
  place: number,
  folds: number,
  level: number,
): Estimate | CannotTell {
  const n = labels.length;
  const events = sum(labels);
  const gains = scores.map(
    (score, row) =>
      loss(score, labels[row]) -
      rounds.reduce((total, updated) => total + loss(updated[row], labels[row]), 0) / rounds.length,
  );
  const estimate = sum(gains) / n;
  const spread = influenceVariance(
    gains.map((gain) => (gain - estimate) / n),
    clusters,
    level,
  );
  if (!(spread.variance > 0)) return { cannotTell: 'the update changes nothing', n, events };
  const people = spread.clusters ?? n;
  // As in the paper: no less than the spread of the rows says, and no more than if only one fold could be counted.
  const variance = Math.max(spread.variance, Math.min(squaredErrors[place], folds * spread.variance));
  const half = studentTMultiplier(level, people - 1) * Math.sqrt(variance);
  const own = spread.clusters === undefined ? {} : { clusters: spread.clusters };
  return { estimate, lower: estimate - half, upper: estimate + half, level, method, n, events, ...own };
}

function meanOf(figures: readonly (Estimate | CannotTell)[], method: string): Estimate | CannotTell {
  const untold = figures.find((figure) => 'cannotTell' in figure);
  if (untold !== undefined) return untold;
  const told = figures.filter((figure) => 'estimate' in figure);
  const mean = (of: (figure: Estimate) => number) => sum(told.map(of)) / told.length;
  return {
    ...told[0],
    estimate: mean(({ estimate }) => estimate),
    lower: mean(({ lower }) => lower),
    upper: mean(({ upper }) => upper),
    method,
  };
}
