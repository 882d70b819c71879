// Simulated hospitals and the chapter that compares them.
import { hospitals } from '#lib/report/chapters/hospitals/hospitals.ts';
import type { Hospitals } from '#lib/report/chapters/hospitals/value.ts';
import type { PooledFigure, PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { chapterInput } from './chapter-input.ts';
import type { SimulatedHospital } from './cohort-tables.ts';

export const NAMES = [
  'ash',
  'birch',
  'cedar',
  'elm',
  'fir',
  'hazel',
  'juniper',
  'larch',
  'maple',
  'oak',
  'pine',
  'yew',
];
export const hospital = (site: string, place: number): SimulatedHospital => ({
  site,
  studies: 160 + 30 * place,
  prevalence: 0.25 + 0.03 * (place % 5),
  separation: 1.5 + 0.2 * (place % 4),
});
export const firstOf = (count: number): SimulatedHospital[] => NAMES.slice(0, count).map(hospital);

/** The chapter's value alone: other chapters of a report take seconds. */
export const computed = (those: readonly SimulatedHospital[]): Hospitals | null =>
  hospitals.compute(chapterInput(those));
export const chapterOf = (value: Hospitals | null): Hospitals => {
  if (value === null) throw new Error('no chapter');
  return value;
};
export const find = ({ measures }: Hospitals, name: PooledMeasure['measure']): PooledMeasure => {
  const measure = measures.find((entry) => entry.measure === name);
  if (measure === undefined) throw new Error(`no ${name}`);
  return measure;
};
export const figureOf = ({ pooled }: PooledMeasure): PooledFigure => {
  if ('cannotTell' in pooled) throw new Error(pooled.cannotTell);
  return pooled;
};
export const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
