import { type EvaluationGroup, isAll } from './record.ts';

/** What each group tells: those of a column all the same, since what one hides follows from the others and all studies. */
export function openByColumn<Group extends EvaluationGroup, Open>(
  groups: readonly Group[],
  whole: Open,
  openColumn: (own: readonly Group[]) => Open,
): (group: EvaluationGroup) => Open {
  const columns = Map.groupBy(
    groups.filter((group) => !isAll(group)),
    ({ group }) => group,
  );
  const open = new Map([...columns].map(([name, own]) => [name, openColumn(own)]));
  return (group) => {
    const found = isAll(group) ? whole : open.get(group.group);
    if (found === undefined) throw new Error(`evaluation: found no groups by ${group.group}`);
    return found;
  };
}
