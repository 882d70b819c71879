// What each chapter puts into report.json, under its own name; null where the cohort gives nothing to say.
import type { CalibrationDetail } from './chapters/calibration-detail/value.ts';
import type { Classes } from './chapters/classes/value.ts';
import type { Conformal } from './chapters/conformal/value.ts';
import type { DiscriminationDetail } from './chapters/discrimination-detail/value.ts';
import type { DriftValue } from './chapters/drift/drift.ts';
import type { Examples } from './chapters/examples/examples.ts';
import type { FairnessValue } from './chapters/fairness/value.ts';
import type { Hospitals } from './chapters/hospitals/value.ts';
import type { LabelsValue } from './chapters/labels/value.ts';
import type { LimitsValue } from './chapters/limits/limits.ts';
import type { PrecisionOfStudy } from './chapters/precision/value.ts';
import type { Robustness } from './chapters/robustness/value.ts';
import type { Updating } from './chapters/updating/value.ts';
import type { Usefulness } from './chapters/usefulness/value.ts';

/** In the order of the page. */
export interface Chapters {
  readonly limits: LimitsValue | null;
  readonly hospitals: Hospitals | null;
  readonly fairness: FairnessValue | null;
  readonly classes: Classes | null;
  readonly 'discrimination-detail': DiscriminationDetail | null;
  readonly 'calibration-detail': CalibrationDetail | null;
  readonly updating: Updating | null;
  readonly usefulness: Usefulness | null;
  readonly conformal: Conformal | null;
  readonly precision: PrecisionOfStudy | null;
  readonly drift: DriftValue | null;
  readonly robustness: Robustness | null;
  readonly labels: LabelsValue | null;
  readonly examples: Examples | null;
}
