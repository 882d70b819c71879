import { isSuppressed, type Suppressed } from '../../record.ts';
import { twoDigits } from '../figures.ts';
import type { Quartiles } from './record.ts';

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
