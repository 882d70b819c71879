// One recording of one person as a hospital's recorder writes it.
import { writeWfdb } from '#lib/formats/wfdb-write.ts';
import type { ZipMember } from '#lib/formats/zip-write.ts';
import { type NoiseOptions, simulateEcg } from './ecg.ts';
import type { EcgHabit } from './ecg-habits.ts';
import { independentLeads } from './ecg-leads.ts';
import { damage, oddityOf, stillLeads } from './ecg-oddities.ts';
import type { EcgTruth } from './ecg-truth.ts';
import type { Habit } from './habits.ts';
import type { Patient } from './hospital-tables.ts';
import { patientAt } from './patients.ts';
import type { Random } from './random.ts';
import { heartOf, type Rhythm } from './rhythms.ts';

/** What was planted in one recording. */
export interface PlantedEcg {
  /** Path of the record in its zip or below the site's prefix, without extension. */
  readonly record: string;
  readonly patientId: string;
  readonly age: number;
  readonly sex: 'F' | 'M';
  readonly rhythm: Rhythm;
  /** So much movement that a model may keep silent. */
  readonly isPoor: boolean;
  /** Atrial fibrillation as the hospital's reference standard has it; absent where the hospital gives none. */
  readonly label?: 0 | 1;
  /** Reason code for which intake must refuse the recording. */
  readonly rejected?: string;
  readonly truth: EcgTruth;
}

export interface Recording {
  readonly planted: PlantedEcg;
  /** The hospital's word for the recorder. */
  readonly device: string;
  /** Header and signal file, as far as they are there. */
  readonly files: readonly ZipMember[];
}

/** Every tenth recording is of the person before, where names can tell them apart: people with several studies are clusters. */
const againEvery = 10;
const swapShare = 0.03;
/** What the converter of every recorder reaches to. */
const rangeMv = 5;

/** The recording with this number (from 1); the hospital's stream and the number decide everything. */
export function recordingOf(number: number, habit: Habit, ecgs: EcgHabit, hospital: Random): Recording {
  const again = ecgs.handsOver === 'zips' ? Math.floor(number / againEvery) : 0;
  const patient = patientAt(habit, number - again, hospital);
  const { rhythm, options } = heartOf(
    patient,
    ecgs.fibrillationShareAt65,
    ecgs.durationS,
    hospital.fork(`heart/${patient.id}`),
  );
  const stream = hospital.fork(`ecg/${number}`);
  const isPoor = stream.bernoulli(ecgs.poorShare);
  const isSwapped = ecgs.leads.length > 1 && stream.bernoulli(swapShare);
  const oddity = oddityOf(number, ecgs.oddities);
  const { leads, truth } = simulateEcg({
    ...options,
    seed: stream.fork('signal').uint32(),
    durationS: ecgs.durationS,
    samplingRateHz: ecgs.samplingRateHz,
    noise: noiseOf(ecgs, isPoor, stream),
    rangeMv,
    ...(isSwapped && { swaps: [['RA', 'LA'] as const] }),
    flat: stillLeads(oddity, ecgs.leads).map((lead) => ({ lead, startS: 0, endS: ecgs.durationS })),
  });
  const record = ecgs.recordName(number, patient.id);
  const recorded = leads.filter(({ name }) => ecgs.leads.includes(name));
  const { files, rejected } = damage(...filesOf(record, recorded, patient, ecgs), oddity);
  return {
    device: stream.pick(Object.keys(ecgs.devices)),
    files,
    planted: {
      record,
      patientId: patient.id,
      age: patient.age,
      sex: patient.sex,
      rhythm,
      isPoor,
      ...(oddity !== 'no-label' && { label: truth.fibrillation.length > 0 ? (1 as const) : (0 as const) }),
      ...(rejected !== undefined && { rejected }),
      truth,
    },
  };
}

/** What every recording has, and movement over all of it in a poor one; in decibels, drawn for each. */
function noiseOf({ leads, mainsHz }: EcgHabit, isPoor: boolean, stream: Random): NoiseOptions[] {
  const measured = { leads: independentLeads.filter((lead) => leads.includes(lead)) };
  const usual: NoiseOptions[] = [
    { kind: 'baseline-wander', snrDb: stream.normal(14, 4), ...measured },
    { kind: 'mains', snrDb: stream.normal(32, 4), mainsHz, ...measured },
    { kind: 'muscle', snrDb: stream.normal(22, 4), ...measured },
  ];
  if (!isPoor) return usual;
  return [
    ...usual,
    { kind: 'electrode-motion', snrDb: stream.normal(-12, 3), ...measured },
    { kind: 'electrode-motion', snrDb: stream.normal(-12, 3), ...measured },
    { kind: 'muscle', snrDb: stream.normal(-11, 2), ...measured },
  ];
}

function filesOf(
  record: string,
  leads: Parameters<typeof writeWfdb>[0]['leads'],
  { age, sex, name }: Patient,
  { samplingRateHz, format, saysWho }: EcgHabit,
): [header: ZipMember, signal: ZipMember] {
  const folder = record.slice(0, record.lastIndexOf('/') + 1);
  const [header, signal] = writeWfdb({
    recordName: record.slice(folder.length),
    samplingRateHz,
    leads,
    format,
    comments: saysWho ? [`Age: ${age}`, `Sex: ${sex === 'F' ? 'Female' : 'Male'}`, `Patient: ${name}`] : [],
  });
  return [
    { path: `${folder}${header.name}`, body: header.body },
    { path: `${folder}${signal.name}`, body: signal.body },
  ];
}
