// The one place where numbers become text: page, messages and tests use these functions.
import { type Count, isEstimate, isSuppressed, type ReadFigure } from './record.ts';

export const HIDDEN = 'hidden';

/** How a figure is written: probabilities as fractions or as percentages, differences of percentages in points, ratios and logits as they are, measurements in tenths or whole. */
export type FigureStyle = 'fraction' | 'percent' | 'points' | 'ratio' | 'tenths' | 'whole';

const DECIMALS: Readonly<Record<FigureStyle, number>> = {
  fraction: 3,
  percent: 1,
  points: 1,
  ratio: 2,
  tenths: 1,
  whole: 0,
};

/** Fractions that are written times 100, and the unit behind them. */
const HUNDREDTHS: Partial<Readonly<Record<FigureStyle, string>>> = { percent: ' %', points: ' points' };

/** "1,234", or "hidden". */
export function formatCount(count: Count): string {
  return isSuppressed(count) ? HIDDEN : groupThousands(count);
}

/** "1 person", "34 people". */
export const formatPeople = (people: Count): string => `${formatCount(people)} ${people === 1 ? 'person' : 'people'}`;

/** "0.858 (0.816 to 0.892)", "85.8 % (81.6 to 89.2)", "0.990 (no interval)", "cannot tell", or "hidden". */
export function formatFigure(figure: ReadFigure, style: FigureStyle): string {
  if (isSuppressed(figure)) return HIDDEN;
  const text = (value: number) => formatNumber(value, style);
  const unit = HUNDREDTHS[style] ?? '';
  if (!isEstimate(figure))
    return figure.point === undefined ? 'cannot tell' : `${text(figure.point)}${unit} (no interval)`;
  const { estimate, lower, upper } = figure;
  return `${text(estimate)}${unit} (${text(lower)} to ${text(upper)})`;
}

/** The same difference the other way round. */
export const turned = <One extends Extract<ReadFigure, { readonly estimate: number }>>(difference: One): One => ({
  ...difference,
  ...{ estimate: -difference.estimate, lower: -difference.upper, upper: -difference.lower },
});

/** A number in a style, without its unit; a true minus sign. */
export function formatNumber(value: number, style: FigureStyle): string {
  return withMinus((value * perUnit(style)).toFixed(DECIMALS[style]));
}

/** By what a value is multiplied to be written. */
export const perUnit = (style: FigureStyle): number => (style in HUNDREDTHS ? 100 : 1);

/** How a difference of two figures is written. */
export const differenceStyle = (style: FigureStyle): FigureStyle => (style === 'percent' ? 'points' : style);

/** "31 (35.2 %)": a count with its share of a total. */
export function formatShare(part: Count, total: Count): string {
  if (isSuppressed(part)) return HIDDEN;
  if (isSuppressed(total) || total === 0) return groupThousands(part);
  return `${groupThousands(part)} (${formatNumber(part / total, 'percent')} %)`;
}

/** A number of years or the like: at most one decimal. */
export function formatPlain(value: number): string {
  return withMinus(String(Math.round(value * 10) / 10));
}

/** Ages over 89 are one category, filed as 90 (45 CFR 164.514(b)(2)(i)(C)). */
const OLDEST_YEARS = 90;

/** "63", "90 or more". */
export const formatAge = (years: number): string =>
  years >= OLDEST_YEARS ? `${OLDEST_YEARS} or more` : formatPlain(years);

/** As many names as a sentence of the first page has room for. */
const FEW = 2;

/** "a", "a; b", "a; b; 3 more". */
export const few = (words: readonly string[]): string =>
  [...words.slice(0, FEW), ...(words.length > FEW ? [`${words.length - FEW} more`] : [])].join('; ');

/** "research use only" at the start of a line. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function withMinus(text: string): string {
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

function groupThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
