// Four invented hospitals: who comes to them, what they do not measure, and how they write a table.
import type { Delimiter } from '#lib/formats/csv.ts';
import type { MeasurementName } from '#lib/formats/vocabulary.ts';
import type { Payer } from './payer.ts';
import type { CaseMix } from './person.ts';

export interface Column {
  readonly name: string;
  /** What stands in the header cell where it is more than the name, such as the unit. */
  readonly header?: string;
  readonly unit?: string;
  /** Number written for a value in the vocabulary's unit, with this many decimals. */
  readonly factor?: number;
  readonly decimals?: number;
  /** The hospital's words for the vocabulary's codes. */
  readonly words?: Readonly<Record<string, number | string>>;
  /** Share of people in whom it is not measured. */
  readonly missingShare?: number;
}

/** Something that hospitals do now and then; each comes once in a simulation. */
export type Oddity = 'repeated-file' | 'bad-rows' | 'corrected-file' | 'unreadable-file' | 'label-without-study';

export interface Habit {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly timeZone: string;
  readonly languages: readonly string[];
  readonly caseMix: CaseMix;
  readonly delimiter: Delimiter;
  readonly decimal: '.' | ',';
  readonly encoding: 'utf-8' | 'latin1';
  readonly lineEnd: '\n' | '\r\n';
  readonly missing: string;
  readonly patientId: string;
  /** Column of an id of the examination, where the hospital has one. */
  readonly studyId?: string;
  /** Column with names of people, which nobody asked for and which must get nowhere. */
  readonly personName?: string;
  readonly idOf: (number: number) => string;
  readonly columns: Readonly<Record<MeasurementName, Column>>;
  /** Who pays, in the hospital's words; absent where its tables do not say. */
  readonly payer?: {
    readonly name: string;
    readonly words: Readonly<Record<Payer, string>>;
    readonly missingShare: number;
  };
  readonly label: { readonly result: string; readonly date: string; readonly no: string; readonly yes: string };
  readonly dateFormat: 'YYYY-MM-DD' | 'DD.MM.YYYY' | 'DD/MM/YYYY' | 'MM/DD/YYYY';
  /** Labels come this many months after the measurements. */
  readonly labelDelayMonths: 0 | 1;
  /** Share of people without a positive exercise test who are sent to angiography: below 1, verification is partial. */
  readonly verifiedShare: number;
  readonly measurementsPath: (month: number) => string;
  readonly labelsPath: (month: number) => string;
  readonly oddities: readonly Oddity[];
}

const twoDigits = (month: number): string => String(month).padStart(2, '0');

const northgate: Habit = {
  id: 'northgate',
  name: 'Northgate Heart Institute',
  country: 'US',
  timeZone: 'America/Chicago',
  languages: ['en-US'],
  caseMix: { prevalence: 0.46, maleShare: 0.66, meanAgeYears: 54, ageDeviationYears: 9 },
  delimiter: ',',
  decimal: '.',
  encoding: 'utf-8',
  lineEnd: '\r\n',
  missing: '',
  patientId: 'MRN',
  personName: 'Patient Name',
  idOf: (number) => `NG-${String(number).padStart(6, '0')}`,
  columns: {
    age: { name: 'Age' },
    sex: { name: 'Sex', words: { Female: 'F', Male: 'M' } },
    chestPain: { name: 'Chest Pain' },
    restingBloodPressure: { name: 'Resting SBP', unit: 'mmHg' },
    cholesterol: { name: 'Cholesterol', unit: 'mg/dL', missingShare: 0.02 },
    fastingBloodSugarOver120: { name: 'FBS>120', words: { N: 0, Y: 1 } },
    restingEcg: { name: 'Resting ECG' },
    maximumHeartRate: { name: 'Peak HR', unit: 'bpm' },
    exerciseAngina: { name: 'Exercise Angina', words: { N: 0, Y: 1 } },
    stDepression: { name: 'ST Depression', unit: 'mm', decimals: 1 },
    stSlope: { name: 'ST Slope', words: { up: 1, flat: 2, down: 3 } },
    majorVessels: { name: 'Vessels', missingShare: 0.02 },
    thallium: { name: 'Thallium', missingShare: 0.01 },
  },
  payer: {
    name: 'Payer',
    words: { public: 'MEDICARE/MEDICAID', private: 'COMMERCIAL', none: 'SELF-PAY' },
    missingShare: 0.04,
  },
  label: { result: 'Cath Result', date: 'Cath Date', no: 'NEGATIVE', yes: 'POSITIVE' },
  dateFormat: 'MM/DD/YYYY',
  labelDelayMonths: 0,
  verifiedShare: 1,
  measurementsPath: (month) => `2025/${twoDigits(month)}/stress tests.csv`,
  labelsPath: (month) => `2025/${twoDigits(month)}/cath results.csv`,
  oddities: ['repeated-file'],
};

const riverside: Habit = {
  id: 'riverside',
  name: 'Klinikum Riverside',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  languages: ['de-DE'],
  caseMix: { prevalence: 0.36, maleShare: 0.72, meanAgeYears: 48, ageDeviationYears: 8 },
  delimiter: ';',
  decimal: ',',
  encoding: 'latin1',
  lineEnd: '\r\n',
  missing: 'k.A.',
  patientId: 'Patientennummer',
  studyId: 'Fallnummer',
  personName: 'Name',
  idOf: (number) => String(number).padStart(8, '0'),
  columns: {
    age: { name: 'Alter' },
    sex: { name: 'Geschlecht', words: { w: 'F', m: 'M' } },
    chestPain: { name: 'Brustschmerz' },
    restingBloodPressure: { name: 'RR systolisch', unit: 'mmHg', missingShare: 0.01 },
    cholesterol: { name: 'Cholesterin', unit: 'mmol/L', factor: 1 / 38.67, decimals: 2, missingShare: 0.08 },
    fastingBloodSugarOver120: { name: 'Nüchternzucker erhöht', words: { nein: 0, ja: 1 }, missingShare: 0.03 },
    restingEcg: { name: 'Ruhe-EKG' },
    maximumHeartRate: { name: 'Maximale Herzfrequenz', unit: '1/min' },
    exerciseAngina: { name: 'Belastungsangina', words: { nein: 0, ja: 1 } },
    stDepression: { name: 'ST-Senkung', unit: 'mV', factor: 0.1, decimals: 2 },
    stSlope: { name: 'ST-Verlauf', missingShare: 0.6 },
    majorVessels: { name: 'Gefäße', missingShare: 0.97 },
    thallium: { name: 'Thallium', missingShare: 0.9 },
  },
  payer: { name: 'Kasse', words: { public: 'GKV', private: 'PKV', none: 'Selbstzahler' }, missingShare: 0.02 },
  label: { result: 'KHK', date: 'Untersuchungsdatum', no: 'nein', yes: 'ja' },
  dateFormat: 'DD.MM.YYYY',
  labelDelayMonths: 0,
  verifiedShare: 1,
  measurementsPath: (month) => `Ergometrie_2025-${twoDigits(month)}.csv`,
  labelsPath: (month) => `Herzkatheter_2025-${twoDigits(month)}.csv`,
  oddities: ['bad-rows'],
};

const hillcrest: Habit = {
  id: 'hillcrest',
  name: 'Hôpital de Hillcrest',
  country: 'CH',
  timeZone: 'Europe/Zurich',
  languages: ['fr-CH'],
  caseMix: { prevalence: 0.72, maleShare: 0.85, meanAgeYears: 58, ageDeviationYears: 9 },
  delimiter: '\t',
  decimal: '.',
  encoding: 'utf-8',
  lineEnd: '\n',
  missing: 'NA',
  patientId: 'dossier',
  idOf: (number) => `H25/${String(number).padStart(5, '0')}`,
  columns: {
    age: { name: 'âge' },
    sex: { name: 'sexe', words: { F: 'F', H: 'M' } },
    chestPain: { name: 'douleur thoracique' },
    restingBloodPressure: { name: 'tension au repos', header: 'tension au repos [mmHg]' },
    cholesterol: {
      name: 'cholestérol',
      header: 'cholestérol [mmol/L]',
      factor: 1 / 38.67,
      decimals: 1,
      missingShare: 0.45,
    },
    fastingBloodSugarOver120: { name: 'glycémie élevée', words: { non: 0, oui: 1 }, missingShare: 0.5 },
    restingEcg: { name: 'ECG au repos' },
    maximumHeartRate: { name: 'fréquence maximale' },
    exerciseAngina: { name: "angor à l'effort", words: { non: 0, oui: 1 } },
    stDepression: { name: 'sous-décalage ST', header: 'sous-décalage ST (mm)', decimals: 1, missingShare: 0.05 },
    stSlope: { name: 'pente ST', missingShare: 0.12 },
    majorVessels: { name: 'vaisseaux', missingShare: 0.95 },
    thallium: { name: 'thallium', missingShare: 0.4 },
  },
  label: { result: 'coronaropathie', date: 'date', no: 'non', yes: 'oui' },
  dateFormat: 'DD/MM/YYYY',
  labelDelayMonths: 0,
  verifiedShare: 0.4,
  measurementsPath: (month) => `épreuves d'effort/2025-${twoDigits(month)}.tsv`,
  labelsPath: (month) => `coronarographies/2025-${twoDigits(month)}.tsv`,
  oddities: ['corrected-file'],
};

const lakeview: Habit = {
  id: 'lakeview',
  name: 'Lakeview Veterans Hospital',
  country: 'US',
  timeZone: 'America/Los_Angeles',
  languages: ['en-US'],
  caseMix: { prevalence: 0.66, maleShare: 0.93, meanAgeYears: 61, ageDeviationYears: 8 },
  delimiter: '|',
  decimal: '.',
  encoding: 'utf-8',
  lineEnd: '\n',
  missing: '?',
  patientId: 'PATIENT',
  idOf: (number) => String(700_000 + number * 7),
  columns: {
    age: { name: 'AGE' },
    sex: { name: 'SEX', words: { '0': 'F', '1': 'M' } },
    chestPain: { name: 'CP' },
    restingBloodPressure: { name: 'SBP', unit: 'mmHg', missingShare: 0.25 },
    cholesterol: { name: 'CHOL', unit: 'mg/dL', missingShare: 0.25 },
    fastingBloodSugarOver120: { name: 'FBS' },
    restingEcg: { name: 'ECG' },
    maximumHeartRate: { name: 'HRMAX', unit: '1/min', missingShare: 0.25 },
    exerciseAngina: { name: 'EXANG', missingShare: 0.25 },
    stDepression: { name: 'STDEP', unit: 'mm', decimals: 1, missingShare: 0.25 },
    stSlope: { name: 'SLOPE', missingShare: 0.5 },
    majorVessels: { name: 'CA', missingShare: 0.98 },
    thallium: { name: 'THAL', missingShare: 0.8 },
  },
  payer: { name: 'PAYER', words: { public: '1', private: '2', none: '3' }, missingShare: 0.12 },
  label: { result: 'CAD', date: 'CATHDATE', no: '0', yes: '1' },
  dateFormat: 'YYYY-MM-DD',
  labelDelayMonths: 1,
  verifiedShare: 1,
  measurementsPath: (month) => `export/2025${twoDigits(month)}_ett.txt`,
  labelsPath: (month) => `export/2025${twoDigits(month)}_cath.txt`,
  oddities: ['unreadable-file', 'label-without-study'],
};

export const habits: readonly Habit[] = [northgate, riverside, hillcrest, lakeview];
