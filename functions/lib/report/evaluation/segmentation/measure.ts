import type { SegmentationAnswers } from '#lib/cohort/evaluation/segmentation-answers.ts';
import { type GroupPlaces, groupsOf } from '../groups.ts';
import { quartilesOf } from '../quartiles.ts';
import { boundedMean } from './bounded-mean.ts';
import { comparedMasks } from './compared.ts';
import {
  MEASURES,
  type Measure,
  type MeasureSummary,
  type SegmentationResults,
  type StructureResult,
} from './record.ts';

/** Overlap and surface distances of masks: all studies, by site and group, structure by structure. */
export function segmentationResults(answers: SegmentationAnswers): SegmentationResults {
  const { description, studies, comparisons, withoutSpacing } = answers;
  return {
    kind: 'segmentation',
    toleranceMm: description.toleranceMm,
    withoutSpacing,
    groups: groupsOf(studies).map((group) => ({
      group: group.group,
      value: group.value,
      structures: description.structures.map(({ name }, k) => structureResult(answers, group, name, k)),
    })),
    ...comparedMasks(answers),
    studies: comparisons.flatMap((structures, place) =>
      structures.map((comparison, k) => ({
        row: studies.rows[place] + 1,
        structure: description.structures[k].name,
        ...comparison,
      })),
    ),
  };
}

function structureResult(
  { comparisons, studies: { clusters } }: SegmentationAnswers,
  { places }: GroupPlaces,
  structure: string,
  k: number,
): StructureResult {
  const own = Array.from(places, (place) => ({ place, of: comparisons[place][k] }));
  const count = (presence: string): number => own.filter(({ of }) => of.presence === presence).length;
  const summary = (measure: Measure): MeasureSummary => {
    const told = own.flatMap(({ place, of }) => {
      const value = of[measure];
      return value === null ? [] : [{ place, value }];
    });
    const values = Float64Array.from(told, ({ value }) => value);
    const people = clusters && Int32Array.from(told, ({ place }) => clusters[place]);
    return {
      mean: boundedMean(values, people, measure === 'hausdorff95' ? Infinity : 1),
      quartiles: quartilesOf(values),
    };
  };
  return {
    structure,
    both: count('both'),
    missed: count('missed'),
    invented: count('invented'),
    absent: count('absent'),
    measures: Object.fromEntries(MEASURES.map((measure) => [measure, summary(measure)])) as StructureResult['measures'],
  };
}
