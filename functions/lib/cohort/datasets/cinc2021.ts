// PhysioNet/CinC Challenge 2021: 12-lead ECGs of eight sources, labelled with SNOMED CT codes in their headers.
import { RefusedInput } from '#functions/errors.ts';
import { parseHeader } from '#lib/formats/wfdb/header.ts';
import { readInfo } from '#lib/formats/wfdb/info.ts';
import type { Site } from '#lib/sites/site.ts';
import type { Dataset, OpenDataset } from './dataset.ts';
import { ecgSite, FIBRILLATION } from './ecg-site.ts';
import { onlyWithSignals } from './found-records.ts';
import { goldberger, physionet } from './physionet.ts';
import { checkedNote, openPublished } from './published.ts';
import { baseName, batchesOf, type PlannedRecord, type RecordRow, zipsOf } from './record-zips.ts';
import { rhythmClasses, rhythmWord, SNOMED_RHYTHMS } from './rhythm-classes.ts';

const version = '1.0.3';

/** SNOMED CT: atrial fibrillation, atrial flutter. */
const fibrillation = '164889003';
const flutter = '164890007';

interface Source {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly timeZone: string;
  /** Records of the source by their names; JS10647 and later are Ningbo's. */
  readonly has: (letters: string, number: number) => boolean;
}

const china = { country: 'CN', timeZone: 'Asia/Shanghai' };
const germany = { country: 'DE', timeZone: 'Europe/Berlin' };
const lastOfChapman = 10_646;

const sources: readonly Source[] = [
  { id: 'cpsc-2018', name: 'CPSC 2018', ...china, has: (letters) => letters === 'A' },
  { id: 'cpsc-2018-extra', name: 'CPSC 2018, further recordings', ...china, has: (letters) => letters === 'Q' },
  {
    id: 'st-petersburg-incart',
    name: 'St. Petersburg INCART',
    country: 'RU',
    timeZone: 'Europe/Moscow',
    has: (letters) => letters === 'I',
  },
  { id: 'ptb', name: 'PTB Diagnostic', ...germany, has: (letters) => letters === 'S' },
  { id: 'ptb-xl', name: 'PTB-XL', ...germany, has: (letters) => letters === 'HR' },
  {
    id: 'georgia',
    name: 'Georgia',
    country: 'US',
    timeZone: 'America/New_York',
    has: (letters) => letters === 'E',
  },
  {
    id: 'chapman-shaoxing',
    name: 'Chapman-Shaoxing',
    ...china,
    has: (letters, number) => letters === 'JS' && number <= lastOfChapman,
  },
  { id: 'ningbo', name: 'Ningbo', ...china, has: (letters, number) => letters === 'JS' && number > lastOfChapman },
];

export const cinc2021: Dataset = {
  name: 'cinc2021',
  title: 'PhysioNet/CinC Challenge 2021: 12-lead ECGs, by source',
  version,
  licence: 'CC BY 4.0',
  citation: `Reyna MA et al. Will Two Do? Varying Dimensions in Electrocardiography: The PhysioNet/Computing in Cardiology Challenge 2021. CinC 48:1-4 (2021). doi:10.13026/34va-7q14. ${goldberger}`,
  kind: 'ecg',
  sitesAre: 'sources',
  source: physionet('challenge-2021', version, /^training\/.+\.(?:hea|mat)$/),
  model: 'ecg-af',
  label: FIBRILLATION,
  classes: rhythmClasses(),
  open: openCinc2021,
};

/** Copies of one recording: the record on the left is that on the right. */
const copies: Readonly<Record<string, string>> = { E07510: 'E07509' };

const cautions = [
  'Each source labels in its own way, and no person is recorded: every recording counts as one person, except copies that are known.',
  'Atrial flutter has no label. Part of the records are those of PTB-XL and CPSC.',
];

async function openCinc2021(folder: string): Promise<OpenDataset> {
  const published = await openPublished(folder, cinc2021.source);
  const headers = onlyWithSignals(published.paths, /(?:^|\/)(?:A|Q|I|S|HR|E|JS)\d{4,5}\.hea$/, ['mat']);
  if (headers.length === 0)
    throw new RefusedInput('dataset cinc2021: found no record, accepted <record>.hea and .mat, such as JS20002.hea');
  const planned = headers.map(planOf);
  const batches = await batchesOf(planned, published);
  return {
    sites: sitesOf(planned),
    cautions,
    dropCount: batches.length,
    drops: () => zipsOf(batches, published, rowOf),
    notes: () => [checkedNote(published.checked())],
  };
}

function planOf(header: string): PlannedRecord {
  const record = baseName(header).replace('.hea', '');
  return {
    site: `cinc2021-${sourceOf(record).id}`,
    record,
    paths: [header, header.replace(/hea$/, 'mat')],
  };
}

function sourceOf(record: string): Source {
  const [, letters, digits] = /^([A-Z]+)(\d+)$/.exec(record) ?? [];
  const found = sources.find(({ has }) => has(letters, Number(digits)));
  if (found === undefined) throw new Error(`dataset cinc2021: found record ${record}, expected one of a known source`);
  return found;
}

function sitesOf(planned: readonly PlannedRecord[]): Site[] {
  const used = new Set(planned.map(({ site }) => site));
  return sources
    .map((source) => ({ ...source, site: `cinc2021-${source.id}` }))
    .filter(({ site }) => used.has(site))
    .map(({ site, name, country, timeZone }) =>
      ecgSite({
        site,
        name: `${name} (CinC 2021)`,
        country,
        timeZone,
        columns: ['patient_id'],
        label: {
          source: `PhysioNet/CinC Challenge 2021, ${name}`,
          method: 'SNOMED CT 164889003 among the diagnoses of the header; who read it differs by source',
          codes: { AFIB: 1, other: 0 },
          notLabelled: ['AFL'],
        },
        classes: true,
      }),
    );
}

function rowOf({ record }: PlannedRecord, files: ReadonlyMap<string, Uint8Array>): RecordRow {
  const { diagnoses } = readInfo(parseHeader(files.get(`${record}.hea`) as Uint8Array).info);
  const rhythm = diagnoses.includes(fibrillation) ? 'AFIB' : diagnoses.includes(flutter) ? 'AFL' : 'other';
  return {
    record,
    patient_id: copies[record] ?? record,
    rhythm,
    rhythm_class: rhythmWord(diagnoses, SNOMED_RHYTHMS),
  };
}
