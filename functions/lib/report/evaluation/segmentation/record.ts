import type { Count, Figure, Suppressed } from '../../record.ts';
import type { ComparedResults } from '../compared-record.ts';
import type { Quartiles } from '../quartiles.ts';
import type { EvaluationGroup } from '../record.ts';

/** Names of the figures of a structure, in the order of the tables. */
export const MEASURES = ['dice', 'jaccard', 'hausdorff95', 'surfaceDice'] as const;
export type Measure = (typeof MEASURES)[number];

export interface MeasureSummary {
  /** Mean over the studies in which it is defined. */
  readonly mean: Figure;
  readonly quartiles: Quartiles | Suppressed | null;
}

/** One structure in a group of studies. */
export interface StructureResult {
  readonly structure: string;
  /** In answer and reference, missing from the answer, only in the answer, in neither. */
  readonly both: Count;
  readonly missed: Count;
  readonly invented: Count;
  readonly absent: Count;
  /** Overlaps are of voxels, Hausdorff-95 is in mm. */
  readonly measures: { readonly [Name in Measure]: MeasureSummary };
}

export interface SegmentationGroup extends EvaluationGroup {
  readonly structures: readonly StructureResult[];
}

/** One structure of one study; internal edition and public data only. */
export interface StudyResult {
  /** Row of the table, from 1. */
  readonly row: number;
  readonly structure: string;
  readonly presence: 'both' | 'missed' | 'invented' | 'absent';
  readonly dice: number | null;
  readonly jaccard: number | null;
  readonly hausdorff95: number | null;
  readonly surfaceDice: number | null;
}

export interface SegmentationResults extends ComparedResults {
  readonly kind: 'segmentation';
  readonly toleranceMm: number;
  /** Studies without a known spacing: they have overlaps and no distances. */
  readonly withoutSpacing: Count;
  readonly groups: readonly SegmentationGroup[];
  readonly studies: readonly StudyResult[];
}
