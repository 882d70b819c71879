// Which figures of two evaluations of one kind are compared, and how the change is made from the same studies.
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { type KeptByRow, labelColumn, structureColumn } from '../../evaluation/studies-table.ts';
import type { FigureStyle } from '../../format.ts';
import type { Figure } from '../../record.ts';
import { ofClasses, ofLabels } from './class-figures.ts';
import { ofGrades } from './grade-figures.ts';
import { ofMasks } from './mask-figures.ts';
import { ofMeasurements } from './measurement-figures.ts';
import type { StudyPair } from './pairs.ts';
import { ofTimes } from './time-figures.ts';

/** One figure of a group in both reports; `Pairs` is how the kind holds its pairs. */
export interface EvaluationFigure<Pairs = readonly StudyPair[]> {
  readonly name: string;
  readonly style: FigureStyle;
  /** Changes are said as second by first. */
  readonly isRatio: boolean;
  readonly first: Figure;
  readonly second: Figure;
  /** Of the same studies; absent where it is made from the two figures. */
  readonly paired?: (pairs: Pairs) => Estimate | CannotTell;
}

/** The figures of a group, by its places in both results. */
export function comparedFigures(one: KeptByRow, two: KeptByRow, i: number, j: number): EvaluationFigure[] {
  if (one.kind === 'continuous' && two.kind === 'continuous') return ofMeasurements(one, two, i, j);
  if (one.kind === 'time-to-event' && two.kind === 'time-to-event') return ofTimes(one, two, i, j);
  if (one.kind === 'ordinal' && two.kind === 'ordinal') return ofGrades(one, two, i, j);
  if (one.kind === 'segmentation' && two.kind === 'segmentation') return ofMasks(one, two, i, j);
  if (one.kind === 'classes' && two.kind === 'classes') return ofClasses(one, two, i, j);
  if (one.kind === 'labels' && two.kind === 'labels') return ofLabels(one, two, i, j);
  throw new Error(`compare: found ${one.kind} and ${two.kind}, allowed one and the same kind`);
}

/** Whether both reports hold a study against the same reference. */
export function sameReference(results: KeptByRow): (pair: StudyPair) => boolean {
  const same =
    (...columns: string[]) =>
    ({ first, second }: StudyPair) =>
      columns.every((column) => first[column] === second[column]);
  switch (results.kind) {
    case 'continuous':
    case 'ordinal':
    case 'classes':
      return same('reference');
    case 'labels':
      return same(...results.labels.map(({ name }) => labelColumn(name, 'reference')));
    case 'time-to-event':
      return same('time', 'cause');
    case 'segmentation': {
      const names = results.groups[0].structures.map(({ structure }) => structureColumn(structure, 'presence'));
      const isDrawn = (presence: unknown): boolean => presence === 'both' || presence === 'missed';
      return ({ first, second }) => names.every((name) => isDrawn(first[name]) === isDrawn(second[name]));
    }
  }
}
