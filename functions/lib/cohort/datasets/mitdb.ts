// MIT-BIH Arrhythmia Database: recordings of 30 minutes, cut into pieces of one annotated rhythm.
import { RefusedInput } from '#functions/errors.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { rhythmEpisodes } from '#lib/formats/wfdb/rhythm.ts';
import type { Dataset, OpenDataset, SiteDrop } from './dataset.ts';
import { ecgSite, FIBRILLATION } from './ecg-site.ts';
import { archiveHint, onlyWithSignals } from './found-records.ts';
import { mitdbFiles } from './mitdb-files.ts';
import { goldberger, physionet } from './physionet.ts';
import { checkedNote, openPublished } from './published.ts';
import { baseName, readAll, recordsZip } from './record-zips.ts';
import { pieceRecord, pieceSeconds, piecesOf } from './rhythm-pieces.ts';

const version = '1.0.0';

/** Rhythm marks of the database's directory (AFL, flutter, is no class of a model of fibrillation). */
const others = ['AB', 'B', 'BII', 'IVR', 'N', 'NOD', 'P', 'PREX', 'SBR', 'SVTA', 'T', 'VFL', 'VT'];

const site = ecgSite({
  site: 'mitdb',
  name: 'Beth Israel Hospital, Boston (MIT-BIH Arrhythmia Database)',
  country: 'US',
  timeZone: 'America/New_York',
  columns: ['patient_id'],
  label: {
    source: 'MIT-BIH Arrhythmia Database, reference annotations',
    method: 'rhythm marks that two or more cardiologists made independently and agreed on',
    readers: 2,
    codes: { AFIB: 1, ...Object.fromEntries(others.map((rhythm) => [rhythm, 0 as const])) },
    notLabelled: ['AFL'],
  },
});

export const mitdb: Dataset = {
  name: 'mitdb',
  title: 'MIT-BIH Arrhythmia Database: 30-minute recordings, cut by rhythm',
  version,
  licence: 'ODC-BY 1.0',
  citation: `Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Eng Med Biol 20(3):45-50 (2001). doi:10.13026/C2F305. ${goldberger}`,
  kind: 'ecg',
  sitesAre: 'sources',
  source: physionet('mitdb', version, /^\d{3}\.(?:hea|dat|atr)$/, mitdbFiles),
  model: 'ecg-af',
  label: FIBRILLATION,
  open: openMitdb,
};

const cautions = [
  'Recordings chosen for their arrhythmias (all that was published are of 47 people): prevalences are those of the choice.',
  `Each study is a piece of ${pieceSeconds.least} to ${pieceSeconds.most} s within one rhythm mark; atrial flutter has no label.`,
];

async function openMitdb(folder: string): Promise<OpenDataset> {
  const published = await openPublished(folder, mitdb.source);
  const headers = onlyWithSignals(published.paths, /(?:^|\/)\d{3}\.hea$/, ['dat', 'atr']);
  if (headers.length === 0)
    throw new RefusedInput(
      `dataset mitdb: found no record, accepted <record>.hea, .dat and .atr${archiveHint(published.paths)}`,
    );
  let left = 0;
  async function* drops(): AsyncGenerator<SiteDrop> {
    left = 0;
    for (const header of headers) {
      const name = baseName(header).replace('.hea', '');
      const paths = ['hea', 'dat', 'atr'].map((extension) => header.replace(/hea$/, extension));
      const record = readWfdb(await readAll(paths, published), name);
      const marks = record.annotations?.find(({ annotator }) => annotator === 'atr')?.events ?? [];
      const episodes = rhythmEpisodes(marks, record.samples);
      const pieces = piecesOf(episodes, record.frameRateHz);
      left += episodes.filter(({ start, end }) => end - start < pieceSeconds.least * record.frameRateHz).length;
      const zipped = pieces.map((piece) =>
        pieceRecord(record, name, piece, personOf(name), { format: 212, stepsPerMv: 200 }),
      );
      if (zipped.length > 0) yield { site: 'mitdb', path: `${name}.zip`, body: recordsZip(zipped) };
    }
  }
  return {
    sites: [site],
    cautions,
    dropCount: headers.length,
    drops,
    notes: () => [
      checkedNote(published.checked()),
      `${left} stretches of a rhythm shorter than ${pieceSeconds.least} s left out`,
    ],
  };
}

/** 201 and 202 are two recordings of one man, as the header of 202 says. */
function personOf(record: string): string {
  return record === '202' ? '201' : record;
}
