// How the four invented hospitals record ECGs and hand them over.
import { type LeadName, twelveLeads } from './ecg-leads.ts';

/** Something that happens to recordings; each comes once in a simulation. */
export type EcgOddity =
  | 'wrong-checksum'
  | 'short-signal'
  | 'no-signal-file'
  | 'flat-lead'
  | 'flat'
  | 'no-label'
  | 'repeated-file';

export interface EcgTable {
  /** Path in the zip, or of the table that follows by itself. */
  readonly path: string;
  readonly record: string;
  readonly age: string;
  readonly sex: string;
  readonly sexWords: Readonly<Record<'F' | 'M', string>>;
  readonly device: string;
  readonly rhythm: string;
  readonly fibrillation: string;
  readonly noFibrillation: string;
}

export interface EcgHabit {
  readonly samplingRateHz: number;
  readonly durationS: number;
  readonly leads: readonly LeadName[];
  readonly format: 16 | 212;
  readonly mainsHz: 50 | 60;
  /** The hospital's word for each of its recorders, and the identifier that the site's description gives it. */
  readonly devices: Readonly<Record<string, string>>;
  /** Recordings in a zip with a table that describes them, or header and signal file one after the other and a table of rhythms later. */
  readonly handsOver: 'zips' | 'pairs';
  readonly dropPath: (batch: number) => string;
  /** Path without extension; pairs have no table that says whose they are, so there the name is the patient's id. */
  readonly recordName: (study: number, patientId: string) => string;
  readonly table: EcgTable;
  /** Whether the header's comments say name, age and sex. */
  readonly saysWho: boolean;
  /** Atrial fibrillation among people of 65 years. */
  readonly fibrillationShareAt65: number;
  /** Recordings with so much movement that nobody would read them. */
  readonly poorShare: number;
  readonly oddities: readonly EcgOddity[];
}

const digits = (number: number, length: number): string => String(number).padStart(length, '0');

const northgate: EcgHabit = {
  samplingRateHz: 500,
  durationS: 10,
  leads: twelveLeads,
  format: 16,
  mainsHz: 60,
  devices: { 'Cart 3': 'cart-3', 'Cart 7': 'cart-7' },
  handsOver: 'zips',
  dropPath: (batch) => `ecg/export ${digits(batch, 4)}.zip`,
  recordName: (study) => `ecg${digits(study, 6)}`,
  table: {
    path: 'records.csv',
    record: 'Record',
    age: 'Age at ECG',
    sex: 'Sex',
    sexWords: { F: 'Female', M: 'Male' },
    device: 'Recorder',
    rhythm: 'Rhythm',
    fibrillation: 'AFIB',
    noFibrillation: 'NO AFIB',
  },
  saysWho: true,
  fibrillationShareAt65: 0.3,
  poorShare: 0.03,
  oddities: ['wrong-checksum', 'repeated-file'],
};

const riverside: EcgHabit = {
  samplingRateHz: 500,
  durationS: 10,
  leads: twelveLeads,
  format: 212,
  mainsHz: 50,
  devices: { 'Schreiber A': 'schreiber-a', 'Schreiber B': 'schreiber-b' },
  handsOver: 'zips',
  dropPath: (batch) => `EKG_Lieferung_${digits(batch, 3)}.zip`,
  recordName: (study) => `Aufnahmen/EKG-${digits(study, 7)}`,
  table: {
    path: 'Liste.csv',
    record: 'Aufnahme',
    age: 'Alter bei EKG',
    sex: 'Geschlecht',
    sexWords: { F: 'w', M: 'm' },
    device: 'Gerät',
    rhythm: 'Vorhofflimmern',
    fibrillation: 'ja',
    noFibrillation: 'nein',
  },
  saysWho: false,
  fibrillationShareAt65: 0.25,
  poorShare: 0.03,
  oddities: ['short-signal', 'flat-lead', 'no-label'],
};

const hillcrest: EcgHabit = {
  samplingRateHz: 300,
  durationS: 30,
  leads: ['I'],
  format: 16,
  mainsHz: 50,
  devices: { 'appareil de poche': 'handheld' },
  handsOver: 'zips',
  dropPath: (batch) => `ECG de poche/envoi ${digits(batch, 3)}.zip`,
  recordName: (study) => `P${digits(study, 5)}`,
  table: {
    path: 'enregistrements.tsv',
    record: 'enregistrement',
    age: 'âge',
    sex: 'sexe',
    sexWords: { F: 'F', M: 'H' },
    device: 'appareil',
    rhythm: 'fibrillation auriculaire',
    fibrillation: 'oui',
    noFibrillation: 'non',
  },
  saysWho: false,
  fibrillationShareAt65: 0.3,
  poorShare: 0.1,
  oddities: ['no-signal-file', 'flat'],
};

const lakeview: EcgHabit = {
  samplingRateHz: 250,
  durationS: 10,
  leads: twelveLeads,
  format: 16,
  mainsHz: 60,
  devices: { W2: 'ward-2' },
  handsOver: 'pairs',
  dropPath: (batch) => `export/rhythm_${digits(batch, 4)}.txt`,
  recordName: (_study, patientId) => `export/ecg/${patientId}`,
  table: {
    path: '',
    record: 'RECORD',
    age: 'AGE',
    sex: 'SEX',
    sexWords: { F: '0', M: '1' },
    device: 'DEVICE',
    rhythm: 'AFIB',
    fibrillation: '1',
    noFibrillation: '0',
  },
  saysWho: true,
  fibrillationShareAt65: 0.25,
  poorShare: 0.03,
  oddities: [],
};

const byHospital: Readonly<Record<string, EcgHabit>> = { northgate, riverside, hillcrest, lakeview };

/** The way of the hospital with this id: the first of its name, a further one (`northgate-2`), or one with something before it. */
export function ecgHabitOf(site: string): EcgHabit {
  const name = Object.keys(byHospital).find((hospital) => new RegExp(`(^|-)${hospital}(-\\d+)?$`).test(site));
  if (name === undefined) {
    throw new RangeError(`simulated ECGs: found site ${site}, allowed: ${Object.keys(byHospital).join(', ')}`);
  }
  return byHospital[name];
}
