import { brier } from './brier.ts';
import { type CalibrationCurve, type CalibrationCurveOptions, calibrationCurve } from './calibration-curve.ts';
import { type CalibrationGroup, calibrationGroups } from './calibration-groups.ts';
import type { CannotTell, Estimate } from './estimate.ts';
import { observedExpected } from './observed-expected.ts';
import type { Predictions } from './predictions.ts';
import { recalibration } from './recalibration.ts';

export interface Calibration {
  readonly observedExpected: Estimate | CannotTell;
  readonly intercept: Estimate | CannotTell;
  readonly slope: Estimate | CannotTell;
  readonly brier: Estimate | CannotTell;
  readonly groups: readonly CalibrationGroup[];
  readonly curve: CalibrationCurve | CannotTell;
  /** Scores of 0 or 1 that `clipTo` moved for intercept, slope and curve; the other figures use the scores as they are. */
  readonly clipped: number;
}

/** Every calibration figure of a report: in the large, slope, Brier score, and the points and curve of the plot. */
export function calibration(predictions: Predictions, options: CalibrationCurveOptions = {}): Calibration {
  const level = options.level === undefined ? {} : { level: options.level };
  return {
    observedExpected: observedExpected(predictions, level),
    ...recalibration(predictions, options),
    brier: brier(predictions, level),
    groups: calibrationGroups(predictions, level),
    curve: calibrationCurve(predictions, options),
  };
}
