import type { Estimate } from '#lib/validation/estimate.ts';
import { type Figure, isEstimate } from '../record.ts';
import { groupWords } from './groups.ts';
import { type EvaluationGroup, isAll } from './record.ts';

/** The figures of all studies. */
export function wholeGroup<Group extends EvaluationGroup>({ groups }: { readonly groups: readonly Group[] }): Group {
  const found = groups.find(isAll);
  if (found === undefined) throw new Error('evaluation: found no figures of all studies');
  return found;
}

/** Where a figure is lowest and highest by site and group, without a test; nothing of fewer than two. `which` says which groups these are. */
export function rangeWords<Group extends EvaluationGroup>(
  what: string,
  groups: readonly Group[],
  figureOf: (group: Group) => Figure | null,
  say: (figure: Estimate) => string,
  which = '',
): string {
  const told = groups
    .filter((group) => !isAll(group))
    .flatMap((group) => {
      const figure = figureOf(group);
      return figure !== null && isEstimate(figure) ? [{ group, figure }] : [];
    })
    .sort((a, b) => a.figure.estimate - b.figure.estimate);
  if (told.length < 2) return '';
  const text = ({ group, figure }: (typeof told)[number]): string => `${groupWords(group)} ${say(figure)}`;
  return `${what} by site and group runs from ${text(told[0])} to ${text(told[told.length - 1])}; the lowest and highest of ${told.length}${which}, picked after seeing them.`;
}
