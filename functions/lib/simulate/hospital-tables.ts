import type { MeasurementName } from '#lib/formats/vocabulary.ts';
import type { Column, Habit } from './habits.ts';
import { type Payer, payerOf } from './payer.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';

export interface Patient extends Person {
  readonly id: string;
  readonly study: string;
  readonly name: string;
  /** What the hospital measured and wrote down, cell by cell. */
  readonly cells: Readonly<Record<MeasurementName, string>>;
  /** Who pays, as far as the hospital's tables say. */
  readonly payer: Payer | undefined;
}

const familyNames = ['Abendroth', 'Brightwater', 'Castellane', 'Dunmore', 'Eskelin', 'Farrow', 'Grünwald', 'Hollis'];
const givenNames = ['Ada', 'Bruno', 'Clara', 'Dario', 'Edith', 'Felix', 'Greta', 'Hugo'];

/** A person as this hospital knows and writes them. */
export function admit(person: Person, number: number, habit: Habit, random: Random): Patient {
  const cells = Object.entries(habit.columns).map(([field, column]) => {
    const isMissing = random.bernoulli(column.missingShare ?? 0);
    return [field, isMissing ? habit.missing : cellOf(person.measured[field as MeasurementName], column, habit)];
  });
  return {
    ...person,
    id: habit.idOf(number),
    study: `F${String(9000 + number)}`,
    name: `${random.pick(familyNames)} ${random.pick(givenNames)}`,
    cells: Object.fromEntries(cells) as Record<MeasurementName, string>,
    payer: writtenPayer(person, habit, random.fork('payer')),
  };
}

/** From a stream of its own: a hospital that says who pays has the same people as one that does not. */
function writtenPayer(person: Person, { payer }: Habit, random: Random): Payer | undefined {
  const paying = payerOf(person, random);
  return payer === undefined || random.bernoulli(payer.missingShare) ? undefined : paying;
}

function cellOf(value: number | string, column: Column, habit: Habit): string {
  if (column.words !== undefined) {
    const word = Object.entries(column.words).find(([, code]) => code === value);
    if (word === undefined) throw new Error(`habit ${habit.id}: found no word for a code of ${column.name}`);
    return word[0];
  }
  if (typeof value === 'string') return value;
  const written = (value * (column.factor ?? 1)).toFixed(column.decimals ?? 0);
  return written.replace('.', habit.decimal);
}

/** Cells of the header and of one patient, in the same order. */
export function measurementsHeader(habit: Habit): string[] {
  const columns = Object.values(habit.columns).map((column) => column.header ?? column.name);
  const payer = habit.payer === undefined ? [] : [habit.payer.name];
  return [...idHeader(habit), ...(habit.personName === undefined ? [] : [habit.personName]), ...columns, ...payer];
}

export function measurementsRow(patient: Patient, habit: Habit): string[] {
  const fields = Object.keys(habit.columns) as MeasurementName[];
  const name = habit.personName === undefined ? [] : [patient.name];
  const { payer, cells } = patient;
  const paying = habit.payer === undefined ? [] : [payer === undefined ? habit.missing : habit.payer.words[payer]];
  return [...idCells(patient, habit), ...name, ...fields.map((field) => cells[field]), ...paying];
}

export function labelsHeader(habit: Habit): string[] {
  return [...idHeader(habit), habit.label.date, habit.label.result];
}

export function labelsRow(patient: Patient, habit: Habit, day: number, month: number): string[] {
  const result = patient.diseased ? habit.label.yes : habit.label.no;
  return [...idCells(patient, habit), dateCell(habit, day, month), result];
}

function idHeader(habit: Habit): string[] {
  return habit.studyId === undefined ? [habit.patientId] : [habit.patientId, habit.studyId];
}

function idCells(patient: Patient, habit: Habit): string[] {
  return habit.studyId === undefined ? [patient.id] : [patient.id, patient.study];
}

function dateCell(habit: Habit, day: number, month: number): string {
  const parts = { DD: String(day).padStart(2, '0'), MM: String(month).padStart(2, '0'), YYYY: '2025' };
  return habit.dateFormat.replace('DD', parts.DD).replace('MM', parts.MM).replace('YYYY', parts.YYYY);
}

/** Bytes of a table in the hospital's way of writing. */
export function tableBytes(habit: Habit, rows: readonly (readonly string[])[]): Uint8Array {
  const text = [...rows.map((row) => row.join(habit.delimiter)), ''].join(habit.lineEnd);
  return Buffer.from(text, habit.encoding === 'latin1' ? 'latin1' : 'utf8');
}
