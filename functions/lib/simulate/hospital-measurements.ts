// The tables of a hospital: exercise tests and angiographies of three months, again and again for as many people as are wanted.
import type { SimulatedDrop } from './drop.ts';
import type { Habit } from './habits.ts';
import {
  labelsHeader,
  labelsRow,
  measurementsHeader,
  measurementsRow,
  type Patient,
  tableBytes,
} from './hospital-tables.ts';
import { badRows, contradictedPlace, misspelled, strangerLabel, unreadable } from './oddities.ts';
import { patientAt } from './patients.ts';
import type { Payer } from './payer.ts';
import type { Random } from './random.ts';
import { type Expected, expected, type SiteTruth, sumOf } from './truth.ts';

interface Made extends Expected {
  readonly path: string;
  readonly sameAs?: string;
  readonly body: Uint8Array;
}

export interface Quarter {
  /** From 1; the first has the hospital's oddities. */
  readonly number: number;
  /** Number of the first person. */
  readonly first: number;
  readonly people: number;
}

const months = [1, 2, 3];
export const fewestPeople = 12;

/** All tables of a hospital; the memory of one quarter, of less than twice so many people, is needed at a time. */
export function* tableDrops(
  habit: Habit,
  people: number,
  hospital: Random,
  peoplePerQuarter: number,
): Generator<SimulatedDrop> {
  const quarters = Math.max(1, Math.floor(people / Math.max(peoplePerQuarter, fewestPeople)));
  const ends = Array.from({ length: quarters + 1 }, (_, index) => Math.floor((index * people) / quarters));
  for (let number = 1; number <= quarters; number++) {
    const [before, end] = [ends[number - 1], ends[number]];
    yield* quarterOf(habit, { number, first: before + 1, people: end - before }, hospital).drops;
  }
}

/** Drops of a quarter, in order, and what is left of them in the archive. */
export function quarterOf(
  habit: Habit,
  { number, first, people }: Quarter,
  hospital: Random,
): { drops: SimulatedDrop[]; truth: SiteTruth } {
  const patients = Array.from({ length: people }, (_, index) => patientAt(habit, first + index, hospital));
  const doing = number === 1 ? habit : laterQuarter(habit, number);
  const { made, truth } = threeMonths(doing, patients, hospital.fork(`quarter/${number}`));
  const drops = made.map(({ path, body, ...rest }) => ({
    objects: [{ site: habit.id, path, body }],
    truth: { site: habit.id, path, ...rest },
    planted: [],
  }));
  return { drops, truth };
}

/** The same ways without the oddities, under paths of its own. */
function laterQuarter(habit: Habit, number: number): Habit {
  return {
    ...habit,
    oddities: [],
    measurementsPath: (month) => `quarter ${number}/${habit.measurementsPath(month)}`,
    labelsPath: (month) => `quarter ${number}/${habit.labelsPath(month)}`,
  };
}

function threeMonths(habit: Habit, patients: readonly Patient[], draws: Random): { made: Made[]; truth: SiteTruth } {
  const perMonth = Math.ceil(patients.length / months.length);
  const byMonth = months.map((month) => patients.slice((month - 1) * perMonth, month * perMonth));
  const verified = byMonth.map((admitted) => admitted.filter((patient) => isVerified(patient, habit, draws)));
  const labels = months.map((month) => labelsDrop(habit, verified[month - 1], month, draws));
  const measurements = months.map((month) => measurementsDrops(habit, byMonth[month - 1], month, draws));
  const made = inOrder(measurements, labels, habit.labelDelayMonths);
  if (habit.oddities.includes('unreadable-file')) made.push(unreadable(habit));
  const contradicted = habit.oddities.includes('bad-rows') ? [byMonth[1][contradictedPlace]] : [];
  const lostLabels = contradicted.filter((patient) => verified[1].includes(patient)).length;
  const truth: SiteTruth = {
    ...sumOf(made),
    drops: made.length,
    people: patients.length,
    studies: patients.length - contradicted.length,
    diseased: patients.filter(({ diseased }) => diseased).length,
    payers: payersOf(patients.filter((patient) => !contradicted.includes(patient))),
    labelled: verified.flat().length - lostLabels,
    labelsWithoutStudy: lostLabels + (habit.oddities.includes('label-without-study') ? 1 : 0),
  };
  return { made, truth };
}

function payersOf(patients: readonly Patient[]): Record<Payer, number> {
  const count = (payer: Payer) => patients.filter((patient) => patient.payer === payer).length;
  return { public: count('public'), private: count('private'), none: count('none') };
}

/** Angiography follows a positive exercise test, and otherwise the hospital's habit. */
function isVerified({ measured }: Patient, habit: Habit, draws: Random): boolean {
  const chosen = draws.bernoulli(habit.verifiedShare);
  return chosen || measured.exerciseAngina === 1 || Number(measured.stDepression) >= 1;
}

/** The month's table with what happens to it: odd rows, a correction at the same path, the same file under another name. */
function measurementsDrops(habit: Habit, patients: readonly Patient[], month: number, draws: Random): Made[] {
  const path = habit.measurementsPath(month);
  const header = measurementsHeader(habit);
  const rows = patients.map((patient) => measurementsRow(patient, habit));
  const table = (body: readonly string[][]) => tableBytes(habit, [header, ...body]);
  const whole = { path, body: table(rows), ...expected({ scored: rows.length }) };
  if (month !== 2) return [whole];
  if (habit.oddities.includes('repeated-file')) {
    return [whole, { ...whole, path: `copy of ${path}`, sameAs: path, ...expected({ repeated: rows.length }) }];
  }
  if (habit.oddities.includes('corrected-file')) {
    const first = table([misspelled(habit, rows[0]), ...rows.slice(1)]);
    const truth = expected({ scored: rows.length - 1, reasons: { 'value-impossible': 1 } });
    return [{ path, body: first, ...truth }, whole];
  }
  if (!habit.oddities.includes('bad-rows')) return [whole];
  const bad = badRows(habit, rows, draws);
  return [{ path, body: table(bad.rows), ...bad.truth }];
}

function labelsDrop(habit: Habit, patients: readonly Patient[], month: number, draws: Random): Made {
  const rows = patients.map((patient) => labelsRow(patient, habit, draws.integer(1, 28), month));
  if (month === 1 && habit.oddities.includes('label-without-study')) rows.push(strangerLabel(habit, rows[0]));
  const body = tableBytes(habit, [labelsHeader(habit), ...rows]);
  const truth = rows.length > 0 ? { filed: rows.length } : { reasons: { 'no-rows': 1 } };
  return { path: habit.labelsPath(month), body, ...expected(truth) };
}

function inOrder(measurements: readonly Made[][], labels: readonly Made[], delayMonths: number): Made[] {
  const steps = months.length + delayMonths;
  return Array.from({ length: steps }, (_, step) => [
    ...(measurements[step] ?? []),
    ...(step >= delayMonths ? [labels[step - delayMonths]] : []),
  ]).flat();
}
