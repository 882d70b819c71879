// Sentences about classes or findings, each with a figure of its own.
import { list } from '../answer.ts';
import { formatCount, formatFigure, formatShare } from '../format.ts';
import { type Count, type Figure, isEstimate, isSuppressed } from '../record.ts';

export interface NamedFigure {
  readonly name: string;
  readonly figure: Figure;
}

/** Which is found, or ordered, best and worst; empty where fewer than two are told. */
export function extremeWords(all: readonly NamedFigure[], of: 'sensitivity' | 'auroc'): string {
  // The best of those that are shown would not be the best.
  if (all.some(({ figure }) => isSuppressed(figure))) return '';
  const told = all
    .flatMap(({ name, figure }) => (isEstimate(figure) ? [{ name, figure }] : []))
    .sort((a, b) => b.figure.estimate - a.figure.estimate);
  if (told.length < 2) return '';
  const [best, worst] = [told[0], told[told.length - 1]].map(
    ({ name, figure }) => `${name} ${formatFigure(figure, of === 'sensitivity' ? 'percent' : 'fraction')}`,
  );
  return of === 'sensitivity'
    ? `Found most often: ${best}; least often: ${worst}. The highest and lowest of ${told.length} sensitivities, picked after seeing them.`
    : `AUROC is highest for ${best} and lowest for ${worst}; picked after seeing all ${told.length}.`;
}

/** Of which nothing is judged, and why; empty where all are. */
export function unjudgedWords(figures: readonly Figure[]): string {
  const why = figures.flatMap((figure) => ('cannotTell' in figure ? [figure.cannotTell] : []));
  return why.length === 0 ? '' : `Cannot tell: ${why.join('; ')}.`;
}

/** Studies of a class that got an answer, and that got none. */
export interface Silence {
  readonly name: string;
  readonly answered: Count;
  readonly silent: Count;
}

/** "9 of 111 with sinus and 5 of 60 with other": classes with studies without an answer, as far as their numbers are told. */
export const silentWords = (classes: readonly Silence[]): string =>
  list(
    classes.flatMap(({ name, answered, silent }) => {
      if (isSuppressed(silent) || silent === 0) return [];
      const all = isSuppressed(answered) ? '' : ` of ${formatCount(answered + silent)}`;
      return [`${formatCount(silent)}${all} with ${name}`];
    }),
  );

/** How many studies of the classes that the model names by saying nothing got no answer. */
export const refusalWords = (classes: readonly Silence[]): string[] =>
  classes.flatMap(({ name, answered, silent }) => {
    if (isSuppressed(silent) || isSuppressed(answered) || answered + silent === 0) return [];
    return [
      `The model names ${name} by giving no answer: it gave none to ${formatShare(silent, answered + silent)} of these studies.`,
    ];
  });

/** Whether groups whose classes are told have means over others than the rest. */
export const hasOtherMeans = (groups: readonly { readonly judged: readonly string[] }[]): boolean =>
  new Set(groups.flatMap(({ judged }) => (judged.length === 0 ? [] : [judged.join('\n')]))).size > 1;
