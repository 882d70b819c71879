// What the first page of a report says.
import type { Importance } from './point.ts';

/** One of the things to know, with the section that says more: its anchor and its heading. */
export interface ToldPoint {
  readonly importance: Importance;
  readonly section: string;
  readonly title: string;
  readonly text: string;
}

/** What the limits come to together; each limit by its sentence. */
export interface Verdict {
  readonly answer: 'pass' | 'fail' | 'cannot tell' | 'hidden' | 'no limits';
  readonly text: string;
  readonly limits: readonly { readonly limit: string; readonly answer: 'pass' | 'fail' | 'cannot tell' | 'hidden' }[];
}

/** The first page. */
export interface Answer {
  /** Which model, on whom, what it came to. */
  readonly headline: string;
  /** The same line by line. */
  readonly facts: {
    readonly model: string;
    readonly testedOn: string;
    readonly sites: string;
    readonly evidence: string;
  };
  readonly verdict: Verdict;
  /** The three that matter most (lib/report/point.ts), each in one sentence. */
  readonly points: readonly ToldPoint[];
  /** Everything to know in full, those three among them, the most important first. */
  readonly also: readonly ToldPoint[];
  /** How many of them are not among the three. */
  readonly further: number;
}
