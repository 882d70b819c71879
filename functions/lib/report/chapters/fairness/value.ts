// What the chapter "Fairness" puts into report.json.
import type { Association } from '#lib/fairness/association.ts';
import type { FamilySizes, GapFamily, GapMetric, Margins, Verdict } from '#lib/fairness/gap.ts';
import type { RateMetric } from '#lib/fairness/group-figures.ts';
import type { SliceCondition } from '#lib/fairness/slices.ts';
import type { CannotTell } from '#lib/validation/estimate.ts';
import type { AnswerCounts, Count, Figure, ReadFigure, Suppressed } from '../../record.ts';

export interface RateResult {
  readonly metric: RateMetric;
  readonly threshold: string;
  readonly figure: Figure;
}

export interface ConfusionResult extends AnswerCounts {
  readonly threshold: string;
}

/** One group of a column by itself. */
export interface FairnessGroup {
  readonly group: string;
  readonly n: Count;
  readonly people: Count;
  readonly events: Count;
  /** People behind the events and behind the others; a person with both is in both. */
  readonly eventPeople: Count;
  readonly nonEventPeople: Count;
  readonly prevalence: Figure;
  readonly confusions: readonly ConfusionResult[];
  readonly rates: readonly RateResult[];
  readonly auroc: Figure;
  readonly observedExpected: Figure;
  /** In logits. */
  readonly intercept: Figure;
}

/** A group against the reference group of its column in one figure. */
export interface FairnessGap {
  readonly metric: GapMetric;
  readonly threshold: string | null;
  readonly family: GapFamily;
  readonly group: string;
  readonly reference: string;
  /** Group minus reference; of calibration the difference of intercepts in logits. Its counts are those of the two groups. */
  readonly difference: ReadFigure;
  /** Group by reference; of calibration the ratio of observed : expected. */
  readonly ratio: ReadFigure;
  readonly pValue: number | null;
  /** Corrected for all comparisons of the family. */
  readonly holm: number | null;
  readonly benjaminiHochberg: number | null;
  readonly equivalencePValue: number | null;
  readonly equivalenceHolm: number | null;
  readonly margin: number;
  /** The smallest gap that the sample would find with 80 % power at the corrected level; null where none. */
  readonly detectable: number | null;
  readonly verdict: Verdict | 'hidden';
}

/** Sensitivity and false positive rate together. */
export interface OddsResult {
  readonly threshold: string;
  readonly group: string;
  readonly gap: ReadFigure;
}

/** The groups of a column that lie furthest apart in one figure, with simultaneous intervals. */
export interface SpreadResult {
  readonly metric: GapMetric;
  readonly threshold: string | null;
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly minimum: ReadFigure;
  readonly maximum: ReadFigure;
  readonly difference: ReadFigure;
  readonly ratio: ReadFigure;
  readonly leftOut: readonly string[];
}

export interface FairnessColumn {
  /** `site`, `sex`, `age`, `device`, or as sites name it. */
  readonly column: string;
  readonly reference: string;
  readonly groups: readonly FairnessGroup[];
  readonly folded: { readonly values: number; readonly rows: Count } | null;
  readonly peopleInSeveral: Count;
  readonly gaps: readonly FairnessGap[];
  readonly odds: readonly OddsResult[];
  readonly spreads: readonly SpreadResult[];
}

/** The combinations of two columns, each against the largest one. */
export interface Intersection {
  readonly columns: readonly [string, string];
  readonly reference: string;
  readonly groups: readonly FairnessGroup[];
  readonly gaps: readonly FairnessGap[];
  /** The shareable edition does not show this pair: some of its combinations are small. */
  readonly hidden: boolean;
}

export interface SliceShareResult {
  readonly rows: Count;
  readonly mistakes: Count;
  readonly people: Count;
}

export interface SliceResult {
  readonly target: 'missed cases' | 'false alarms';
  readonly conditions: readonly SliceCondition[];
  readonly seen: SliceShareResult;
  readonly confirmation: SliceShareResult;
  readonly rest: SliceShareResult;
  readonly difference:
    | { readonly estimate: number; readonly lower: number; readonly upper: number }
    | Suppressed
    | null;
  readonly pValue: number | Suppressed;
  readonly holm: number | Suppressed;
  readonly confirmed: boolean;
}

export interface SliceResults {
  readonly threshold: string;
  readonly lookedAt: number;
  readonly people: { readonly search: Count; readonly confirmation: Count };
  readonly findings: readonly SliceResult[];
}

export interface PriceResult {
  readonly sensitivity: Figure;
  readonly specificity: Figure;
  readonly flagged: Figure;
}

export interface SimulatedGroup {
  readonly group: string;
  readonly n: Count;
  readonly events: Count;
  readonly common: PriceResult;
  readonly own: PriceResult | null;
  readonly shift: number | Suppressed | null;
}

/** What thresholds per group would cost. */
export interface SimulationResult {
  readonly column: string;
  readonly threshold: string;
  readonly wanted: number | Suppressed;
  readonly groups: readonly SimulatedGroup[];
}

/** How two columns, or a column and the outcome, go together. */
export interface AssociationResult {
  readonly first: string;
  /** A column, or `outcome`. */
  readonly second: string;
  readonly strength: Association | CannotTell | Suppressed;
}

export interface FairnessValue {
  readonly margins: Margins;
  /** Comparisons corrected together: of single columns, and of their intersections. */
  readonly families: FamilySizes;
  readonly intersectionFamilies: FamilySizes;
  readonly thresholds: readonly string[];
  readonly columns: readonly FairnessColumn[];
  /** Columns with one group alone, and columns and pairs that are no groups, with the reason. */
  readonly single: readonly string[];
  readonly refused: readonly { readonly name: string; readonly refused: string }[];
  readonly intersections: readonly Intersection[];
  readonly slices: SliceResults;
  readonly simulations: readonly SimulationResult[];
  readonly associations: readonly AssociationResult[];
}
