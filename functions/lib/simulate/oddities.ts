// The strange things, each with what it must come to.
import type { MeasurementName } from '#lib/formats/vocabulary.ts';
import type { Habit } from './habits.ts';
import { measurementsHeader } from './hospital-tables.ts';
import type { Random } from './random.ts';
import { type Expected, expected } from './truth.ts';

/** A heart rate with a digit too many. */
export function misspelled(habit: Habit, row: readonly string[]): string[] {
  return replaced(row, placeOf(habit, 'maximumHeartRate'), '1450');
}

/** Which of the rows given to `badRows` is contradicted and thereby lost. */
export const contradictedPlace = 1;

/** The rows with some more that cannot be taken, one that comes twice, and a pair that contradicts itself; in any order. */
export function badRows(
  habit: Habit,
  rows: readonly (readonly string[])[],
  stream: Random,
): { rows: string[][]; truth: Expected } {
  const age = placeOf(habit, 'age');
  const someone = rows[0];
  const other = rows[contradictedPlace];
  const contradicted = replaced(other, age, other[age] === '30' ? '31' : '30');
  const bad = [
    replaced(invented(someone, 1), age, 'unbekannt'),
    replaced(invented(someone, 2), age, '540'),
    replaced(invented(someone, 3), placeOf(habit, 'sex'), 'x'),
    replaced(invented(someone, 4), placeOf(habit, 'restingBloodPressure'), '1.300'),
    replaced(invented(someone, 5), 0, ''),
    invented(someone, 6).slice(0, -2),
  ];
  const all = [...rows.map((row) => [...row]), ...bad, [...someone], contradicted];
  const reasons = {
    'not-a-number': 1,
    'value-impossible': 1,
    'code-unknown': 1,
    'number-format': 1,
    'patient-id': 1,
    cells: 1,
    contradiction: 2,
  };
  return { rows: stream.shuffle(all), truth: expected({ scored: rows.length - 1, repeated: 1, reasons }) };
}

/** A label of someone who was never measured here. */
export function strangerLabel(habit: Habit, row: readonly string[]): string[] {
  return replaced(row, 0, habit.idOf(999_999));
}

/** A workbook where a table of text was asked for: the first bytes of a zip archive with its parts named. */
export function unreadable(habit: Habit): Expected & { path: string; body: Uint8Array } {
  const body = Buffer.from('PK\x03\x04\x14\x00\x06\x00\x08\x00[Content_Types].xml xl/workbook.xml', 'latin1');
  const path = `${habit.measurementsPath(3)}.xlsx`;
  return { path, body, ...expected({ reasons: { 'format-not-accepted': 1 } }) };
}

function placeOf(habit: Habit, field: MeasurementName): number {
  const column = habit.columns[field];
  return measurementsHeader(habit).indexOf(column.header ?? column.name);
}

/** The same row for someone new, so that it stands alone. */
function invented(row: readonly string[], number: number): string[] {
  return replaced(row, 0, `X${number}`);
}

function replaced(row: readonly string[], place: number, cell: string): string[] {
  return row.map((old, index) => (index === place ? cell : old));
}
