import { pairedMeans } from '#lib/validation/paired-means.ts';
import type { SegmentationResults } from '../../evaluation/segmentation/record.ts';
import { structureColumn } from '../../evaluation/studies-table.ts';
import type { EvaluationFigure } from './figures.ts';
import { clustersOf, valuesOf } from './pairs.ts';

/** Overlaps and distances of masks, structure by structure. */
export function ofMasks(one: SegmentationResults, two: SegmentationResults, i: number, j: number): EvaluationFigure[] {
  return one.groups[i].structures.flatMap(({ structure, measures }, k): EvaluationFigure[] => {
    const other = two.groups[j].structures[k].measures;
    const named = [
      ['dice', `Dice, ${structure}`, 'fraction'],
      ['surfaceDice', `Surface Dice, ${structure}`, 'fraction'],
      ['hausdorff95', `Hausdorff-95, ${structure}, mm`, 'tenths'],
    ] as const;
    return named.map(([measure, name, style]) => ({
      ...{ name, style, isRatio: false, first: measures[measure].mean, second: other[measure].mean },
      paired: (pairs) => {
        const column = structureColumn(structure, measure);
        const told = pairs.filter(({ first, second }) => first[column] !== null && second[column] !== null);
        return pairedMeans({
          first: valuesOf(told, 'first', column),
          second: valuesOf(told, 'second', column),
          clusters: clustersOf(told),
        });
      },
    }));
  });
}
