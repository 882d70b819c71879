// Every count of a reader report as a named cell, and the sums by which a reader could compute one from others.

import type { Sum } from '../disclosure.ts';
import { openCount } from '../open-count.ts';
import type { Count } from '../record.ts';
import { cellsToHideInWholes } from '../whole-counts.ts';
import { classCells } from './class-cells.ts';
import { pairCells, untiedCells } from './pair-cells.ts';
import type { RaterResult, ReaderBody, ReaderGroup } from './record.ts';

export const COUNTS = ['truePositives', 'falseNegatives', 'trueNegatives', 'falsePositives'] as const;

export type Hidden = ReadonlySet<string>;

export const WHOLE: ReaderGroup = { sex: null, ageBand: null };

export const groupId = ({ sex, ageBand }: ReaderGroup): string => `${sex ?? '*'}/${ageBand ?? '*'}`;

export const cellId = (group: ReaderGroup, label: string, name: string): string => `${groupId(group)}/${label}/${name}`;

export const raterCell = (result: RaterResult, name: string): string =>
  cellId(result, result.label, `${result.rater}/${name}`);

/** The cells to hide: of every group, finding and rater, tied by the sums that a reader can write down. */
export function hiddenCells(body: ReaderBody): Set<string> {
  const { groups, labels, results } = body;
  const cells = new Map<string, number>();
  const sums: Sum[] = [];
  const put = (id: string, count: Count): void => {
    cells.set(id, openCount(count));
  };
  for (const group of groups) {
    put(groupId(group), group.n);
    for (const [k, { id }] of labels.entries()) {
      const events = group.events[k];
      put(cellId(group, id, 'events'), events);
      put(
        cellId(group, id, 'nonEvents'),
        typeof group.n === 'number' && typeof events === 'number' ? group.n - events : events,
      );
      sums.push({ total: groupId(group), parts: [cellId(group, id, 'events'), cellId(group, id, 'nonEvents')] });
    }
  }
  for (const result of results) {
    for (const name of COUNTS) put(raterCell(result, name), result[name]);
    const sum = (total: string, parts: readonly string[]): void => {
      sums.push({ total: cellId(result, result.label, total), parts: parts.map((name) => raterCell(result, name)) });
    };
    sum('events', ['truePositives', 'falseNegatives']);
    sum('nonEvents', ['trueNegatives', 'falsePositives']);
  }
  sums.push(...partitions(groups, [...cells.keys()]));
  const eventsOf = (group: ReaderGroup, label: string): string => cellId(group, label, 'events');
  for (const more of [classCells(body, { groupId, eventsOf, raterCell }), pairCells(body, raterCell)]) {
    for (const [id, count] of more.cells) put(id, count);
    sums.push(...more.sums);
  }
  const hidden = cellsToHideInWholes(cells, sums, { costOf, isUnprinted: (id) => id.startsWith('called/') });
  return hidden.union(new Set(untiedCells(body)));
}

/** What nobody prints is hidden first, then pairs and matrices, groups before all studies; what everything rests on last. */
function costOf(id: string): number {
  if (/^(?:called|agreed|pair)\//.test(id)) return 0;
  if (id.startsWith('matrix/')) return 1;
  const isWhole = id.startsWith(groupId(WHOLE));
  if (id.split('/').length === 2) return isWhole ? 8 : 4;
  if (/\/(?:events|nonEvents)$/.test(id)) return isWhole ? 6 : 3;
  return isWhole ? 3 : 2;
}

/** All studies are those of the sexes, and those of the age bands. */
function partitions(groups: readonly ReaderGroup[], ids: readonly string[]): Sum[] {
  const whole = groupId(WHOLE);
  const parts = [groups.filter(({ sex }) => sex !== null), groups.filter(({ ageBand }) => ageBand !== null)];
  return ids
    .filter((id) => id === whole || id.startsWith(`${whole}/`))
    .flatMap((total) =>
      parts
        .filter((part) => part.length > 0)
        .map((part) => ({ total, parts: part.map((group) => total.replace(whole, groupId(group))) })),
    );
}

/** Any of the four counts is hidden: figures of two known shares would give the others away. */
export function isClosed(result: RaterResult, hidden: Hidden): boolean {
  const ofGroup = ['events', 'nonEvents'].some((name) => hidden.has(cellId(result, result.label, name)));
  return ofGroup || COUNTS.some((name) => hidden.has(raterCell(result, name)));
}
