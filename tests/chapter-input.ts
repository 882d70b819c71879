// Rows for one chapter, without the rest of the report.

import type { VNode } from 'preact';
import { selectCohort } from '#lib/cohort/select.ts';
import type { Chapter, ChapterInput, SharedView } from '#lib/report/chapter.ts';
import { element } from '#lib/report/element.ts';
import type { Report } from '#lib/report/record.ts';
import { LABEL, MODEL, type SimulatedHospital, simulatedTables } from './cohort-tables.ts';
import { CONTRACT } from './simulated-report.ts';

/** Large and right, small sample, far off, and people with three studies each. */
export const HOSPITALS: readonly SimulatedHospital[] = [
  { site: 'cedar', studies: 900, prevalence: 0.35, separation: 2.2 },
  { site: 'birch', studies: 420, prevalence: 0.25, separation: 1.6, shift: 0.8 },
  { site: 'aspen', studies: 90, prevalence: 0.1, separation: 2 },
  { site: 'willow', studies: 800, prevalence: 0.4, separation: 1.4, shift: -0.7, studiesPerSubject: 3 },
];

export function chapterInput(hospitals: readonly SimulatedHospital[], seed = 'chapters'): ChapterInput {
  const sites = hospitals.map(({ site }) => site);
  const cohort = { name: 'chapters', title: 'Simulated', model: MODEL, label: LABEL, sites };
  const selection = selectCohort(simulatedTables(seed, hospitals), cohort);
  const { rows, silent } = selection;
  return { rows, silent, unlabelled: selection.unlabelled, selection, sites, model: CONTRACT, cohort, seed };
}

/** A shareable edition in which the counts of these hospitals, and of all together, are hidden. */
export const closing = (...closed: readonly string[]): SharedView => {
  const isOpen: SharedView['isOpen'] = ({ site }) => !closed.includes(site ?? 'all');
  return { isOpen, shows: isOpen };
};

/** What stands under the heading, for a report of which a chapter may read the cohort and the model alone. */
export const pageOf = <Value>(chapter: Chapter<Value>, value: Value, { cohort, model }: ChapterInput): VNode =>
  element('div', null, [...chapter.section(value, { cohort, model } as unknown as Report)]);
