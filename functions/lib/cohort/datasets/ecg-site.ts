import { parseSite, type Site } from '#lib/sites/site.ts';
import { RHYTHM_LABEL, rhythmCodes } from './rhythm-classes.ts';

/** Columns of `records.csv`, the table beside the records in every zip of an ECG dataset. */
export const recordColumns = ['record', 'patient_id', 'age', 'sex', 'device', 'rhythm', 'rhythm_class'] as const;
export type RecordColumn = (typeof recordColumns)[number];

export interface EcgSite {
  readonly site: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly timeZone: string;
  /** Columns of records.csv besides `record` and `rhythm`; what is not there the headers of the records say, if anything does. */
  readonly columns?: readonly ('patient_id' | 'age' | 'sex' | 'device')[];
  /** From the cells of `device` to ids that a report may show. */
  readonly devices?: Readonly<Record<string, string>>;
  /** The reference standard: from the source's own words for a rhythm to 1 and 0, and the words that are neither. */
  readonly label: {
    readonly source: string;
    readonly method: string;
    readonly readers?: number;
    readonly codes: Readonly<Record<string, 0 | 1>>;
    readonly notLabelled: readonly string[];
  };
  /** True where the column `rhythm_class` says the rhythm in a word of rhythm-classes.ts: a second label, from the same source. */
  readonly classes?: boolean;
}

/** Name of the label that all ECG datasets give. */
export const FIBRILLATION = 'atrial-fibrillation';

/** The description of a site that drops zips of WFDB records with their table. */
export function ecgSite({ site, name, country, timeZone, columns = [], devices, label, classes }: EcgSite): Site {
  const { notLabelled, ...reference } = label;
  const rhythm = { ...reference, name: RHYTHM_LABEL, column: 'rhythm_class', codes: rhythmCodes };
  const given = new Set<string>(columns);
  return parseSite({
    site,
    name,
    ...(country !== undefined && { country }),
    timeZone,
    datePolicy: 'none',
    tables: [
      {
        name: 'records',
        delimiter: ',',
        missing: ['', ...notLabelled],
        record: { column: 'record' },
        ...(given.has('patient_id') && { patientId: { column: 'patient_id' } }),
        columns: {
          ...(given.has('age') && { age: { column: 'age' } }),
          ...(given.has('sex') && { sex: { column: 'sex' } }),
          ...(given.has('device') && { device: { column: 'device', codes: devices ?? {} } }),
        },
        label: { name: FIBRILLATION, column: 'rhythm', ...reference },
        ...(classes === true && { labels: [rhythm] }),
      },
    ],
  });
}
