// PhysioNet/CinC Challenge 2017: recordings of one lead, made with two fingers.
import { RefusedInput } from '#functions/errors.ts';
import { readZip } from '#lib/formats/archive-zip.ts';
import { readRows } from '#lib/formats/csv.ts';
import type { Dataset, OpenDataset } from './dataset.ts';
import { ecgSite, FIBRILLATION } from './ecg-site.ts';
import { archiveHint, onlyWithSignals } from './found-records.ts';
import { goldberger, physionet } from './physionet.ts';
import { checkedNote, type FileSource, openPublished, type PublishedFolder } from './published.ts';
import { baseName, batchesOf, type RecordRow, zipsOf } from './record-zips.ts';
import { type RhythmWord, rhythmClasses } from './rhythm-classes.ts';

const version = '1.0.0';
const archive = 'training2017.zip';

const site = ecgSite({
  site: 'cinc2017',
  name: 'Recordings of the PhysioNet/CinC Challenge 2017 (AliveCor)',
  timeZone: 'Etc/UTC',
  label: {
    source: 'PhysioNet/CinC Challenge 2017, reference labels version 3',
    method: 'label of the whole recording by experts, doubtful ones labelled again by several',
    codes: { A: 1, N: 0, O: 0 },
    notLabelled: ['~'],
  },
  classes: true,
});

/** The classes of the challenge. */
const CLASSES: Readonly<Record<string, RhythmWord>> = {
  N: 'sinus-rhythm',
  A: 'atrial-fibrillation',
  O: 'other-rhythm',
  '~': 'noise',
};

export const cinc2017: Dataset = {
  name: 'cinc2017',
  title: 'PhysioNet/CinC Challenge 2017: short recordings of one lead',
  version,
  licence: 'ODC-BY 1.0',
  citation: `Clifford GD, Liu C, Moody B et al. AF classification from a short single lead ECG recording: the PhysioNet/Computing in Cardiology Challenge 2017. CinC 44 (2017). doi:10.22489/CinC.2017.065-469. ${goldberger}`,
  kind: 'ecg',
  sitesAre: 'sources',
  source: physionet('challenge-2017', version, /^(?:training2017\.zip|REFERENCE-v3\.csv)$/),
  model: 'ecg-af',
  label: FIBRILLATION,
  classes: rhythmClasses(Object.values(CLASSES)),
  open: openCinc2017,
};

const cautions = [
  'No person, sex, age or hospital is recorded: every recording counts as one person.',
  'Recordings labelled too noisy have no label here.',
];

async function openCinc2017(folder: string): Promise<OpenDataset> {
  const published = await openPublished(folder, cinc2017.source);
  const labels = await labelsOf(published);
  const records = await recordsIn(published);
  const headers = onlyWithSignals(records.paths, /(?:^|\/)A\d{5}\.hea$/, ['mat']);
  const planned = headers.flatMap((header) => {
    const record = baseName(header).replace('.hea', '');
    const paths = [header, header.replace(/hea$/, 'mat')];
    return labels.has(record) ? [{ site: site.site, record, paths }] : [];
  });
  if (planned.length === 0)
    throw new RefusedInput(
      `dataset cinc2017: found no record with a label, accepted ${archive} or its files${archiveHint(published.paths)}`,
    );
  const batches = await batchesOf(planned, records);
  return {
    sites: [site],
    cautions: [...cautions, ...enriched([...labels.values()])],
    dropCount: batches.length,
    drops: () => zipsOf(batches, records, ({ record }) => rowOf(record, labels.get(record) ?? '')),
    notes: () => [
      `${planned.length} recordings with a label, ${headers.length - planned.length} without left out`,
      checkedNote(published.checked()),
    ],
  };
}

function rowOf(record: string, rhythm: string): RecordRow {
  return { record, rhythm, ...(rhythm in CLASSES && { rhythm_class: CLASSES[rhythm] }) };
}

/** 284 of the 8528 published recordings are noise, 738 fibrillation (REFERENCE-v3.csv). */
function enriched(labels: readonly string[]): string[] {
  const share = labels.filter((label) => label === 'A').length / labels.length;
  if (share < 0.1) return [];
  return [
    `Fibrillation is enriched: ${(100 * share).toFixed(1)} % of these recordings, 8.7 % of the published ones. Predictive values, calibration, AUROC and specificity are those of this choice: normal and other rhythms stand 1:1 here, 2:1 as published.`,
  ];
}

/** The unpacked records; else those of the published archive. */
async function recordsIn(published: PublishedFolder): Promise<FileSource> {
  if (published.paths.some((path) => /(?:^|\/)A\d{5}\.hea$/.test(path))) return published;
  if (!published.paths.includes(archive)) return published;
  return unzipped(await published.read(archive));
}

/** All 8528 recordings are 150 MB; nothing else here is held in memory whole. */
function unzipped(bytes: Uint8Array): FileSource {
  const files = readZip(bytes, { entries: 20_000, entryBytes: 2 ** 24, totalBytes: 2 ** 29 });
  const get = (path: string): Uint8Array => files.get(path) as Uint8Array;
  return {
    paths: [...files.keys()].sort(),
    size: async (path) => get(path).length,
    read: async (path) => get(path),
  };
}

/** `A00001,N` a line, with or without a header; of two lists REFERENCE-v3.csv counts. */
async function labelsOf(published: PublishedFolder): Promise<ReadonlyMap<string, string>> {
  const named = (name: string) => published.paths.find((path) => baseName(path) === name);
  const path = named('REFERENCE-v3.csv') ?? named('labels.csv');
  if (path === undefined)
    throw new RefusedInput(
      'dataset cinc2017: found no labels, accepted REFERENCE-v3.csv or labels.csv (record,label_v3)',
    );
  const labels = new Map<string, string>();
  const text = Buffer.from(await published.read(path)).toString('utf8');
  readRows(`header\n${text}`, ',', ([record, label = '']) => {
    if (/^A\d{5}$/.test(record)) labels.set(record, label.trim());
  });
  return labels;
}
