// China Physiological Signal Challenge 2021: two leads of hours, with onset and end of atrial fibrillation.
import { RefusedInput } from '#functions/errors.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { type RhythmEpisode, rhythmEpisodes } from '#lib/formats/wfdb/rhythm.ts';
import type { EcgRecord } from '#lib/signal/ecg.ts';
import type { Dataset, OpenDataset, SiteDrop } from './dataset.ts';
import { ecgSite, FIBRILLATION } from './ecg-site.ts';
import { onlyWithSignals } from './found-records.ts';
import { goldberger, physionet } from './physionet.ts';
import { checkedNote, openPublished } from './published.ts';
import { baseName, readAll, recordsZip } from './record-zips.ts';
import { pieceRecord, pieceSeconds, piecesOf } from './rhythm-pieces.ts';

const version = '1.0.0';

const site = ecgSite({
  site: 'cpsc2021',
  name: 'Hospitals of the China Physiological Signal Challenge 2021, not told apart',
  country: 'CN',
  timeZone: 'Asia/Shanghai',
  columns: ['patient_id'],
  label: {
    source: 'China Physiological Signal Challenge 2021, reference annotations',
    method: 'marks at onset and end of atrial fibrillation; the class of a recording stands in its header',
    codes: { AFIB: 1, N: 0 },
    notLabelled: ['AFL'],
  },
});

export const cpsc2021: Dataset = {
  name: 'cpsc2021',
  title: 'China Physiological Signal Challenge 2021: dynamic recordings, cut by rhythm',
  version,
  licence: 'CC BY 4.0',
  citation: `Wang X, Ma C, Zhang X, Gao H, Clifford GD, Liu C. Paroxysmal Atrial Fibrillation Events Detection from Dynamic ECG Recordings: The 4th China Physiological Signal Challenge 2021 (version 1.0.0). PhysioNet (2021). ${goldberger}`,
  kind: 'ecg',
  sitesAre: 'sources',
  source: physionet('cpsc2021', version, /(?:^|\/)data_\d+_\d+\.(?:hea|dat|atr)$/),
  model: 'ecg-af',
  label: FIBRILLATION,
  open: openCpsc2021,
};

const cautions = [
  'Each person has many recordings, and each recording many studies: what counts is the number of people.',
  `Each study is a piece of ${pieceSeconds.least} to ${pieceSeconds.most} s within one rhythm; where no mark says fibrillation or flutter the rhythm counts as another one.`,
];

async function openCpsc2021(folder: string): Promise<OpenDataset> {
  const published = await openPublished(folder, cpsc2021.source);
  const headers = onlyWithSignals(published.paths, /(?:^|\/)data_\d+_\d+\.hea$/, ['dat', 'atr']);
  if (headers.length === 0)
    throw new RefusedInput('dataset cpsc2021: found no record, accepted data_<person>_<number>.hea, .dat and .atr');
  async function* drops(): AsyncGenerator<SiteDrop> {
    for (const header of headers) {
      const name = baseName(header).replace('.hea', '');
      const paths = ['hea', 'dat', 'atr'].map((extension) => header.replace(/hea$/, extension));
      const record = readWfdb(await readAll(paths, published), name);
      const pieces = piecesOf(episodesOf(record), record.frameRateHz);
      const person = name.split('_')[1];
      const zipped = pieces.map((piece) => pieceRecord(record, name, piece, person, { format: 16, stepsPerMv: 1000 }));
      if (zipped.length > 0) yield { site: 'cpsc2021', path: `${name}.zip`, body: recordsZip(zipped) };
    }
  }
  return {
    sites: [site],
    cautions,
    dropCount: headers.length,
    drops,
    notes: () => [checkedNote(published.checked())],
  };
}

/**
 * The marked rhythms. Before the first mark there is no fibrillation, unless the header calls the fibrillation persistent: then
 * what it was is not known.
 */
function episodesOf(record: EcgRecord): RhythmEpisode[] {
  const marks = record.annotations?.find(({ annotator }) => annotator === 'atr')?.events ?? [];
  const marked = rhythmEpisodes(marks, record.samples);
  const first = marked[0]?.start ?? record.samples;
  const persistent = record.comments.some((comment) => comment.startsWith('persistent'));
  if (first === 0 || persistent) return marked;
  return [{ rhythm: 'N', start: 0, end: first }, ...marked];
}
