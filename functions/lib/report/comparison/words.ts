// What comparisons of reports of any kind have in common.
import { type differenceByMover, ratioByMover } from '#lib/validation/independent-figures.ts';
import { type Figure, isEstimate, isSuppressed } from '../record.ts';
import type { ComparedSite } from './record.ts';

export const AS_DIFFERENT =
  'At least one report is without its studies (a shareable edition): figures are set against each other as if the people were different ones. Where they are the same, the intervals are too wide.';

export const UNCORRECTED = 'Intervals are at 95 %; neither they nor p are corrected for the number of figures.';

/** Second minus first, or second by first, from the two figures alone. */
export function unpaired(first: Figure, second: Figure, change: typeof differenceByMover): Figure {
  if (isSuppressed(first) || isSuppressed(second)) return { suppressed: true };
  if (isEstimate(first) && isEstimate(second)) {
    if (change === ratioByMover && (first.lower <= 0 || second.lower <= 0))
      return { cannotTell: 'an interval reaches 0, and a ratio has none', n: first.n + second.n, events: 0 };
    return change(first, second);
  }
  const why = isEstimate(first) ? (second as { cannotTell: string }) : (first as { cannotTell: string });
  return { cannotTell: why.cannotTell, n: first.n + second.n, events: first.events + second.events };
}

/** The p of a change that was tested. */
export const pValueOf = (change: Figure): number | null =>
  'pValue' in change && typeof change.pValue === 'number' ? change.pValue : null;

/** How the changes were made, each method once. */
export function methodsOf(sites: readonly ComparedSite[]): string[] {
  const all = sites.flatMap(({ figures }) => figures.map(({ change }) => change)).filter(isEstimate);
  return [...new Set(all.map(({ method }) => method))].sort();
}
