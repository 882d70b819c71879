import { type CalibrationCurve, calibrationCurve } from '#lib/validation/calibration-curve.ts';
import { type CalibrationGroup, calibrationGroups } from '#lib/validation/calibration-groups.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import type { CalibrationBin, CalibrationPlot, CurvePoint, ScoreBin, Untold } from './record.ts';

/** Scores are held between this and 1 minus this where a logit is taken. */
export const LOGIT_LIMIT = 1e-6;

const CURVE_POINTS = 1001;
const CURVE_STEPS = 50;
const SCORE_BINS = 10;

/**
 * The calibration plot of one site: groups at the tenths of the score, smooth curve, and histogram of scores. Where `why` says that
 * the site can only be described, the groups have no intervals and there is no curve.
 */
export function calibrationPlot(site: string, predictions: Predictions, why?: string): CalibrationPlot {
  const groups = calibrationGroups(predictions);
  const bins = groups.map((group) => calibrationBin(group, why));
  const curve = calibrationCurve(predictions, { points: CURVE_POINTS, clipTo: LOGIT_LIMIT });
  const first = groups[0]?.meanPredicted ?? 0;
  const last = groups[groups.length - 1]?.meanPredicted ?? 1;
  return {
    site,
    bins,
    curve: isCannotTell(curve)
      ? curve
      : why !== undefined
        ? { cannotTell: why, ...countsOf(predictions) }
        : pointsBetween(curve, first, last),
    histogram: scoreHistogram(predictions),
  };
}

/** A group as it is reported: the lowest and the highest score are single persons and are left out. */
export const calibrationBin = ({ meanPredicted, observed }: CalibrationGroup, why?: string): CalibrationBin => ({
  n: observed.n,
  events: observed.events,
  meanScore: meanPredicted,
  observed: why === undefined ? observed : describedShare(observed, why),
});

const describedShare = ({ n, events }: Estimate | CannotTell, why: string): Untold => ({
  cannotTell: why,
  n,
  events,
  point: events / n,
});

const countsOf = ({ labels }: Predictions) => ({
  n: labels.length,
  events: labels.reduce((sum, label) => sum + label, 0),
});

/**
 * The curve at whole fiftieths between the mean scores of the first and the last group: its own grid would give away the
 * lowest and the highest score, which are single persons, and where there are no data a curve says nothing.
 */
function pointsBetween(curve: CalibrationCurve, first: number, last: number): CurvePoint[] {
  const { predicted, observed, lower, upper } = curve;
  const step = (predicted[predicted.length - 1] - predicted[0]) / (predicted.length - 1);
  return Array.from({ length: CURVE_STEPS + 1 }, (_, i) => i / CURVE_STEPS)
    .filter((score) => score >= first && score <= last)
    .map((score) => {
      const place = Math.min(Math.max((score - predicted[0]) / step, 0), predicted.length - 1);
      const below = Math.min(Math.floor(place), predicted.length - 2);
      const between = (values: Float64Array) => values[below] + (place - below) * (values[below + 1] - values[below]);
      return { score, observed: between(observed), lower: between(lower), upper: between(upper) };
    });
}

/** Ten equal ranges of the score, each with its lower end; the last one with both. */
export function scoreHistogram({ scores, labels }: Predictions): ScoreBin[] {
  const counts = Array.from({ length: SCORE_BINS }, () => ({ events: 0, nonEvents: 0 }));
  for (let row = 0; row < scores.length; row++) {
    const bin = counts[Math.min(SCORE_BINS - 1, Math.floor(scores[row] * SCORE_BINS))];
    if (labels[row] === 1) bin.events += 1;
    else bin.nonEvents += 1;
  }
  return counts.map((count, i) => ({ from: i / SCORE_BINS, to: (i + 1) / SCORE_BINS, ...count }));
}
