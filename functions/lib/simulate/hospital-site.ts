import { parseSite, type Site } from '#lib/sites/site.ts';
import type { Column, Habit } from './habits.ts';

export const simulatedLabel = 'coronary-artery-disease';

/** The description that the hospital would have given when it was set up. */
export function hospitalSite(habit: Habit): Site {
  const ids = {
    patientId: { column: habit.patientId },
    ...(habit.studyId !== undefined && { studyId: { column: habit.studyId } }),
  };
  const writing = {
    delimiter: habit.delimiter,
    decimal: habit.decimal,
    encoding: habit.encoding,
    missing: ['', habit.missing],
  };
  const columns = Object.entries(habit.columns).map(([field, column]) => [field, columnOf(column)]);
  return parseSite({
    site: habit.id,
    name: habit.name,
    country: habit.country,
    timeZone: habit.timeZone,
    languages: habit.languages,
    datePolicy: 'year',
    tables: [
      { name: 'exercise-tests', ...writing, ...ids, columns: Object.fromEntries(columns) },
      { name: 'angiographies', ...writing, ...ids, label: labelOf(habit) },
    ],
  });
}

function columnOf(column: Column): object {
  return {
    column: column.name,
    ...(column.unit !== undefined && { unit: column.unit }),
    ...(column.words !== undefined && { codes: column.words }),
  };
}

function labelOf({ label, dateFormat }: Habit): object {
  return {
    name: simulatedLabel,
    column: label.result,
    codes: { [label.no]: 0, [label.yes]: 1 },
    source: 'simulated coronary angiography',
    method: 'latent disease of the simulation, read without error',
    date: { column: label.date, format: dateFormat },
    readers: 1,
    blinded: true,
  };
}
