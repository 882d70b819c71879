import type { CannotTell } from '#lib/validation/estimate.ts';
import type { Count, Figure, Suppressed } from '../../record.ts';
import type { ComparedResults } from '../compared-record.ts';
import type { EvaluationGroup } from '../record.ts';

/** What had happened by a horizon, and what was predicted of it. */
export interface HorizonResult {
  readonly at: number;
  /** Had the event, had a competing one (null where none is coded), were censored before, were followed beyond. */
  readonly events: Count;
  readonly competing: Count | null;
  readonly censored: Count;
  readonly beyond: Count;
  /** Probability of the event by then, Kaplan-Meier or Aalen-Johansen. */
  readonly observed: Figure;
  /** Mean predicted probability; null where the model gives none for this horizon. */
  readonly expected: number | Suppressed | null;
  readonly observedExpected: Figure | null;
  readonly auroc: Figure;
  readonly brier: Figure | null;
  /** Of the event on the logit of its predicted probability. */
  readonly slope: Figure | null;
}

export interface TimeToEventGroup extends EvaluationGroup {
  /** By the reversed Kaplan-Meier curve; null where it does not fall to a half. */
  readonly medianFollowUp: number | Suppressed | null;
  /** Both up to the last horizon; people with a competing event are taken as never having the event. */
  readonly harrellC: Figure;
  readonly unoC: Figure;
  readonly horizons: readonly HorizonResult[];
}

/** Studies with about the same predicted probability. */
export interface RiskBin {
  readonly n: Count;
  readonly events: Count;
  readonly predicted: number | Suppressed;
  readonly observed: Figure;
}

export interface HorizonCalibration {
  readonly at: number;
  readonly bins: readonly RiskBin[];
  /** Smooth curve with its pointwise band, or why there is none. */
  readonly curve: readonly CalibrationPoint[] | CannotTell | Suppressed;
  /** Brier score if everybody were predicted the mean incidence. */
  readonly nullBrier: Figure;
}

export interface CalibrationPoint {
  readonly predicted: number;
  readonly observed: number;
  readonly lower: number;
  readonly upper: number;
}

export interface CurvePoint {
  readonly time: number;
  readonly incidence: number;
  readonly lower: number;
  readonly upper: number;
  /** Followed beyond the time without any event, and with the event by then. */
  readonly atRisk: number;
  readonly events: number;
}

/** Cumulative incidence of people with about the same predicted risk. */
export interface RiskGroup {
  readonly name: string;
  readonly n: Count;
  readonly events: Count;
  readonly curve: readonly CurvePoint[];
}

export interface TimeToEventResults extends ComparedResults {
  readonly kind: 'time-to-event';
  readonly event: string;
  readonly timeUnit: 'days' | 'weeks' | 'months' | 'years';
  readonly hasCompeting: boolean;
  /** The ranking is by a score of its own, not by the risk at the last horizon. */
  readonly ownScore: boolean;
  readonly groups: readonly TimeToEventGroup[];
  readonly calibration: readonly HorizonCalibration[];
  /** Low, middle and high third of the ranking, or the groups of the cut points. */
  readonly riskGroups: readonly RiskGroup[];
}
