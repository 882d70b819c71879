import { writeZip } from '#lib/formats/zip-write.ts';
import type { SimulatedDrop } from './drop.ts';
import { type EcgHabit, ecgHabitOf } from './ecg-habits.ts';
import type { Habit } from './habits.ts';
import { tableBytes } from './hospital-tables.ts';
import type { Random } from './random.ts';
import { type Recording, recordingOf } from './recording.ts';
import { expected } from './truth.ts';

const recordingsPerDrop = 20;

/**
 * The ECGs that a hospital drops, in its own way, of the same people as its tables, drop by drop: any number needs the memory
 * of one drop. `hospital` is the hospital's stream.
 */
export function* ecgDrops(habit: Habit, studies: number, hospital: Random): Generator<SimulatedDrop> {
  const ecgs = ecgHabitOf(habit.id);
  for (let first = 1, batch = 1; first <= studies; first += recordingsPerDrop, batch++) {
    const count = Math.min(recordingsPerDrop, studies - first + 1);
    const recordings = Array.from({ length: count }, (_, index) => recordingOf(first + index, habit, ecgs, hospital));
    yield* ecgs.handsOver === 'zips' ? zips(recordings, batch, habit, ecgs) : pairs(recordings, batch, habit, ecgs);
  }
}

/** A zip with a table that describes its recordings; the first one also comes again under another name where that is a habit. */
function* zips(
  recordings: readonly Recording[],
  batch: number,
  habit: Habit,
  ecgs: EcgHabit,
): Generator<SimulatedDrop> {
  const path = ecgs.dropPath(batch);
  const table = tableBytes(habit, [
    describingHeader(habit, ecgs),
    ...recordings.map((one) => describingRow(one, habit, ecgs)),
  ]);
  const body = writeZip([{ path: ecgs.table.path, body: table }, ...recordings.flatMap(({ files }) => files)]);
  const planted = recordings.map((recording) => recording.planted);
  const reasons = reasonsOf(recordings);
  const good = recordings.filter(({ planted: { rejected } }) => rejected === undefined).length;
  const site = habit.id;
  const truth = { site, path, ...expected({ scored: good, reasons }) };
  yield { objects: [{ site, path, body }], truth, planted };
  if (batch !== 1 || !ecgs.oddities.includes('repeated-file')) return;
  const again = `copy of ${path}`;
  yield {
    objects: [{ site, path: again, body }],
    truth: { site, path: again, sameAs: path, ...expected({ repeated: good, reasons }) },
    planted: [],
  };
}

function reasonsOf(recordings: readonly Recording[]): Record<string, number> {
  const codes = recordings.flatMap(({ planted: { rejected } }) => rejected ?? []);
  return Object.fromEntries(
    Map.groupBy(codes, (code) => code)
      .entries()
      .map(([code, all]) => [code, all.length]),
  );
}

function describingHeader({ patientId }: Habit, { table }: EcgHabit): string[] {
  return [table.record, patientId, table.age, table.sex, table.device, table.rhythm];
}

function describingRow({ planted, device }: Recording, { missing }: Habit, { table }: EcgHabit): string[] {
  const { record, patientId, age, sex, label } = planted;
  const rhythm = label === undefined ? missing : label === 1 ? table.fibrillation : table.noFibrillation;
  return [record, patientId, String(age), table.sexWords[sex], device, rhythm];
}

/** Signal file and header of each recording, then a table with the rhythms of all. */
function* pairs(
  recordings: readonly Recording[],
  batch: number,
  habit: Habit,
  ecgs: EcgHabit,
): Generator<SimulatedDrop> {
  const site = habit.id;
  for (const { files, planted } of recordings) {
    const path = `${planted.record}.hea`;
    const objects = files.toReversed().map((file) => ({ site, ...file }));
    yield { objects, truth: { site, path, ...expected({ scored: 1 }) }, planted: [planted] };
  }
  const path = ecgs.dropPath(batch);
  const { table } = ecgs;
  const rows = recordings.map(({ planted: { record, label } }) => [
    record,
    label === 1 ? table.fibrillation : table.noFibrillation,
  ]);
  const body = tableBytes(habit, [[table.record, table.rhythm], ...rows]);
  yield { objects: [{ site, path, body }], truth: { site, path, ...expected({ filed: rows.length }) }, planted: [] };
}
