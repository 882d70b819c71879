import { isSmall, type Sum } from '../../disclosure.ts';
import { type Count, isSuppressed, SUPPRESSED } from '../../record.ts';
import { type Cells, cellOf, type SharedEvaluation } from '../kind.ts';
import { isAll } from '../record.ts';
import type { MeasureSummary, SegmentationGroup, SegmentationResults, StructureResult } from './record.ts';

const PRESENCE = ['both', 'missed', 'invented', 'absent'] as const;

const known = (count: Count): number => (isSuppressed(count) ? Number.NaN : count);

const id = (group: SegmentationGroup, { structure }: StructureResult, name: string): string =>
  cellOf(group, `${structure}/${name}`);

/** In how many studies each structure is where, within and over groups. */
export function cells({ groups, withoutSpacing }: SegmentationResults): Cells {
  const [whole] = groups;
  const columns = [...new Set(groups.filter((group) => !isAll(group)).map(({ group }) => group))];
  const named = groups.flatMap((group) => group.structures.map((structure) => ({ group, structure })));
  const sums: Sum[] = [
    ...named.map(({ group, structure }) => ({
      total: cellOf(group, 'n'),
      parts: PRESENCE.map((name) => id(group, structure, name)),
    })),
    ...columns.flatMap((column) =>
      whole.structures.flatMap((structure) =>
        PRESENCE.map((name) => ({
          total: id(whole, structure, name),
          parts: groups.filter(({ group }) => group === column).map((group) => id(group, structure, name)),
        })),
      ),
    ),
    { total: cellOf(whole, 'n'), parts: [cellOf(whole, 'unspaced'), cellOf(whole, 'spaced/others')] },
  ];
  const all = named.flatMap(({ group, structure }) =>
    PRESENCE.map((name) => [id(group, structure, name), known(structure[name])] as const),
  );
  const n = PRESENCE.reduce((total, name) => total + known(whole.structures[0][name]), 0);
  return {
    cells: [
      ...all,
      [cellOf(whole, 'unspaced'), known(withoutSpacing)],
      [cellOf(whole, 'spaced/others'), n - known(withoutSpacing)],
    ],
    sums,
  };
}

export function share(results: SegmentationResults, { hidden, isOpen }: SharedEvaluation): SegmentationResults {
  const [whole] = results.groups;
  return {
    ...results,
    withoutSpacing: hidden.has(cellOf(whole, 'unspaced')) ? SUPPRESSED : results.withoutSpacing,
    groups: results.groups.map((group) => ({
      ...group,
      structures: group.structures.map((structure) => shareStructure(group, structure, isOpen(group), hidden)),
    })),
    studies: [],
  };
}

/** Means are of the studies in which a figure is defined: shown where how many these are may be told, and they are not few. */
function shareStructure(
  group: SegmentationGroup,
  structure: StructureResult,
  open: boolean,
  hidden: ReadonlySet<string>,
): StructureResult {
  const isHidden = (name: string): boolean => !open || hidden.has(id(group, structure, name));
  const count = (name: (typeof PRESENCE)[number]): Count => (isHidden(name) ? SUPPRESSED : structure[name]);
  const closed = PRESENCE.some(isHidden);
  const hide = ({ mean, quartiles }: MeasureSummary): MeasureSummary => {
    const n = isSuppressed(mean) ? 0 : mean.n;
    const missing = known(structure.both) + known(structure.missed) + known(structure.invented) - n;
    if (!closed && !isSmall(n) && !isSmall(missing)) return { mean, quartiles };
    return { mean: SUPPRESSED, quartiles: quartiles && SUPPRESSED };
  };
  return {
    ...structure,
    ...{ both: count('both'), missed: count('missed'), invented: count('invented'), absent: count('absent') },
    measures: {
      dice: hide(structure.measures.dice),
      jaccard: hide(structure.measures.jaccard),
      hausdorff95: hide(structure.measures.hausdorff95),
      surfaceDice: hide(structure.measures.surfaceDice),
    },
  };
}
