import { parseSite, type Site } from '#lib/sites/site.ts';
import { ecgHabitOf } from './ecg-habits.ts';
import type { Column, Habit } from './habits.ts';
import { PAYERS } from './payer.ts';

export const simulatedLabel = 'coronary-artery-disease';

export const fibrillationLabel = 'atrial-fibrillation';

/** What a hospital drops. */
export type DropKind = 'measurements' | 'ecg';

/** The description that the hospital would have given when it was set up. */
export function hospitalSite(habit: Habit, kinds: readonly DropKind[] = ['measurements']): Site {
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
      { name: 'exercise-tests', ...writing, ...ids, columns: Object.fromEntries(columns), ...groupsOf(habit) },
      { name: 'angiographies', ...writing, ...ids, label: labelOf(habit) },
      ...(kinds.includes('ecg') ? [{ ...writing, ...ecgTable(habit) }] : []),
    ],
  });
}

/** Records with whose they are and what the rhythm was; of pairs the rhythm alone, as their headers say the rest. */
function ecgTable({ id, patientId }: Habit): object {
  const { table, handsOver, devices } = ecgHabitOf(id);
  const label = {
    name: fibrillationLabel,
    column: table.rhythm,
    codes: { [table.noFibrillation]: 0, [table.fibrillation]: 1 },
    source: 'simulation of the rhythm',
    method: 'fibrillation planted anywhere in the recording',
  };
  const record = { column: table.record };
  if (handsOver === 'pairs') return { name: 'rhythms', record, label };
  const sexes = { [table.sexWords.F]: 'F', [table.sexWords.M]: 'M' };
  const columns = {
    age: { column: table.age },
    sex: { column: table.sex, codes: sexes },
    device: { column: table.device, codes: devices },
  };
  return { name: 'ecgs', record, patientId: { column: patientId }, columns, label };
}

/** Who pays, where the hospital's tables say so. */
function groupsOf({ payer }: Habit): object {
  if (payer === undefined) return {};
  const codes = Object.fromEntries(PAYERS.map((value) => [payer.words[value], value]));
  return { groups: { insurance: { column: payer.name, codes } } };
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
