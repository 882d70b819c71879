// The figure that a limit is about, of any rows, at the level that the limit asks for.
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { LOGIT_LIMIT } from '#lib/report/calibration-plot.ts';
import { peopleOf, predictionsOf } from '#lib/report/measure.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { brier } from '#lib/validation/brier.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import { threshold } from '#lib/validation/threshold.ts';
import { isAtThreshold, type Limit } from './limit.ts';

/** Fewer people on whom a figure rests are described in a report, not judged. */
export const FEWEST_PEOPLE = 10;

/** The limit's figure of these rows with its interval at `level`. */
export function limitFigure(
  { measure, threshold: name }: Limit,
  rows: readonly AnalysedRow[],
  thresholds: ModelContract['thresholds'],
  level: number,
): Estimate | CannotTell {
  if (rows.length === 0) return { cannotTell: 'no study is in this group', n: 0, events: 0 };
  if (isAtThreshold(measure)) return rateOf(measure, rows, thresholdNamed(thresholds, name), level);
  const few = tooFewPeople(rows);
  if (few !== undefined) return few;
  const predictions = predictionsOf(rows);
  if (measure === 'AUROC') return auroc(predictions, { level });
  if (measure === 'O:E') return observedExpected(predictions, { level });
  if (measure === 'Brier score') return brier(predictions, { level });
  const { intercept, slope } = recalibration(predictions, { level, clipTo: LOGIT_LIMIT });
  return measure === 'calibration slope' ? slope : intercept;
}

function thresholdNamed(thresholds: ModelContract['thresholds'], name: string | undefined) {
  const found = name === undefined ? thresholds[0] : thresholds.find((one) => one.name === name);
  if (found !== undefined) return found;
  const allowed = thresholds.map((one) => one.name).join(', ');
  throw new RangeError(`threshold: found ${name ?? 'none'}, allowed ${allowed || 'a model with thresholds'}`);
}

/** Each row at the threshold of the weights that scored it. */
function rateOf(
  measure: Limit['measure'],
  rows: readonly AnalysedRow[],
  at: ModelContract['thresholds'][number],
  level: number,
): Estimate | CannotTell {
  const predictions = predictionsOf(rows);
  const scores = predictions.scores.map((score, row) => score - thresholdOf(at, rows[row].file));
  const rates = threshold({ ...predictions, scores }, 0, { level, minimumRows: FEWEST_PEOPLE });
  if (measure === 'sensitivity') return rates.sensitivity;
  if (measure === 'specificity') return rates.specificity;
  return measure === 'PPV' ? rates.positivePredictiveValue : rates.negativePredictiveValue;
}

/** As everywhere in a report: a group of fewer people, or with fewer who have the outcome, is described and not judged. */
function tooFewPeople(rows: readonly AnalysedRow[]): CannotTell | undefined {
  const withOutcome = rows.filter(({ label }) => label === 1);
  const [people, events] = [rows, withOutcome].map(peopleOf);
  if (people >= FEWEST_PEOPLE && events >= FEWEST_PEOPLE) return undefined;
  return {
    cannotTell: `${people} people, ${events} of them with the outcome: at least ${FEWEST_PEOPLE} are needed`,
    n: rows.length,
    events: withOutcome.length,
  };
}
