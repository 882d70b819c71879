// What the chapter of prediction sets holds: plain JSON.
import type { Count, Figure, Suppressed } from '../../record.ts';

/** Nominal coverages, the first is shown first. */
export const LEVELS = [0.9, 0.95] as const;

/**
 * `lac`: one threshold on the probability; `aps`: adaptive sets; `by-class`: the first, calibrated for each class by itself (Mondrian).
 * A question with two answers has no `aps`: its sets are those of the probability, made random.
 */
export type SetMethod = 'lac' | 'by-class' | 'aps';

/** Whether the coverage is surely below the nominal level, surely not below, or neither, after correction for the number of groups. */
export type CoverageVerdict = 'below' | 'reached' | 'cannot tell' | 'hidden';

export interface GroupCoverage {
  /** `all`, `class`, `site`, `sex`, `age`, `device` or what sites describe. */
  readonly column: string;
  readonly group: string;
  readonly n: Count;
  readonly people: Count;
  /** Studies of the group that were calibrated with instead of judged. */
  readonly notJudged: Count;
  readonly coverage: Figure;
  readonly verdict: CoverageVerdict;
  /** Sets with one class, with several, and with none. */
  readonly single: Figure;
  readonly several: Figure;
  readonly none: Figure;
  /** Single answers that are right. */
  readonly singleRight: Figure;
  readonly meanSize: number | Suppressed;
}

/** Sets made with one calibration. */
export interface Calibrated {
  /** The hospital that was kept out of the calibration, which is judged; null: half of the people of each were. */
  readonly leftOut: string | null;
  readonly method: SetMethod;
  readonly level: number;
  /** People that it is calibrated on, of each class where it is calibrated by class. */
  readonly calibrated: readonly Count[];
  /** Between which coverages 95 % of calibrations of this size lie by chance alone, where people are exchangeable; null by class. */
  readonly chance: { readonly lower: number; readonly upper: number } | Suppressed | null;
  /** Largest nonconformity in a set; of each class where it is calibrated by class. */
  readonly thresholds: readonly number[] | Suppressed;
  readonly groups: readonly GroupCoverage[];
}

/** A calibration that too few people are there for. */
export interface NotCalibrated {
  readonly leftOut: string | null;
  readonly method: SetMethod;
  readonly level: number;
  readonly cannotTell: string | Suppressed;
}

/** What the sets are sets of: the outcome and its absence, or the classes of the model. */
export interface Question {
  readonly about: 'outcome' | 'classes';
  readonly answers: readonly string[];
  /** Studies with answer and label that are in no set: their labels name several classes. */
  readonly calibrations: readonly (Calibrated | NotCalibrated)[];
}

export interface Conformal {
  readonly questions: readonly Question[];
}

export const isCalibrated = (one: Calibrated | NotCalibrated): one is Calibrated => 'groups' in one;
