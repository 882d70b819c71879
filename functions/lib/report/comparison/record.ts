// comparison.json: two reports side by side, figure by figure.
import type { Count, Figure, Report } from '../record.ts';

/** How the difference was made: from the same studies one by one, or from the two figures alone. */
export type Basis = 'paired' | 'unpaired';

/** One figure in both reports, and second against first. */
export interface ComparedFigure {
  readonly name: string;
  readonly style: 'fraction' | 'percent' | 'ratio';
  readonly first: Figure;
  readonly second: Figure;
  /** Second minus first, or second by first where `isRatio`. */
  readonly change: Figure;
  readonly isRatio: boolean;
  readonly basis: Basis;
}

export interface ComparedSite {
  /** null: all sites in one heap. */
  readonly site: string | null;
  readonly first: Counts;
  readonly second: Counts;
  /** Studies that both reports judged with the same label; null where no pairs were made. */
  readonly pairs: Count | null;
  readonly figures: readonly ComparedFigure[];
}

export interface Counts {
  readonly n: Count;
  readonly events: Count;
}

/** What a report says of itself. */
export interface Side {
  readonly cohort: string;
  readonly model: string;
  readonly version: string;
  readonly label: string;
  readonly software: string;
  readonly audience: Report['audience'];
  readonly inputs: Report['provenance']['inputs'];
}

export interface Comparison {
  readonly schema: 'tricuspid/comparison/1';
  readonly first: Side;
  readonly second: Side;
  readonly headline: string;
  readonly cautions: readonly string[];
  readonly sites: readonly ComparedSite[];
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  readonly methods: readonly string[];
}
