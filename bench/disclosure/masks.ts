import type { SegmentationResults } from '#lib/report/evaluation/segmentation/record.ts';
import { idOf, join, overGroups, type Said, told } from './said.ts';
import { sumOf } from './system.ts';

const PRESENCE = ['both', 'missed', 'invented', 'absent'] as const;

export function saidOfMasks({ groups, withoutSpacing }: SegmentationResults): Said {
  const own = groups.map((group): Said => {
    const said = group.structures.map((structure): Said => {
      const at = (name: string): string => `${idOf(group)}/${structure.structure}/${name}`;
      const { dice, jaccard, hausdorff95, surfaceDice } = structure.measures;
      return {
        cells: [
          ...PRESENCE.map((name) => [at(name), structure[name]] as const),
          [at('present'), told(dice.mean)?.n],
          [at('present'), told(jaccard.mean)?.n],
          [at('measured'), told(hausdorff95.mean)?.n],
          [at('spaced'), told(surfaceDice.mean)?.n],
        ],
        sums: [
          sumOf(`${idOf(group)}/n`, PRESENCE.map(at)),
          sumOf(at('present'), ['both', 'missed', 'invented'].map(at)),
          sumOf(at('both'), [at('measured'), at('bothUnspaced')]),
          sumOf(at('present'), [at('spaced'), at('presentUnspaced')]),
          sumOf(at('spaced'), [at('measured'), at('lostSpaced')]),
          sumOf(at('presentUnspaced'), [at('bothUnspaced'), at('lostUnspaced')]),
        ],
      };
    });
    return join(...said);
  });
  const names = groups[0].structures.flatMap(({ structure }) =>
    [...PRESENCE, 'present', 'measured', 'spaced', 'bothUnspaced', 'presentUnspaced', 'lostSpaced', 'lostUnspaced'].map(
      (name) => `${structure}/${name}`,
    ),
  );
  return join(...own, {
    cells: [['*/unspaced', withoutSpacing]],
    sums: [...overGroups(groups, names), sumOf('*/n', ['*/unspaced', '*/withSpacing'])],
  });
}
