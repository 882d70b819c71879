import type { Random } from '#lib/simulate/random.ts';
import { calibrationError } from './calibration-error.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { influenceVariance } from './influence-variance.ts';
import { fitUpdate, type UpdateMethod } from './model-update.ts';
import { personFolds } from './person-folds.ts';
import { countEventsOfProbabilities, type Predictions, selectRows } from './predictions.ts';
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
  /** Rounds of cross-validation. @default 10, and 2 from 20,000 rows on */
  readonly rounds?: number;
}

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

/** Resamples for the ICI of one round. */
const REPLICATES_OF_ROUND = 100;

/**
 * Gain by an update on held-out people: repeated cross-validation in which people are never split (`personFolds`), the update fitted
 * without the fold that it is judged on. Losses are means over rounds; their intervals allow for people (t interval over their sums).
 * Slope and ICI are means over rounds of estimate and limits, which carry the spread between people; folds only add noise to them.
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
  const rounds = options.rounds ?? (n < 20_000 ? 10 : 2);
  const folds = options.folds ?? 5;
  const outside: Float64Array[] = [];
  for (let round = 0; round < rounds; round++) {
    const updated = heldOut(method, predictions, folds, options);
    if (updated === undefined) return { cannotTell: 'an update has no finite fit without one of the folds', n, events };
    outside.push(updated);
  }
  const design = `held-out people, ${rounds} × ${folds}-fold cross-validation`;
  const gain = (loss: Loss, name: string) =>
    gainOf(loss, `${name}, ${design}`, predictions, outside, level, options.clipTo);
  const settings = { level, clipTo: options.clipTo };
  const over = (figure: (round: Predictions) => Estimate | CannotTell, name: string) =>
    meanOf(
      outside.map((scores) => figure({ ...predictions, scores })),
      `${name}, ${design}`,
    );
  return {
    method,
    brierGain: gain(squared, 'Brier score before less after the update'),
    logLossGain: gain(logarithmic, 'log-loss before less after the update'),
    slopeAfter: over((round) => recalibration(round, settings).slope, 'calibration slope after the update'),
    iciAfter: over(
      (round) => calibrationError(round, { ...settings, random: options.random, replicates: REPLICATES_OF_ROUND }).ici,
      'ICI after the update',
    ),
  };
}

type Loss = (probability: number, label: number, clipTo: number) => number;

const squared: Loss = (probability, label) => (probability - label) ** 2;

const logarithmic: Loss = (probability, label, clipTo) =>
  -Math.log(Math.max(clipTo, label === 1 ? probability : 1 - probability));

/** Each row's probability by the update that was fitted without its person. */
function heldOut(
  method: UpdateMethod,
  predictions: Predictions,
  folds: number,
  { random, clipTo }: UpdateGainOptions,
): Float64Array | undefined {
  const foldOf = personFolds(predictions, folds, random);
  const updated = new Float64Array(foldOf.length);
  for (let fold = 0; fold < folds; fold++) {
    const [inside, outside] = [rowsWhere(foldOf, (other) => other !== fold), rowsWhere(foldOf, (own) => own === fold)];
    const update = fitUpdate(method, selectRows(predictions, inside), clipTo);
    if (update === undefined) return undefined;
    const probabilities = update.apply(selectRows(predictions, outside).scores);
    outside.forEach((row, place) => {
      updated[row] = probabilities[place];
    });
  }
  return updated;
}

function rowsWhere(foldOf: Uint8Array, wanted: (fold: number) => boolean): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < foldOf.length; row++) if (wanted(foldOf[row])) rows.push(row);
  return Uint32Array.from(rows);
}

function gainOf(
  loss: Loss,
  method: string,
  { scores, labels, clusters }: Predictions,
  rounds: readonly Float64Array[],
  level: number,
  clipTo: number,
): Estimate | CannotTell {
  const n = labels.length;
  const events = sum(labels);
  const gains = scores.map(
    (score, row) =>
      loss(score, labels[row], clipTo) -
      rounds.reduce((total, updated) => total + loss(updated[row], labels[row], clipTo), 0) / rounds.length,
  );
  const estimate = sum(gains) / n;
  const spread = influenceVariance(
    gains.map((gain) => (gain - estimate) / n),
    clusters,
    level,
  );
  if (!(spread.variance > 0)) return { cannotTell: 'the update changes nothing', n, events };
  const people = spread.clusters ?? n;
  const half = studentTMultiplier(level, people - 1) * Math.sqrt(spread.variance);
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
