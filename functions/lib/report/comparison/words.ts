// What comparisons of reports of any kind have in common.
import { differenceByMover, ratioByMover } from '#lib/validation/independent-figures.ts';
import { type FigureStyle, formatFigure } from '../format.ts';
import { type Figure, isEstimate, isSuppressed } from '../record.ts';
import type { ComparedFigure, ComparedSite } from './record.ts';

/** What is said where a report is without its studies, and why it may be. */
export const asDifferent = (why: string): string =>
  `At least one report is without its studies (${why}): figures are set against each other as if the people were different ones. Where they are the same, the intervals are too wide.`;

export const SHAREABLE = 'a shareable edition';

export const UNCORRECTED = 'Intervals are at 95 %; neither they nor p are corrected for the number of figures.';

/** A figure with its change: from the same studies where there are any, else from the two figures alone. */
export function comparedFigure(
  figure: Pick<ComparedFigure, 'name' | 'style' | 'isRatio' | 'first' | 'second'>,
  paired: (() => Figure) | undefined,
): ComparedFigure {
  const change = paired === undefined ? unpaired(figure) : paired();
  return { ...figure, change, basis: paired === undefined ? 'unpaired' : 'paired', pValue: pValueOf(change) };
}

function unpaired({ first, second, isRatio }: Pick<ComparedFigure, 'first' | 'second' | 'isRatio'>): Figure {
  if (isSuppressed(first) || isSuppressed(second)) return { suppressed: true };
  if (isEstimate(first) && isEstimate(second)) {
    if (!isRatio) return differenceByMover(first, second);
    if (first.lower <= 0 || second.lower <= 0)
      return { cannotTell: 'an interval reaches 0, and a ratio has none', n: first.n + second.n, events: 0 };
    return ratioByMover(first, second);
  }
  const why = isEstimate(first) ? (second as { cannotTell: string }) : (first as { cannotTell: string });
  return { cannotTell: why.cannotTell, n: first.n + second.n, events: first.events + second.events };
}

/** Which report is set against which. */
export const againstWords = (first: string, second: string): string =>
  first === second ? `The second report against the first, both ${first}` : `${second} against ${first}`;

/** A change in a sentence, with the reason where it has no interval: two scores that rank all alike have not changed at all. */
export function changeWords(change: Figure, style: FigureStyle): string {
  if (isEstimate(change) || isSuppressed(change)) return formatFigure(change, style);
  const isNone = change.point === (style === 'ratio' ? 1 : 0);
  return `${isNone ? 'no change' : formatFigure(change, style)} (${change.cannotTell})`;
}

/** The p of a change that was tested. */
const pValueOf = (change: Figure): number | null =>
  'pValue' in change && typeof change.pValue === 'number' ? change.pValue : null;

const SOURCES: readonly (readonly [word: string, source: string])[] = [
  ['MOVER', 'doi:10.1002/sim.3095'],
  ['DeLong', 'doi:10.2307/2531595'],
  ['paired shares, Obuchowski', 'doi:10.1002/(SICI)1097-0258(19980715)17:13<1495::AID-SIM863>3.0.CO;2-I'],
  ['paired DeLong, Obuchowski', 'doi:10.2307/2533958'],
  ['change of AUROC, Obuchowski', 'doi:10.2307/2533958'],
  ['Tango', 'doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B'],
];

/** How the changes were made, each method once and with its source. */
export function methodsOf(sites: readonly ComparedSite[]): string[] {
  const all = sites.flatMap(({ figures }) => figures.map(({ change }) => change)).filter(isEstimate);
  return [...new Set(all.map(({ method }) => method))]
    .sort()
    .map((method) => [method, ...SOURCES.filter(([word]) => method.includes(word)).map(([, doi]) => doi)].join(', '));
}
