// Table 1: who was studied.
import type { CannotTell } from '#lib/validation/estimate.ts';
import type { Count, Figure, Suppressed } from './record.ts';

export interface AgeSummary {
  readonly medianYears: number;
  readonly lowerQuartileYears: number;
  readonly upperQuartileYears: number;
  /** Youngest and oldest: single persons, so only in internal reports and on public data. */
  readonly minimumYears: number | Suppressed;
  readonly maximumYears: number | Suppressed;
}

export interface FieldMissing {
  readonly field: string;
  readonly missing: Count;
}

/** Seconds of the recordings. */
export interface DurationSummary {
  readonly medianSeconds: number;
  readonly lowerQuartileSeconds: number;
  readonly upperQuartileSeconds: number;
  /** Shortest and longest: single recordings, so only in internal reports and on public data. */
  readonly minimumSeconds: number | Suppressed;
  readonly maximumSeconds: number | Suppressed;
}

export const CHARACTERISTICS = ['samplingRateHz', 'leads', 'leadRead', 'device'] as const;

/** A group of people that sites describe, by the name of its column. */
export type DescribedGroup = `group:${string}`;

/** How many studies have one value of a characteristic; the values of one characteristic are all studies of the column. */
export interface CategoryCount {
  readonly characteristic: (typeof CHARACTERISTICS)[number] | DescribedGroup;
  readonly value: string;
  readonly n: Count;
}

/** One column of Table 1: the studies of the primary analysis at one site, or at all of them (null). */
export interface Description {
  readonly site: string | null;
  readonly n: Count;
  readonly subjects: Count;
  readonly women: Count;
  readonly men: Count;
  readonly sexMissing: Count;
  readonly age: AgeSummary | CannotTell | Suppressed;
  readonly events: Count;
  readonly prevalence: Figure;
  readonly missing: readonly FieldMissing[];
  /** Of ECGs; null for measurements. */
  readonly duration: DurationSummary | Suppressed | null;
  readonly categories: readonly CategoryCount[];
}
