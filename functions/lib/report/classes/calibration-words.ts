import { list } from '../answer.ts';
import { formatFigure } from '../format.ts';
import { isFarFromRight, type Point, pointOf } from '../point.ts';
import { type Figure, isEstimate } from '../record.ts';

/** Observed / expected of a class or finding, its interval corrected for the number of all. */
export interface CalibrationClaim {
  readonly name: string;
  readonly observedExpected: Figure | null;
}

/** So many are named, those farthest from 1; the table has all. */
const MOST_NAMED = 4;

/** Of which classes or findings the probabilities are too high or too low on average; nothing where that cannot be told of any. */
export function calibrationPoints(
  claims: readonly CalibrationClaim[],
  word: { readonly one: string; readonly many: string },
  corrected: number,
): Point[] {
  const told = claims.flatMap(({ name, observedExpected: ratio }) =>
    ratio !== null && isEstimate(ratio) ? [{ name, ratio }] : [],
  );
  const say = (of: typeof told): string =>
    list([
      ...of
        .toSorted((a, b) => distance(b.ratio) - distance(a.ratio))
        .slice(0, MOST_NAMED)
        .map(({ name, ratio }) => `${name} (observed / expected ${formatFigure(ratio, 'ratio')})`),
      ...(of.length > MOST_NAMED ? [`${of.length - MOST_NAMED} more`] : []),
    ]);
  const intervals = `intervals corrected for ${corrected} ${word.many}`;
  if (told.length === 0) return [];
  const high = told.filter(({ ratio }) => ratio.upper < 1);
  const low = told.filter(({ ratio }) => ratio.lower > 1);
  if (high.length + low.length === 0)
    return pointOf(
      'result',
      `Calibration: of no ${word.one} the probabilities are shown to be too high or too low on average (${intervals}).`,
    );
  const parts = [
    ...(high.length === 0 ? [] : [`too high for ${say(high)}`]),
    ...(low.length === 0 ? [] : [`too low for ${say(low)}`]),
  ];
  return pointOf(
    [...high, ...low].some(({ ratio }) => isFarFromRight(ratio)) ? 'shown harm' : 'result',
    `Calibration: on average the probabilities are ${parts.join(' and ')}; ${intervals}.`,
  );
}

const distance = ({ estimate }: { readonly estimate: number }): number => Math.abs(Math.log(estimate));
