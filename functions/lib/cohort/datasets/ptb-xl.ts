// PTB-XL: clinical 12-lead ECGs of 10 s from many recording sites.
import { RefusedInput } from '#functions/errors.ts';
import { readHeader, readRows } from '#lib/formats/csv.ts';
import type { Site } from '#lib/sites/site.ts';
import type { Dataset, OpenDataset } from './dataset.ts';
import { ecgSite, FIBRILLATION } from './ecg-site.ts';
import { goldberger, physionet } from './physionet.ts';
import { checkedNote, openPublished } from './published.ts';
import { batchesOf, type PlannedRecord, type RecordRow, zipsOf } from './record-zips.ts';
import { rhythmClasses, rhythmWord, SCP_RHYTHMS } from './rhythm-classes.ts';

const version = '1.0.3';
const table = 'ptbxl_database.csv';

export const ptbXl: Dataset = {
  name: 'ptb-xl',
  title: 'PTB-XL: clinical 12-lead ECGs of 10 s, by recording site',
  version,
  licence: 'CC BY 4.0',
  citation: `Wagner P, Strodthoff N, Bousseljot R-D et al. PTB-XL, a large publicly available electrocardiography dataset. Sci Data 7:154 (2020). doi:10.13026/kfzx-aw45. ${goldberger}`,
  kind: 'ecg',
  sitesAre: 'recording sites',
  source: physionet('ptb-xl', version, /^(?:ptbxl_database\.csv|records100\/\d{5}\/\d{5}_lr\.(?:hea|dat))$/),
  model: 'ecg-af',
  label: FIBRILLATION,
  classes: rhythmClasses(),
  open: openPtbXl,
};

/** A line of ptbxl_database.csv, by the names of its columns. */
type Line = Readonly<Record<string, string>>;

const cautions = [
  'Which rhythm a report names depends on the recording site, so figures over all sites partly measure the site.',
  'Atrial flutter has no label.',
];

async function openPtbXl(folder: string): Promise<OpenDataset> {
  const published = await openPublished(folder, ptbXl.source);
  if (!published.paths.includes(table))
    throw new RefusedInput(`dataset ptb-xl: found no ${table}, accepted it and records100/ or records500/ beside it`);
  const lines = linesOf(Buffer.from(await published.read(table)).toString('utf8'));
  const there = new Set(published.paths);
  const rate = rateOf(lines, there);
  const records = lines.filter((line) => filesOf(line, rate.column).every((path) => there.has(path)));
  const byRecord = new Map(records.map((line) => [recordOf(line, rate.column), line]));
  const planned = records.map((line) => planOf(line, rate.column));
  const batches = await batchesOf(planned, published);
  return {
    sites: sitesOf(records),
    cautions,
    dropCount: batches.length,
    drops: () => zipsOf(batches, published, ({ record }) => rowOf(record, byRecord.get(record) as Line)),
    notes: () => [
      `${records.length} of the ${lines.length} ECGs of ${table} are there at ${rate.hz} Hz`,
      checkedNote(published.checked()),
    ],
  };
}

interface Rate {
  readonly hz: 100 | 500;
  readonly column: 'filename_lr' | 'filename_hr';
}

/** The sampling rate that more records are there with; 500 Hz where it is equal. */
function rateOf(lines: readonly Line[], there: ReadonlySet<string>): Rate {
  const count = (column: Rate['column']) =>
    lines.filter((line) => filesOf(line, column).every((path) => there.has(path))).length;
  const [low, high] = [count('filename_lr'), count('filename_hr')];
  if (low === 0 && high === 0)
    throw new RefusedInput(
      'dataset ptb-xl: found no record of its table, accepted files in records100/ or records500/',
    );
  return high >= low ? { hz: 500, column: 'filename_hr' } : { hz: 100, column: 'filename_lr' };
}

function filesOf(line: Line, column: Rate['column']): readonly string[] {
  return [`${line[column]}.hea`, `${line[column]}.dat`];
}

const recordOf = (line: Line, column: Rate['column']): string => line[column].slice(line[column].lastIndexOf('/') + 1);

function planOf(line: Line, column: Rate['column']): PlannedRecord {
  return { site: siteIdOf(line), record: recordOf(line, column), paths: filesOf(line, column) };
}

function linesOf(text: string): Line[] {
  const header = readHeader(text, ',') ?? [];
  const lines: Line[] = [];
  readRows(text, ',', (cells) =>
    lines.push(Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']))),
  );
  return lines;
}

/** `0.0` is recording site 0. */
function siteIdOf({ site }: Line): string {
  return site === '' ? 'ptb-xl-site-unknown' : `ptb-xl-site-${Number(site)}`;
}

/** The word for the label: fibrillation goes before flutter where a report names both. */
function rhythmOf({ scp_codes: statements }: Line): string {
  if (statements.includes("'AFIB'")) return 'AFIB';
  return statements.includes("'AFLT'") ? 'AFLT' : 'other';
}

/** `{'NORM': 100.0, 'SR': 0.0}`: the statements by name. */
function statementsOf({ scp_codes: statements }: Line): string[] {
  return [...statements.matchAll(/'([^']+)':/g)].map(([, name]) => name);
}

function rowOf(record: string, line: Line): RecordRow {
  return {
    record,
    patient_id: String(Number(line.patient_id)),
    age: ageOf(line),
    sex: { '0': 'M', '1': 'F' }[line.sex] ?? '',
    device: line.device,
    rhythm: rhythmOf(line),
    rhythm_class: rhythmWord(statementsOf(line), SCP_RHYTHMS),
  };
}

/** Ages above 89 are published as 300; as everywhere here they are 90. */
function ageOf({ age }: Line): string {
  if (age === '') return '';
  return Number(age) > 89 ? '90' : String(Math.floor(Number(age)));
}

function sitesOf(records: readonly Line[]): Site[] {
  const codes = deviceCodes(new Set(records.map(({ device }) => device)));
  const ids = [...new Set(records.map(siteIdOf))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return ids.map((site) =>
    ecgSite({
      site,
      name: `PTB-XL, recording site ${site.slice('ptb-xl-site-'.length)}`,
      country: 'DE',
      timeZone: 'Europe/Berlin',
      columns: ['patient_id', 'age', 'sex', 'device'],
      devices: codes,
      label: {
        source: 'PTB-XL, SCP-ECG statements of the report',
        method: 'statement AFIB in a report that up to two cardiologists wrote or checked; likelihoods are not used',
        codes: { AFIB: 1, other: 0 },
        notLabelled: ['AFLT'],
      },
      classes: true,
    }),
  );
}

/** `CS-12   E` is `cs-12-e`. */
function deviceCodes(devices: ReadonlySet<string>): Record<string, string> {
  const codes: Record<string, string> = {};
  for (const device of devices) {
    const id = device
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '');
    if (device !== '' && Object.values(codes).includes(id))
      throw new RefusedInput(
        `dataset ptb-xl: found two devices that would both be ${id}, accepted devices with names of their own`,
      );
    if (device !== '') codes[device] = id;
  }
  return codes;
}
