/** A figure with its interval. Every figure of a report is one of these, or a `CannotTell`. */
export interface Estimate {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Confidence level of the interval, for instance 0.95. */
  readonly level: number;
  /** How estimate and interval were made, in words fit for the methods section of a report. */
  readonly method: string;
  /** Studies that the figure rests on: its denominator. */
  readonly n: number;
  /** Studies among them with the outcome (for a proportion: its numerator). */
  readonly events: number;
  /** People behind the studies, where several studies of one person were allowed for. */
  readonly clusters?: number;
}

/** The honest answer where the data do not carry the figure. */
export interface CannotTell {
  /** Why, as a plain sentence without a period. */
  readonly cannotTell: string;
  readonly n: number;
  readonly events: number;
}

/** Confidence level of every interval unless a caller asks for another. */
const DEFAULT_LEVEL = 0.95;

/** Narrows to the answer "cannot tell". */
export function isCannotTell(answer: object): answer is CannotTell {
  return 'cannotTell' in answer;
}

/** The confidence level asked for, checked: strictly between 0 and 1. */
export function checkedLevel(level: number = DEFAULT_LEVEL): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`confidence level: found ${level}, allowed: between 0 and 1`);
  return level;
}
