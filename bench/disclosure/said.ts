// What a shareable report says about counts, and what adds up whatever it says.
import type { EvaluationGroup } from '#lib/report/evaluation/record.ts';
import type { Count, Figure } from '#lib/report/record.ts';
import { type Equation, sumOf } from './system.ts';

export type Cell = readonly [id: string, count: Count | undefined];

/** Cells with their counts as far as printed, and sums that hold whatever is printed. */
export interface Said {
  readonly cells: readonly Cell[];
  readonly sums: readonly Equation[];
}

export const join = (...all: readonly Said[]): Said => ({
  cells: all.flatMap(({ cells }) => cells),
  sums: all.flatMap(({ sums }) => sums),
});

export const idOf = ({ group, value }: Pick<EvaluationGroup, 'group' | 'value'>): string =>
  group === null ? '*' : `${group}=${value}`;

export const told = (figure: Figure | null): { readonly n: number; readonly events: number } | undefined =>
  figure !== null && 'n' in figure ? figure : undefined;

/** Columns of groups; the first group is all. */
export function columnsOf<Group extends EvaluationGroup>(groups: readonly Group[]): Group[][] {
  const [, ...parts] = groups;
  return [...Map.groupBy(parts, ({ group }) => group).values()];
}

/** Each of these counts of the whole is the sum of those of its parts. */
export const over = (total: string, parts: readonly string[], names: readonly string[]): Equation[] =>
  names.map((name) =>
    sumOf(
      `${total}/${name}`,
      parts.map((part) => `${part}/${name}`),
    ),
  );

/** A count of all studies is the sum of those of each column. */
export const overGroups = (groups: readonly EvaluationGroup[], names: readonly string[]): Equation[] =>
  columnsOf(groups).flatMap((column) => over('*', column.map(idOf), names));
