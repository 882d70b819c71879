import { quantiles } from '#lib/validation/quantiles.ts';
import { type FigureStyle, formatNumber, HIDDEN } from '../format.ts';
import { MINIMUM_ROWS } from '../measure.ts';
import { isSuppressed, type Suppressed } from '../record.ts';
import { twoDigits } from './figures.ts';

/** Quartiles of a measurement, in its unit. */
export interface Quartiles {
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
}

/** Null of too few values. */
export function quartilesOf(values: Float64Array): Quartiles | null {
  if (values.length < MINIMUM_ROWS) return null;
  const [lowerQuartile, median, upperQuartile] = quantiles(values.toSorted(), [0.25, 0.5, 0.75]);
  return { lowerQuartile, median, upperQuartile };
}

/** "55 (48 to 62)": median and quartiles. */
export function quartileText(quartiles: Quartiles | Suppressed | null, style: FigureStyle): string {
  if (quartiles === null) return 'too few';
  if (isSuppressed(quartiles)) return HIDDEN;
  const { lowerQuartile, median, upperQuartile } = quartiles;
  const text = (value: number): string => formatNumber(value, style);
  return `${text(median)} (${text(lowerQuartile)} to ${text(upperQuartile)})`;
}

/** Quartiles that may leave: each is one person's value. */
export function roundedQuartiles(quartiles: Quartiles | Suppressed | null): Quartiles | Suppressed | null {
  if (quartiles === null || isSuppressed(quartiles)) return quartiles;
  const { lowerQuartile, median, upperQuartile } = quartiles;
  return {
    lowerQuartile: twoDigits(lowerQuartile),
    median: twoDigits(median),
    upperQuartile: twoDigits(upperQuartile),
  };
}
