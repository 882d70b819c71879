import type { Sum } from '../disclosure.ts';
import { cellOf } from './kind.ts';
import { type EvaluationGroup, isAll } from './record.ts';

/** Every cell of all studies is the sum of those of the values of a column, for each column. */
export function partitionSums(groups: readonly EvaluationGroup[], names: readonly string[]): Sum[] {
  const parts = groups.filter((group) => !isAll(group));
  const columns = [...new Set(parts.map(({ group }) => group))];
  return columns.flatMap((column) => {
    const own = parts.filter(({ group }) => group === column);
    return names.map((name) => ({ total: cellOf(groups[0], name), parts: own.map((group) => cellOf(group, name)) }));
  });
}
