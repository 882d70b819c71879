import type { Sum } from '../../disclosure.ts';
import { openCount } from '../../open-count.ts';
import { type Count, isSuppressed, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { type Cells, cellOf, type SharedEvaluation, sameGroup } from '../kind.ts';
import { roundedQuartiles } from '../quartiles.ts';
import { isAll } from '../record.ts';
import { diceOf } from './compared.ts';
import {
  MEASURES,
  type Measure,
  type MeasureSummary,
  type SegmentationGroup,
  type SegmentationResults,
  type StructureResult,
} from './record.ts';

const PRESENCE = ['both', 'missed', 'invented', 'absent'] as const;

const id = (group: SegmentationGroup, { structure }: StructureResult, name: string): string =>
  cellOf(group, `${structure}/${name}`);

/** Studies in which a figure is defined, and those in which it is not though the structure is somewhere. */
const definedIn = ({ measures }: StructureResult, measure: Measure): number => {
  const { mean } = measures[measure];
  if (isSuppressed(mean)) throw new Error('a mean is hidden already: shareable reports are made from internal ones');
  return mean.n;
};

const presentIn = ({ both, missed, invented }: StructureResult): number =>
  openCount(both) + openCount(missed) + openCount(invented);

/** Studies without a distance, those in which only one of both has the structure apart, with a known spacing and without. */
function lostIn(structure: StructureResult): (readonly [name: string, count: number])[] {
  const [distances, shares] = [definedIn(structure, 'hausdorff95'), definedIn(structure, 'surfaceDice')];
  const both = openCount(structure.both);
  return [
    ['both/others', both - distances],
    ['lost/of/others', shares - distances],
    ['lost/others', presentIn(structure) - both - (shares - distances)],
  ];
}

/** In how many studies each structure is where, and how many of them have each figure, within and over groups. */
export function cells({ groups, withoutSpacing }: SegmentationResults): Cells {
  const [whole] = groups;
  const names = [
    ...[...PRESENCE, 'present/others', 'both/others', 'lost/of/others', 'lost/others'],
    ...MEASURES.flatMap((name) => [`${name}/of`, `${name}/others`]),
  ];
  const columns = [...new Set(groups.filter((group) => !isAll(group)).map(({ group }) => group))];
  const named = groups.flatMap((group) => group.structures.map((structure) => ({ group, structure })));
  const sums: Sum[] = [
    ...named.map(({ group, structure }) => ({
      total: cellOf(group, 'n'),
      parts: PRESENCE.map((name) => id(group, structure, name)),
    })),
    ...columns.flatMap((column) =>
      whole.structures.flatMap((structure) =>
        names.map((name) => ({
          total: id(whole, structure, name),
          parts: groups.filter(({ group }) => group === column).map((group) => id(group, structure, name)),
        })),
      ),
    ),
    ...named.flatMap(({ group, structure }) => {
      const present = id(group, structure, 'present/others');
      const sum = (total: string, ...parts: string[]): Sum => ({
        total: id(group, structure, total),
        parts: parts.map((name) => id(group, structure, name)),
      });
      return [
        sum('present/others', 'both', 'missed', 'invented'),
        // Distances are told where both have the structure and the spacing is known, their share also where one lacks it.
        sum('both', 'hausdorff95/of', 'both/others'),
        sum('surfaceDice/of', 'hausdorff95/of', 'lost/of/others'),
        sum('surfaceDice/others', 'both/others', 'lost/others'),
        ...MEASURES.map((name) => ({
          total: present,
          parts: [id(group, structure, `${name}/of`), id(group, structure, `${name}/others`)],
        })),
      ];
    }),
    { total: cellOf(whole, 'n'), parts: [cellOf(whole, 'unspaced'), cellOf(whole, 'spaced/others')] },
  ];
  const all = named.flatMap(({ group, structure }) =>
    PRESENCE.map((name) => [id(group, structure, name), openCount(structure[name])] as const),
  );
  const n = PRESENCE.reduce((total, name) => total + openCount(whole.structures[0][name]), 0);
  return {
    cells: [
      ...all,
      ...named.flatMap(({ group, structure }) => [
        [id(group, structure, 'present/others'), presentIn(structure)] as const,
        ...lostIn(structure).map(([name, count]) => [id(group, structure, name), count] as const),
        ...MEASURES.flatMap((name) => [
          [id(group, structure, `${name}/of`), definedIn(structure, name)] as const,
          [id(group, structure, `${name}/others`), presentIn(structure) - definedIn(structure, name)] as const,
        ]),
      ]),
      [cellOf(whole, 'unspaced'), openCount(withoutSpacing)],
      [cellOf(whole, 'spaced/others'), n - openCount(withoutSpacing)],
    ],
    sums,
  };
}

export function share(results: SegmentationResults, { hidden, isOpen }: SharedEvaluation): SegmentationResults {
  const [whole] = results.groups;
  const groups = results.groups.map((group) => ({
    ...group,
    structures: group.structures.map((structure) => shareStructure(group, structure, isOpen(group), hidden)),
  }));
  const shows: Shows = (of, figure) =>
    groups
      .filter((group) => sameGroup(group, of))
      .some(({ structures }) =>
        structures.some(({ structure, measures }) => diceOf(structure) === figure && !isSuppressed(measures.dice.mean)),
      );
  return {
    ...results,
    withoutSpacing: hidden.has(cellOf(whole, 'unspaced')) ? SUPPRESSED : results.withoutSpacing,
    groups,
    studies: [],
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
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
  const shown = (measure: Measure): MeasureSummary => {
    const { mean, quartiles } = structure.measures[measure];
    return closed || isHidden(`${measure}/of`) || isHidden(`${measure}/others`)
      ? { mean: SUPPRESSED, quartiles: quartiles && SUPPRESSED }
      : { mean, quartiles: roundedQuartiles(quartiles) };
  };
  return {
    ...structure,
    ...{ both: count('both'), missed: count('missed'), invented: count('invented'), absent: count('absent') },
    measures: {
      dice: shown('dice'),
      jaccard: shown('jaccard'),
      hausdorff95: shown('hausdorff95'),
      surfaceDice: shown('surfaceDice'),
    },
  };
}
