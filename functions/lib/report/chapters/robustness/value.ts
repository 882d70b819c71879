import type { AnalysedRow } from '#lib/cohort/select.ts';
import type { Disturbance } from '#lib/robustness/disturbance.ts';
import type { Estimate } from '#lib/validation/estimate.ts';
import type { Count, Figure, Suppressed } from '../../record.ts';

/** What became of the studies of one class under a disturbance: `applied` is the sum of the next three. */
export interface Fates {
  /** Studies to which it could be done. */
  readonly applied: Count;
  readonly answered: Count;
  /** The model kept silent. */
  readonly silent: Count;
  /** Intake would have refused them. */
  readonly refused: Count;
  /** Among the answered and the silent: the quality check warns of something that it did not warn of before. */
  readonly warned: Count;
}

/** Disturbed less undisturbed at one threshold, among studies that were still answered. */
export interface ThresholdChange {
  readonly name: string;
  readonly sensitivity: Figure;
  readonly specificity: Figure;
  /** Share of the decisions that changed, with the outcome and without. */
  readonly flippedWith: Figure;
  readonly flippedWithout: Figure;
}

export interface DisturbedResult extends Disturbance {
  readonly withOutcome: Fates;
  readonly without: Fates;
  /** Change of the AUROC, disturbed less undisturbed. */
  readonly auroc: Figure;
  readonly thresholds: readonly ThresholdChange[];
  /** Mean of the absolute change of the score, with the outcome and without. */
  readonly shiftWith: Figure;
  readonly shiftWithout: Figure;
}

/** A disturbance of everyday use under which a figure fell beyond chance. */
export interface Fall {
  readonly id: string;
  readonly name: string;
  readonly figure: 'AUROC' | 'sensitivity' | 'specificity';
  /** Of a sensitivity. */
  readonly threshold: string | null;
  readonly change: Estimate | Suppressed;
  /** Corrected for all that were looked at. */
  readonly pValue: number | Suppressed;
}

/** Where a fall was seen by hospital, sex, age band and recorder: looked at afterwards, not corrected. */
export interface GroupFall extends Pick<Fall, 'id' | 'name' | 'figure' | 'threshold'> {
  readonly group: string;
  readonly change: Figure;
}

export interface Draw {
  /** Studies drawn, and those of each class that the model was asked about again. */
  readonly drawn: Count;
  readonly withOutcome: Count;
  readonly without: Count;
  /** Drawn and no longer in the archive; drawn and not reached in time. */
  readonly gone: Count;
  readonly unreached: Count;
  /** Asked again as they are: not answered, or with another score than the one that stands. Left out. */
  readonly unrepeated: Count;
  /** Largest difference of a repeated score from the one that stands. */
  readonly largestDifference: number;
}

/** Why nothing was rerun where a report is made by itself. */
export const TABLES_ONLY = 'the report was made from tables alone, without the model';

export interface Robustness {
  /** Why the model was not asked; then the rest is empty. */
  readonly notRun: string | null;
  readonly draw: Draw | null;
  readonly results: readonly DisturbedResult[];
  /** Number of tests over which the falls are corrected. */
  readonly tests: number;
  readonly falls: readonly Fall[];
  readonly groups: readonly GroupFall[];
}

/** What of a study the figures need. */
export type RerunRow = Pick<
  AnalysedRow,
  'site' | 'studyKey' | 'subjectKey' | 'label' | 'score' | 'file' | 'sex' | 'ageYears' | 'device'
>;
