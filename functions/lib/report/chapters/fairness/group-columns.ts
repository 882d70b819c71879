import type { StudyFacts } from '#lib/cohort/study-facts.ts';
import { type GroupColumn, groupColumn, type RefusedColumn } from '#lib/fairness/columns.ts';
import { ageBand, ageBands } from '#lib/fairness/groups.ts';
import { sexOf } from '../../measure.ts';

/** Every way of grouping the rows: hospital, sex, age band, device, and what sites describe, by name. */
export function groupColumnsOf(rows: readonly StudyFacts[], sites: readonly string[]): (GroupColumn | RefusedColumn)[] {
  const described = [...new Set(rows.flatMap(({ groups }) => Object.keys(groups)))].sort();
  const hasDevices = rows.some(({ device }) => device !== undefined);
  const column = (name: string, of: (row: StudyFacts) => string | undefined, order?: readonly string[]) =>
    groupColumn(name, rows.map(of), order);
  return [
    column('site', ({ site }) => site, sites),
    column('sex', (row) => sexOf(row), ['female', 'male']),
    column('age', ({ ageYears }) => ageBand(ageYears ?? null), ageBands()),
    ...(hasDevices ? [column('device', ({ device }) => device)] : []),
    ...described.map((name) => column(name, ({ groups }) => groups[name])),
  ];
}
