import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';

/** What may differ between groups. Rates at a threshold, ranking of people, and calibration. */
export const GAP_METRICS = [
  'sensitivity',
  'falsePositiveRate',
  'positivePredictiveValue',
  'negativePredictiveValue',
  'flagRate',
  'auroc',
  'calibration',
] as const;

export type GapMetric = (typeof GAP_METRICS)[number];

/**
 * Claims of one family are corrected together. `performance`: what a model does to people alike in outcome; `predictive`:
 * what depends on how common the outcome is in the group, so that gaps are expected where that differs.
 */
export type GapFamily = 'performance' | 'predictive';

export const familyOf = (metric: GapMetric): GapFamily =>
  metric === 'positivePredictiveValue' || metric === 'negativePredictiveValue' || metric === 'flagRate'
    ? 'predictive'
    : 'performance';

/** Largest gaps that are still called none: differences of rates and of AUROC, and the ratio of observed : expected. */
export interface Margins {
  readonly rate: number;
  readonly auroc: number;
  readonly observedExpectedRatio: number;
}

export const DEFAULT_MARGINS: Margins = { rate: 0.1, auroc: 0.05, observedExpectedRatio: 1.25 };

/** A group against the reference group in one figure, before the number of comparisons is known. */
export interface Gap {
  readonly metric: GapMetric;
  /** Name of the operating threshold; null where none is used. */
  readonly threshold: string | null;
  readonly group: string;
  readonly reference: string;
  readonly groupFigure: Estimate | CannotTell;
  readonly referenceFigure: Estimate | CannotTell;
  /** Group minus reference; of calibration the difference of intercepts in logits. */
  readonly difference: Estimate | CannotTell;
  /** Group by reference; of calibration the ratio of observed : expected. */
  readonly ratio: Estimate | CannotTell;
  /** Two-sided, of no gap: of the difference, for calibration of the ratio. null where it cannot be told. */
  readonly pValue: number | null;
  /** Two one-sided tests of a gap as large as the margin (Schuirmann, doi 10.1007/BF01068419). */
  readonly equivalencePValue: number | null;
  /** Difference, or ratio for calibration. */
  readonly margin: number;
  /** The smallest gap found with 80 % power at this two-sided level (for calibration a ratio); null where none would be. */
  readonly detectable: (alpha: number) => number | null;
}

/** What can be said of a gap at the 5 % level, corrected for the number of comparisons. */
export type Verdict = 'differs' | 'differs-within-margin' | 'equivalent' | 'cannot-tell';

export interface JudgedGap extends Omit<Gap, 'detectable'> {
  readonly family: GapFamily;
  readonly holm: number | null;
  readonly benjaminiHochberg: number | null;
  readonly equivalenceHolm: number | null;
  readonly detectable: number | null;
  readonly verdict: Verdict;
}

/** How many gaps of each family were tested and corrected together. */
export type FamilySizes = Readonly<Record<GapFamily, number>>;
