// What the chapter of labels holds: plain JSON.
import type { Count, Figure } from '../../record.ts';
import type { VerificationAt } from './verification.ts';

export const FACTS = ['source', 'method', 'readers', 'blinded', 'year'] as const;
export type Fact = (typeof FACTS)[number];

/** How many labels of a site have one value of a fact; `not stated` is a value. */
export interface FactCount {
  readonly fact: Fact;
  readonly value: string;
  readonly n: Count;
}

/** Studies that were labelled twice: how many agree, and how well beyond chance. */
export interface Agreement {
  readonly twice: Count;
  readonly agree: Count;
  readonly kappa: Figure;
}

export interface SiteLabels {
  readonly site: string;
  /** Labels that could be used, whatever the model said. */
  readonly n: Count;
  readonly facts: readonly FactCount[];
  /** Two readings within one drop; null where no study has two. */
  readonly readings: Agreement | null;
  /** The first label and the last, of studies that later drops labelled again. */
  readonly corrections: Agreement | null;
}

export interface LabelsValue {
  readonly sites: readonly SiteLabels[];
  /** By hospital and, last, all of them; empty where every scored study has a label. */
  readonly verification: readonly VerificationAt[];
  /** Named by the cohort, and nothing ever came of them. */
  readonly sitesWithoutDrops: readonly string[];
  /** Hospitals that the cohort does not name, and what came of them. */
  readonly otherSites: readonly { readonly site: string; readonly items: Count }[];
}
