// The things to know of a report, and which of them its first page tells.

/** What matters most comes first: a limit that is broken, a harm that is shown, what cannot be told, what limits every figure, a plain result. */
export const IMPORTANCE = ['broken limit', 'shown harm', 'cannot tell', 'serious caution', 'result'] as const;

export type Importance = (typeof IMPORTANCE)[number];

/** Something to know, in one sentence for the first page and in full. */
export interface Point {
  readonly importance: Importance;
  readonly brief: string;
  /** With all its figures; null where it stands in full under Cautions. */
  readonly text: string | null;
}

/** With the section of the report that says more: its anchor and its heading. */
export interface PlacedPoint extends Point {
  readonly section: string;
  readonly title: string;
}

/** Something of which one sentence says all; nothing without words. */
export const pointOf = (importance: Importance, text: string): Point[] =>
  text === '' ? [] : [{ importance, brief: text, text }];

/** Predicted probabilities that are off by less than a tenth are a result, not a harm. 1 − 0.9 is 0.1 but for rounding. */
export const isFarFromRight = ({ estimate }: { readonly estimate: number }): boolean =>
  Math.abs(estimate - 1) >= 0.1 - 1e-9;

/** From this share on, what is not answered limits every figure of what is. */
export const MUCH_SILENCE = 0.05;

/** As many as a reader takes in at once. */
export const MOST_TOLD = 3;

/** The same points by their importance; those of equal importance stay in the order of the report. */
export const mostImportantFirst = <One extends Point>(points: readonly One[]): One[] =>
  points.toSorted((a, b) => IMPORTANCE.indexOf(a.importance) - IMPORTANCE.indexOf(b.importance));
