// The UCI heart disease database as its four hospitals would drop it today: each with its own column names, delimiter,
// decimal sign, encoding and words for "not measured". Values stay as published; nobody has a patient id.
import type { Dataset, OpenDataset, SiteDrop } from './dataset.ts';
import { checkedNote, openPublished } from './published.ts';
import { uciHeartSites } from './uci-heart-sites.ts';

const files = {
  cleveland: {
    name: 'processed.cleveland.data',
    sha256: 'a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8',
  },
  hungary: {
    name: 'processed.hungarian.data',
    sha256: 'd1ad108f785768cd3d7e82dc522e6f5a61eea93cccfb3a46ee8076f73fc3d796',
  },
  switzerland: {
    name: 'processed.switzerland.data',
    sha256: '834a405ccf5b66ab4056bb77794adc8df0b7125186454c0a1d002d33c6c3b314',
  },
  vaLongBeach: {
    name: 'processed.va.data',
    sha256: 'e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f',
  },
} as const;

export const uciHeart: Dataset = {
  name: 'uci-heart',
  title: 'UCI Heart Disease: angiography patients of four hospitals',
  licence: 'CC BY 4.0',
  citation:
    'Janosi A, Steinbrunn W, Pfisterer M, Detrano R. Heart Disease. UCI Machine Learning Repository (1988). ' +
    'doi:10.24432/C52P4X. First described in: Detrano R et al. International application of a new probability algorithm ' +
    'for the diagnosis of coronary artery disease. Am J Cardiol 64:304-310 (1989)',
  kind: 'measurements',
  source: {
    address: 'https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease/',
    files: Object.values(files),
  },
  model: 'cad-measurements',
  label: 'coronary-artery-disease',
  open: openUciHeart,
};

async function openUciHeart(folder: string): Promise<OpenDataset> {
  const published = await openPublished(folder, uciHeart.source);
  const cells = async (file: keyof typeof files) => cellsOf(await published.read(files[file].name));
  const rows = {
    cleveland: await cells('cleveland'),
    hungary: await cells('hungary'),
    switzerland: await cells('switzerland'),
    vaLongBeach: await cells('vaLongBeach'),
  };
  const all = [
    ...clevelandDrops(rows.cleveland),
    ...hungaryDrops(rows.hungary),
    ...switzerlandDrops(rows.switzerland),
    ...vaLongBeachDrops(rows.vaLongBeach),
  ];
  return {
    sites: uciHeartSites(),
    cautions: [],
    dropCount: all.length,
    async *drops() {
      yield* all;
    },
    notes: () => [checkedNote(published.checked())],
  };
}

/** Rows of 14 cells: age, sex, cp, trestbps, chol, fbs, restecg, thalach, exang, oldpeak, slope, ca, thal, num. */
function cellsOf(bytes: Uint8Array): string[][] {
  return Buffer.from(bytes)
    .toString('utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
}

/** The file as it is, with the names of heart-disease.names over it. */
function clevelandDrops(rows: string[][]): SiteDrop[] {
  const header = 'age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,num';
  return [{ site: 'cleveland', path: 'cath-lab.csv', body: utf8(lines(header, rows, ',')) }];
}

function hungaryDrops(rows: string[][]): SiteDrop[] {
  const header =
    'életkor;nem;mellkasi fájdalom;nyugalmi vérnyomás;koleszterin;éhomi vércukor;nyugalmi EKG;maximális pulzus;' +
    'terheléses angina;ST-depresszió;ST-meredekség;érintett erek;tallium';
  const measured = rows.map((row) => row.slice(0, 13).map((cell) => cell.replace('.', ',')));
  return [
    { site: 'hungary', path: 'terheléses vizsgálat.csv', body: utf8(lines(header, measured, ';')) },
    { site: 'hungary', path: 'angiográfia.csv', body: utf8(lines('sor;szűkület', numbered(rows), ';')) },
  ];
}

function switzerlandDrops(rows: string[][]): SiteDrop[] {
  const header =
    'Alter\tGeschlecht\tBrustschmerz\tBlutdruck in Ruhe\tCholesterin\tNüchternzucker\tRuhe-EKG\tHöchste Herzfrequenz\t' +
    'Angina bei Belastung\tST-Senkung\tST-Verlauf\tGefässe\tThallium';
  const measured = rows.map(([age, sex, ...others]) => [age, sex === '1' ? 'm' : 'w', ...others.slice(0, 11)]);
  const site = 'switzerland';
  return [
    { site, path: 'ergometrie.txt', body: latin1(lines(header, measured, '\t', '\r\n')) },
    { site, path: 'koronarangiographie.txt', body: latin1(lines('Zeile\tBefund', numbered(rows), '\t', '\r\n')) },
  ];
}

/** A spreadsheet's export: byte order mark, every cell quoted. */
function vaLongBeachDrops(rows: string[][]): SiteDrop[] {
  const header =
    'AGE YRS,SEX,CHEST PAIN TYPE,SYSTOLIC BP [mmHg],CHOLESTEROL [mg/dL],FBS GT 120,RESTING ECG,MAX HR,EX ANGINA,' +
    'ST DEPRESSION [mm],ST SLOPE,VESSELS,THALLIUM,CATH RESULT';
  const quoted = (row: readonly string[]) => row.map((cell) => `"${cell}"`);
  const text = lines(quoted(header.split(',')).join(','), rows.map(quoted), ',', '\r\n');
  return [{ site: 'va-long-beach', path: 'stress lab/heart study.csv', body: utf8(`\uFEFF${text}`) }];
}

/** Labels of rows without ids: the number of the row, and the result. */
function numbered(rows: readonly string[][]): string[][] {
  return rows.map((row, index) => [String(index + 1), row[13]]);
}

function lines(header: string, rows: readonly (readonly string[])[], delimiter: string, end = '\n'): string {
  return [header, ...rows.map((row) => row.join(delimiter)), ''].join(end);
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
