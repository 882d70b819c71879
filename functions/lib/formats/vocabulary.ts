// The measurements that a table may hold. Limits are what cannot be in a living person or in the instrument, not what is
// unusual: an unusual value is for the model's own limits and for the report, an impossible one is an error of typing or unit.

export interface NumberField {
  readonly kind: 'number';
  /** Unit of the archive. */
  readonly unit: string;
  /** Accepted units, each with the factor that turns it into `unit`. */
  readonly accepted: Readonly<Record<string, number>>;
  /** Smallest and largest possible value, in `unit`. */
  readonly minimum: number;
  readonly maximum: number;
  readonly limitsReason: string;
  /** Zero cannot be measured: where it stands, nothing was. */
  readonly zeroIsMissing: boolean;
}

export interface CodeField {
  readonly kind: 'code';
  /** Each code of the archive with its meaning. */
  readonly codes: ReadonlyMap<number | string, string>;
}

/** What only sites can list, such as the models of their recorders: an identifier that the site's codes give. */
export interface IdentifierField {
  readonly kind: 'identifier';
}

export type Field = NumberField | CodeField | IdentifierField;

/** An identifier of the archive: no room for a sentence, and no capital letters to write a name with. */
export const identifierPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

const noYes: CodeField = {
  kind: 'code',
  codes: new Map([
    [0, 'no'],
    [1, 'yes'],
  ]),
};

/** Field names with their units, codes and limits; codes as in the UCI heart disease database (doi 10.24432/C52P4X). */
export const vocabulary = {
  age: {
    kind: 'number',
    unit: 'year',
    accepted: { year: 1, years: 1 },
    minimum: 0,
    maximum: 120,
    limitsReason: 'one person is known to have lived longer',
    zeroIsMissing: false,
  },
  sex: {
    kind: 'code',
    codes: new Map([
      ['F', 'female'],
      ['M', 'male'],
    ]),
  },
  chestPain: {
    kind: 'code',
    codes: new Map([
      [1, 'typical angina'],
      [2, 'atypical angina'],
      [3, 'non-anginal pain'],
      [4, 'asymptomatic'],
    ]),
  },
  restingBloodPressure: {
    kind: 'number',
    unit: 'mmHg',
    accepted: { mmHg: 1, 'mm Hg': 1, kPa: 7.50062 },
    minimum: 20,
    maximum: 480,
    limitsReason:
      'no circulation below; above, more than was measured in a leg press (doi 10.1152/jappl.1985.58.3.785)',
    zeroIsMissing: true,
  },
  cholesterol: {
    kind: 'number',
    unit: 'mg/dL',
    accepted: { 'mg/dL': 1, 'mmol/L': 38.67 },
    minimum: 20,
    maximum: 2000,
    limitsReason: 'beyond what abetalipoproteinaemia and homozygous familial hypercholesterolaemia reach',
    zeroIsMissing: true,
  },
  fastingBloodSugarOver120: noYes,
  restingEcg: {
    kind: 'code',
    codes: new Map([
      [0, 'normal'],
      [1, 'ST-T wave abnormality'],
      [2, 'left ventricular hypertrophy by Estes'],
    ]),
  },
  maximumHeartRate: {
    kind: 'number',
    unit: '1/min',
    accepted: { '1/min': 1, '/min': 1, bpm: 1, Hz: 60 },
    minimum: 20,
    maximum: 300,
    limitsReason: 'conduction to the ventricles ends near 300 a minute; nobody exercises below 20',
    zeroIsMissing: false,
  },
  exerciseAngina: noYes,
  stDepression: {
    kind: 'number',
    unit: 'mm',
    accepted: { mm: 1, mV: 10 },
    minimum: -10,
    maximum: 15,
    limitsReason: 'at 10 mm/mV a larger shift is a mistaken unit; negative is elevation',
    zeroIsMissing: false,
  },
  stSlope: {
    kind: 'code',
    codes: new Map([
      [1, 'upsloping'],
      [2, 'flat'],
      [3, 'downsloping'],
    ]),
  },
  majorVessels: {
    kind: 'code',
    codes: new Map([
      [0, 'no vessel coloured by fluoroscopy'],
      [1, 'one vessel'],
      [2, 'two vessels'],
      [3, 'three vessels'],
    ]),
  },
  thallium: {
    kind: 'code',
    codes: new Map([
      [3, 'normal'],
      [6, 'fixed defect'],
      [7, 'reversible defect'],
    ]),
  },
  /** The recorder of an ECG, for reports by device. */
  device: { kind: 'identifier' },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof vocabulary;

/** What is measured or asked, apart from what it was recorded with. */
export type MeasurementName = Exclude<FieldName, 'device'>;

export const fieldNames = Object.keys(vocabulary) as FieldName[];

/** True for the names above and for nothing that every object inherits. */
export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(vocabulary, name);
}

/** The field's description without the literal types of the table above. */
export function fieldOf(name: FieldName): Field {
  return vocabulary[name];
}
