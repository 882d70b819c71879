// comparison.json: two reports side by side, figure by figure.
import type { FigureStyle } from '../format.ts';
import type { Count, Figure, Report } from '../record.ts';

/** How the difference was made: from the same studies one by one, or from the two figures alone. */
export type Basis = 'paired' | 'unpaired';

/** One figure in both reports, and second against first. */
export interface ComparedFigure {
  readonly name: string;
  readonly style: FigureStyle;
  readonly first: Figure;
  readonly second: Figure;
  /** Second minus first, or second by first where `isRatio`. */
  readonly change: Figure;
  readonly isRatio: boolean;
  readonly basis: Basis;
  /** Two-sided, not corrected; null where nothing was tested: of pairs DeLong's for an AUROC, McNemar's mid-p or Obuchowski's for a share. */
  readonly pValue: number | null;
}

export interface ComparedSite {
  /** A site, or a group of an evaluation; null: all studies in one heap. */
  readonly site: string | null;
  readonly first: Counts;
  readonly second: Counts;
  /** Studies that both reports judged by the same reference; null where no pairs were made. */
  readonly pairs: Count | null;
  readonly figures: readonly ComparedFigure[];
}

/** Studies of both reports, known again by their keys. */
export interface StudiesMet {
  /** In both, held against the same reference: compared one by one. */
  readonly both: number;
  /** In both, but held against another reference: not compared. */
  readonly contradicting: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

export interface Counts {
  readonly n: Count;
  /** With the outcome; null where the answer is not yes or no. */
  readonly events: Count | null;
}

/** What a report says of itself. */
export interface Side {
  /** Cohort, or title of an evaluation. */
  readonly cohort: string;
  readonly model: string;
  /** null for an evaluation, which names its model in words. */
  readonly version: string | null;
  /** What the answers are about. */
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
  /** Null where a report is without its studies. */
  readonly studies: StudiesMet | null;
  readonly sites: readonly ComparedSite[];
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  readonly methods: readonly string[];
}
