// Hundreds of small drops of four invented hospitals and a stranger, with what must become of each: known from how they
// were made, not from reading them.
import { type Habit, habits } from '#lib/simulate/habits.ts';
import { hospitalSite } from '#lib/simulate/hospital-site.ts';
import {
  admit,
  labelsHeader,
  labelsRow,
  measurementsHeader,
  measurementsRow,
  type Patient,
  tableBytes,
} from '#lib/simulate/hospital-tables.ts';
import { misspelled, unreadable } from '#lib/simulate/oddities.ts';
import { simulatePerson } from '#lib/simulate/person.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { type Expected, expected } from '#lib/simulate/truth.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { ecgChaos } from './ecgs.ts';

export interface ChaosDrop extends Expected {
  readonly site: string;
  readonly path: string;
  readonly body: Uint8Array;
  /** What tells its unit from others of the site; empty when it has none. */
  readonly unit: string;
  /** A signal file, which has no item of its own when a header takes it. */
  readonly isPart?: boolean;
}

/** Larger drops are refused unread; set as the deployment's context. A zip of a few ECGs has less. */
export const MAXIMUM_DROP_BYTES = 800_000;

/** A site that nobody set up. */
const STRANGER = 'atlantis';

const PEOPLE = 40;
const REVISIONS = 3;

/** A hospital whose tables have no ids of patients: path and row say whose row it is. */
const harbour: Habit = {
  ...withoutNames(habits[0]),
  id: 'harbour',
  name: 'Harbour Clinic',
  patientId: 'row',
  idOf: String,
};
const HARBOUR_PATH = 'Übersicht der Ergometrien 2025.csv';

/** Those that drop tables; Lakeview, the last of the habits, drops ECGs alone. */
const HOSPITALS: readonly Habit[] = [habits[0], habits[1], habits[2], harbour];

function withoutNames({ personName: _left, ...habit }: Habit): Habit {
  return habit;
}

/** Descriptions of the hospitals, as an operator sets them up. */
export function chaosSites(): readonly Site[] {
  return [...habits.map((habit) => hospitalSite(habit, ['measurements', 'ecg'])), withoutIds(hospitalSite(harbour))];
}

function withoutIds(site: Site): Site {
  const tables = site.tables.map(({ patientId, ...table }) =>
    table.label === undefined || patientId === undefined
      ? table
      : { ...table, labelsOf: { rowColumn: patientId.column, path: HARBOUR_PATH } },
  );
  return parseSite({ ...site, tables });
}

/**
 * Drops in the order in which the hospitals put them, each hospital for itself: this many tables, and the ECGs of so many rounds
 * spread among them. The same seed gives the same bytes.
 */
export function chaosDrops(seed: string, count: number, rounds = 0): readonly ChaosDrop[] {
  const stream = random(seed);
  const writers = HOSPITALS.map((habit) => hospital(habit, stream.fork(habit.id)));
  const tables = Array.from({ length: count }, (_, number) =>
    stream.bernoulli(0.02) ? strange(stream, number) : stream.pick(writers)(number),
  );
  return spread(tables, ecgChaos(stream, rounds), stream);
}

/** Each list in its order, the one between the other; the drops of one hospital stay in theirs. */
function spread(tables: readonly ChaosDrop[], ecgs: readonly ChaosDrop[], stream: Random): readonly ChaosDrop[] {
  const ofSites = [...Map.groupBy(ecgs, ({ site }) => site).values()].flatMap((own) => {
    const places = own.map(() => stream.integer(0, tables.length)).sort((a, b) => a - b);
    return own.map((drop, index) => ({ drop, place: places[index] }));
  });
  const at = Map.groupBy(ofSites, ({ place }) => place);
  return Array.from({ length: tables.length + 1 }, (_, place) => [
    ...(at.get(place) ?? []).map(({ drop }) => drop),
    ...tables.slice(place, place + 1),
  ]).flat();
}

/** What a hospital puts next; the number of the drop makes new paths. */
function hospital(habit: Habit, stream: Random): (number: number) => ChaosDrop {
  const past: ChaosDrop[] = [];
  /** Rest of a correction and its withdrawal: A is followed by B and A at the same path. */
  const pending: ChaosDrop[] = [];
  const kinds: readonly ((number: number) => ChaosDrop)[] = [
    ...Array.from({ length: 5 }, () => (number: number) => measurements(habit, stream, pathOf(habit, stream, number))),
    ...Array.from({ length: 6 }, () => (number: number) => labels(habit, stream, number)),
    (number) => {
      const first = measurements(habit, stream, pathOf(habit, stream, number));
      pending.push(measurements(habit, stream, first.path), first);
      return first;
    },
    (number) =>
      past.length === 0
        ? measurements(habit, stream, pathOf(habit, stream, number))
        : again(habit, stream, past, number),
    (number) => withBadRows(habit, stream, pathOf(habit, stream, number)),
    (number) => refused(habit, stream, number),
    (number) => refused(habit, stream, number),
  ];
  return (number) => {
    const next = (stream.bernoulli(0.5) ? pending.shift() : undefined) ?? stream.pick(kinds)(number);
    past.push(next);
    return next;
  };
}

function pathOf(habit: Habit, stream: Random, number: number): string {
  if (habit === harbour && stream.bernoulli(0.4)) return HARBOUR_PATH;
  return stream.pick([`${number}.csv`, `2025/Größe & Übergabe ${number}.csv`, `a+b %41/épreuve n° ${number} (1)~.csv`]);
}

/** The same person with the same revision is always the same. */
function patientOf(habit: Habit, number: number, revision: number): Patient {
  const stream = random(`${habit.id}/${number}/${revision}`);
  return admit(simulatePerson(stream, habit.caseMix), number, habit, stream);
}

function people(habit: Habit, stream: Random): readonly Patient[] {
  const numbers = stream
    .shuffle(Array.from({ length: PEOPLE }, (_, index) => index + 1))
    .slice(0, stream.integer(1, 5));
  return numbers.map((number) => patientOf(habit, number, stream.integer(0, REVISIONS - 1)));
}

const headerOf = (habit: Habit): string[] => ofTable(habit, measurementsHeader(habit));
const rowsOf = (habit: Habit, patients: readonly Patient[]): string[][] =>
  patients.map((patient) => ofTable(habit, measurementsRow(patient, habit)));
/** The harbour leaves the ids out. */
const ofTable = (habit: Habit, cells: string[]): string[] => (habit === harbour ? cells.slice(1) : cells);

function unitOf(habit: Habit, path: string, rows: readonly string[][]): string {
  return JSON.stringify([habit.id, habit === harbour ? path : '', rows]);
}

function measurements(habit: Habit, stream: Random, path: string): ChaosDrop {
  const rows = rowsOf(habit, people(habit, stream));
  const body = tableBytes(habit, [headerOf(habit), ...rows]);
  return { site: habit.id, path, body, unit: unitOf(habit, path, rows), ...expected({ scored: rows.length }) };
}

function labels(habit: Habit, stream: Random, number: number): ChaosDrop {
  const rows = people(habit, stream).map((patient, index) => {
    const row = labelsRow(patient, habit, stream.integer(1, 28), stream.integer(1, 12));
    return habit === harbour ? [String(index + 1), ...row.slice(1)] : row;
  });
  const body = tableBytes(habit, [labelsHeader(habit), ...rows]);
  const path = `Befunde/Koronarangiographie ${number}.csv`;
  return { site: habit.id, path, body, unit: '', ...expected({ filed: rows.length }) };
}

/** Something that came before, at its path or at another. */
function again(habit: Habit, stream: Random, past: readonly ChaosDrop[], number: number): ChaosDrop {
  const earlier = stream.pick(past);
  if (habit === harbour || stream.bernoulli(0.4)) return earlier;
  return { ...earlier, path: `copy of ${number} für später.csv` };
}

/** The good rows first, so that their numbers are known. */
function withBadRows(habit: Habit, stream: Random, path: string): ChaosDrop {
  const rows = rowsOf(habit, people(habit, stream));
  const [first] = rows;
  const bad = [
    ['value-impossible', ofTable(habit, misspelled(habit, measurementsRow(patientOf(habit, PEOPLE + 1, 0), habit)))],
    ['cells', first.slice(0, -2)],
    ['patient-id', ['', ...first.slice(1)]],
  ] as const;
  const chosen = bad.filter(([code]) => (code === 'patient-id' ? habit !== harbour : stream.bernoulli(0.7)));
  const repeats = habit === harbour || stream.bernoulli(0.5) ? [] : [first];
  const body = tableBytes(habit, [headerOf(habit), ...rows, ...repeats, ...chosen.map(([, row]) => [...row])]);
  const reasons = Object.fromEntries(chosen.map(([code]) => [code, 1]));
  const truth = expected({ scored: rows.length, repeated: repeats.length, reasons });
  return { site: habit.id, path, body, unit: unitOf(habit, path, rows), ...truth };
}

/** A whole file that cannot be taken. */
function refused(habit: Habit, stream: Random, number: number): ChaosDrop {
  const table = (count: number) =>
    tableBytes(habit, [headerOf(habit), ...Array.from({ length: count }, (_, n) => rowOf(n))]);
  const rowOf = (n: number) => ofTable(habit, measurementsRow(patientOf(habit, n + 1, 0), habit));
  const bodies: readonly (readonly [string, Uint8Array])[] = [
    ['empty', new Uint8Array()],
    ['empty', Buffer.from(' \r\n\r\n')],
    ['too-large', new Uint8Array(MAXIMUM_DROP_BYTES + 1).fill(0x20)],
    ['format-unknown', Uint8Array.from({ length: 300 }, (_, n) => (n === 0 ? 0 : stream.integer(0, 255)))],
    ['format-not-accepted', unreadable(habit).body],
    ['header', tableBytes(habit, [headerOf(habit).slice(3), rowOf(1).slice(3)])],
    ['no-rows', table(0)],
  ];
  const [code, body] = stream.pick(bodies);
  return { site: habit.id, path: `falsch ${number}.csv`, body, unit: '', ...expected({ reasons: { [code]: 1 } }) };
}

function strange(stream: Random, number: number): ChaosDrop {
  const { body } = measurements(habits[0], stream, '');
  const truth = expected({ reasons: { 'site-unknown': 1 } });
  return { site: STRANGER, path: `niemand ${number}.csv`, body, unit: '', ...truth };
}
