import { ageBand } from '#lib/fairness/groups.ts';
import { groupWords } from '../../groups.ts';
import { sexOf } from '../../measure.ts';
import { type Figure, type Group, isEstimate, wholeOf } from '../../record.ts';
import type { Pair } from './measure.ts';

/** A change by hospital, sex, age band and recorder, of groups that are not everybody and in which it can be told; the worst first. */
export function groupFalls(
  pairs: readonly Pair[],
  changeOf: (part: readonly Pair[]) => Figure,
): { readonly group: string; readonly change: Figure }[] {
  const everybody = wholeOf(null);
  const parts: [Group, readonly Pair[]][] = [
    ...[...Map.groupBy(pairs, ({ row }) => row.site)].map(([site, part]): [Group, Pair[]] => [wholeOf(site), part]),
    ...[...Map.groupBy(pairs, ({ row }) => sexOf(row))].map(([sex, part]): [Group, Pair[]] => [
      { ...everybody, sex },
      part,
    ]),
    ...[...Map.groupBy(pairs, ({ row }) => ageBand(row.ageYears ?? null))].map(([band, part]): [Group, Pair[]] => [
      { ...everybody, ageBand: band },
      part,
    ]),
    ...[...Map.groupBy(pairs, ({ row }) => row.device ?? 'unknown')].map(([device, part]): [Group, Pair[]] => [
      { ...everybody, device },
      part,
    ]),
  ];
  return parts
    .filter(([, part]) => part.length < pairs.length)
    .map(([group, part]) => ({ group: groupWords(group), change: changeOf(part) }))
    .sort((a, b) => sizeOf(a.change) - sizeOf(b.change) || (a.group < b.group ? -1 : 1))
    .filter(({ change }) => isEstimate(change));
}

const sizeOf = (change: Figure): number => (isEstimate(change) ? change.estimate : 0);
