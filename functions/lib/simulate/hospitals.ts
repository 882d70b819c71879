import type { SiteDrop } from '#lib/cohort/datasets/dataset.ts';
import type { Site } from '#lib/sites/site.ts';
import { type Habit, habits } from './habits.ts';
import { hospitalSite } from './hospital-site.ts';
import {
  admit,
  labelsHeader,
  labelsRow,
  measurementsHeader,
  measurementsRow,
  type Patient,
  tableBytes,
} from './hospital-tables.ts';
import { badRows, contradictedPlace, misspelled, strangerLabel, unreadable } from './oddities.ts';
import { simulatePerson } from './person.ts';
import { type Random, random } from './random.ts';
import { type DropTruth, type Expected, expected, type SiteTruth, sumOf } from './truth.ts';

export interface SimulationOptions {
  readonly seed: string | number;
  /** @default 4 */
  readonly sites?: number;
  /** @default 250 */
  readonly peoplePerSite?: number;
}

export interface Simulation {
  readonly sites: readonly Site[];
  /** In the order in which the hospitals drop them; the same path twice is a new version of the object. */
  readonly drops: readonly SiteDrop[];
  /** Known from how the drops were made, not from reading them. */
  readonly truth: { readonly drops: readonly DropTruth[]; readonly sites: Readonly<Record<string, SiteTruth>> };
}

interface Made extends Expected {
  readonly path: string;
  readonly body: Uint8Array;
}

const months = [1, 2, 3];
const fewestPeople = 12;

/**
 * Invented hospitals that drop three months of exercise tests and their angiographies, each in its own way, with a few
 * of the strange things that hospitals do. The same options give the same bytes.
 */
export function simulateHospitals({ seed, sites = 4, peoplePerSite = 250 }: SimulationOptions): Simulation {
  if (!Number.isInteger(sites) || sites < 1) {
    throw new RangeError(`simulated sites: found ${sites}, accepted whole numbers from 1`);
  }
  if (!Number.isInteger(peoplePerSite) || peoplePerSite < fewestPeople) {
    throw new RangeError(`people per site: found ${peoplePerSite}, accepted whole numbers from ${fewestPeople}`);
  }
  const stream = random(seed);
  const hospitals = Array.from({ length: sites }, (_, index) => {
    const habit = habitOf(index);
    return { habit, ...runHospital(habit, peoplePerSite, stream.fork(habit.id)) };
  });
  const drops = inTurns(hospitals.map(({ habit, made }) => made.map((drop) => ({ site: habit.id, ...drop }))));
  return {
    sites: hospitals.map(({ habit }) => hospitalSite(habit)),
    drops: drops.map(({ site, path, body }) => ({ site, path, body })),
    truth: {
      drops: drops.map(({ body, ...truth }) => truth),
      sites: Object.fromEntries(hospitals.map(({ habit, truth }) => [habit.id, truth])),
    },
  };
}

/** The four habits; further sites repeat them under another id. */
function habitOf(index: number): Habit {
  const habit = habits[index % habits.length];
  const round = Math.floor(index / habits.length) + 1;
  return round === 1 ? habit : { ...habit, id: `${habit.id}-${round}`, name: `${habit.name} ${round}` };
}

function runHospital(habit: Habit, people: number, stream: Random): { made: Made[]; truth: SiteTruth } {
  const patients = Array.from({ length: people }, (_, index) =>
    admit(simulatePerson(stream, habit.caseMix), index + 1, habit, stream),
  );
  const perMonth = Math.ceil(people / months.length);
  const byMonth = months.map((month) => patients.slice((month - 1) * perMonth, month * perMonth));
  const verified = byMonth.map((admitted) => admitted.filter((patient) => isVerified(patient, habit, stream)));
  const labels = months.map((month) => labelsDrop(habit, verified[month - 1], month, stream));
  const measurements = months.map((month) => measurementsDrops(habit, byMonth[month - 1], month, stream));
  const made = inOrder(measurements, labels, habit.labelDelayMonths);
  if (habit.oddities.includes('unreadable-file')) made.push(unreadable(habit));
  const contradicted = habit.oddities.includes('bad-rows') ? [byMonth[1][contradictedPlace]] : [];
  const lostLabels = contradicted.filter((patient) => verified[1].includes(patient)).length;
  const truth: SiteTruth = {
    ...sumOf(made),
    drops: made.length,
    people,
    studies: people - contradicted.length,
    diseased: patients.filter(({ diseased }) => diseased).length,
    labelled: verified.flat().length - lostLabels,
    labelsWithoutStudy: lostLabels + (habit.oddities.includes('label-without-study') ? 1 : 0),
  };
  return { made, truth };
}

/** Angiography follows a positive exercise test, and otherwise the hospital's habit. */
function isVerified({ measured }: Patient, habit: Habit, stream: Random): boolean {
  const chosen = stream.bernoulli(habit.verifiedShare);
  return chosen || measured.exerciseAngina === 1 || Number(measured.stDepression) >= 1;
}

/** The month's table with what happens to it: odd rows, a correction at the same path, the same file under another name. */
function measurementsDrops(habit: Habit, patients: readonly Patient[], month: number, stream: Random): Made[] {
  const path = habit.measurementsPath(month);
  const header = measurementsHeader(habit);
  const rows = patients.map((patient) => measurementsRow(patient, habit));
  const table = (body: readonly string[][]) => tableBytes(habit, [header, ...body]);
  const whole = { path, body: table(rows), ...expected({ scored: rows.length }) };
  if (month !== 2) return [whole];
  if (habit.oddities.includes('repeated-file')) {
    return [whole, { ...whole, path: `copy of ${path}`, ...expected({ repeated: rows.length }) }];
  }
  if (habit.oddities.includes('corrected-file')) {
    const first = table([misspelled(habit, rows[0]), ...rows.slice(1)]);
    const truth = expected({ scored: rows.length - 1, reasons: { 'value-impossible': 1 } });
    return [{ path, body: first, ...truth }, whole];
  }
  if (!habit.oddities.includes('bad-rows')) return [whole];
  const bad = badRows(habit, rows, stream);
  return [{ path, body: table(bad.rows), ...bad.truth }];
}

function labelsDrop(habit: Habit, patients: readonly Patient[], month: number, stream: Random): Made {
  const rows = patients.map((patient) => labelsRow(patient, habit, stream.integer(1, 28), month));
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

/** First of each, then second of each: hospitals do not wait for each other. */
function inTurns<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}
