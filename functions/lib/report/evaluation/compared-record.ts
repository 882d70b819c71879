// What hospitals and groups say of each other, in the report.json of kinds whose figures can be pooled and compared.

import type { Verdict } from '#lib/fairness/gap.ts';
import type { GapScale } from '#lib/fairness/sampled-gap.ts';
import type { PooledFigure, PooledSite, Scale } from '#lib/validation/pooled-measure.ts';
import type { Absent, SiteEffect, SiteShare } from '#lib/validation/site-summary.ts';
import type { Count, Figure, Suppressed } from '../record.ts';

/** What every kind whose figures are pooled and compared has in its results. */
export interface ComparedResults {
  /** Null without two hospitals. */
  readonly between: BetweenHospitals | null;
  /** Null without a column of at least two groups. */
  readonly comparison: GroupComparison | null;
}

/** Figures of all hospitals and what they give together. */
export interface BetweenHospitals {
  readonly measures: readonly PooledEvaluation[];
}

export interface PooledEvaluation {
  /** Of the figure, such as `bias`. */
  readonly id: string;
  readonly name: string;
  readonly scale: Scale;
  /** Where the figure says "right", or "chance"; null where no value does. */
  readonly ideal: number | null;
  /** All that pooling needs of each hospital, and no row. */
  readonly figures: readonly { readonly site: string; readonly figure: SiteEffect | SiteShare | Absent }[];
  readonly sites: readonly PooledSite[];
  readonly pooled: PooledFigure | NotPooled;
}

export interface NotPooled {
  readonly notPooled: string;
}

/** Each group of a column against its largest, all corrected together. */
export interface GroupComparison {
  readonly figures: readonly ComparedFigureName[];
  readonly columns: readonly ComparedColumn[];
  readonly gaps: readonly GroupGap[];
}

export interface ComparedFigureName {
  readonly id: string;
  readonly name: string;
  /** How groups are held against each other: `ratio`, or by a difference. */
  readonly scale: GapScale | 'share';
  /** Largest gap of no consequence, as the evaluation file states it; null where it states none. */
  readonly acceptableGap: number | null;
}

export interface ComparedColumn {
  readonly column: string;
  /** The largest group, against which the others are held. */
  readonly reference: string;
  /** People with studies in more than one group. */
  readonly peopleInSeveral: Count;
}

export interface GroupGap {
  readonly column: string;
  readonly group: string;
  readonly reference: string;
  /** Id of the figure. */
  readonly figure: string;
  readonly groupFigure: Figure;
  readonly referenceFigure: Figure;
  /** Group less reference, or group by reference. */
  readonly gap: Figure;
  readonly pValue: number | Suppressed | null;
  /** Corrected for all comparisons of the report. */
  readonly holm: number | Suppressed | null;
  /** Two one-sided tests against the acceptable gap, and corrected likewise; null without one. */
  readonly equivalencePValue: number | Suppressed | null;
  readonly equivalenceHolm: number | Suppressed | null;
  /** Smallest gap found with 80 % power at the level of Holm's first step. */
  readonly detectable: number | Suppressed | null;
  readonly verdict: Verdict | 'hidden';
}
