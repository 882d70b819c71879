import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cinc2017 } from '#lib/cohort/datasets/cinc2017.ts';
import { cinc2021 } from '#lib/cohort/datasets/cinc2021.ts';
import { cpsc2021 } from '#lib/cohort/datasets/cpsc2021.ts';
import { exportDataset } from '#lib/cohort/datasets/export.ts';
import { mitdb } from '#lib/cohort/datasets/mitdb.ts';
import { ptbXl } from '#lib/cohort/datasets/ptb-xl.ts';
import { leadHash } from '#lib/formats/ecg-object.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { writeWfdb } from '#lib/formats/wfdb-write.ts';
import { writeZip } from '#lib/formats/zip-write.ts';
import { collect, droppedRecords, writeFiles } from './collect.ts';

const root = mkdtempSync(join(tmpdir(), 'ecg-datasets-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A record of a slow wave; `seconds` long. */
function wave(
  recordName: string,
  leads: readonly string[],
  samplingRateHz: number,
  seconds: number,
  comments: string[] = [],
) {
  const samplesMv = Float32Array.from(
    { length: seconds * samplingRateHz },
    (_, n) => Math.round(200 * Math.sin(n / 40)) / 200,
  );
  const files = writeWfdb({ recordName, samplingRateHz, leads: leads.map((name) => ({ name, samplesMv })), comments });
  return Object.fromEntries(files.map(({ name, body }) => [name, body]));
}

/** Rhythm marks in MIT format (annot(5)): a skip of four bytes to the mark, code 28, and its text. */
function rhythmMarks(marks: readonly (readonly [frame: number, rhythm: string])[]): Uint8Array {
  let before = 0;
  const pairs = marks.flatMap(([frame, rhythm]) => {
    const interval = frame - before;
    before = frame;
    const text = Buffer.alloc(rhythm.length + (rhythm.length % 2), 0);
    text.write(rhythm, 'latin1');
    const words = [59 << 10, interval >>> 16, interval & 0xffff, 28 << 10, (63 << 10) | rhythm.length];
    return [Buffer.from(Uint16Array.from(words).buffer), text];
  });
  return Buffer.concat([...pairs, Buffer.alloc(2)]);
}

test('mitdb: pieces of 30 s within one rhythm, a last one of 10 s or more; flutter has no label', async () => {
  const folder = join(root, 'mitdb');
  const marks = rhythmMarks([
    [0, '(N'],
    [41 * 360, '(AFIB'],
    [50 * 360, '(AFL'],
  ]);
  const source = wave('103', ['MLII', 'V2'], 360, 75, ['68 M 1960 2851 x1', 'Digoxin']);
  writeFiles(folder, { ...source, '103.atr': marks });
  const open = await mitdb.open(folder);
  const records = await droppedRecords(open);
  expect(records.map(({ record, label }) => [record, label])).toEqual([
    ['103-0000', 0],
    ['103-0030', 0],
    ['103-0050', null],
  ]);
  const [first, second] = records.map(({ ecg }) => ecg);
  expect(first).toMatchObject({
    patientId: '103',
    description: { age: 68, sex: 'M', durationSeconds: 30, leads: 'MLII,V2' },
  });
  expect(second.description).toMatchObject({ durationSeconds: 11, samplingRateHz: 360 });
  expect(open.notes()).toEqual([
    '0 of 3 files read agree with their published SHA-256; for 3 no published hash is known here',
    '1 stretches of a rhythm shorter than 10 s left out',
  ]);
  // The piece has the samples of the source from its first second on.
  const whole = readWfdb(new Map(Object.entries(source)), '103').leads[0].samplesMv;
  const [line] = (await collect(exportDataset(mitdb, folder))).slice(2, 3).map((text) => JSON.parse(text));
  const piece = { name: 'MLII', samplingRateHz: 360, samplesMv: whole.slice(30 * 360, 41 * 360) };
  expect(line).toEqual({
    site: 'mitdb',
    row: 2,
    lead: 'MLII',
    samplingRateHz: 360,
    samples: 11 * 360,
    hash: leadHash(piece),
    label: 0,
  });
});

test('mitdb: a record whose published hash is known must have it', async () => {
  const folder = join(root, 'mitdb-wrong');
  writeFiles(folder, { ...wave('201', ['MLII'], 360, 30), '201.atr': rhythmMarks([[0, '(N']]) });
  await expect(droppedRecords(await mitdb.open(folder))).rejects.toThrow(
    /^dataset file 201\.hea: found sha256 [0-9a-f]{64}, accepted dba34d6252879af28c1d10cde200989a4f6507d98df4395f5cba5f81af5b7e5a$/,
  );
});

test('cpsc2021: what is before the first mark is no fibrillation; the person stands in the name', async () => {
  const folder = join(root, 'cpsc2021');
  writeFiles(folder, {
    ...prefixed('Training_set_I', wave('data_7_1', ['I', 'II'], 200, 65, ['paroxysmal atrial fibrillation'])),
    'Training_set_I/data_7_1.atr': rhythmMarks([
      [35 * 200, '(AFIB'],
      [55 * 200, '(N'],
    ]),
    ...prefixed('Training_set_II', wave('data_60_1', ['I', 'II'], 200, 20, ['persistent atrial fibrillation'])),
    'Training_set_II/data_60_1.atr': rhythmMarks([[8 * 200, '(AFIB']]),
  });
  const records = await droppedRecords(await cpsc2021.open(folder));
  expect(records.map(({ record, ecg, label }) => [record, ecg.patientId, label])).toEqual([
    ['data_7_1-0000', '7', 0],
    ['data_7_1-0035', '7', 1],
    ['data_7_1-0055', '7', 0],
    ['data_60_1-0008', '60', 1],
  ]);
});

test('ptb-xl: by recording site, sex 0 is male, ages above 89 are 90, devices get ids', async () => {
  const folder = join(root, 'ptb-xl');
  const table = [
    'ecg_id,patient_id,age,sex,site,device,report,scp_codes,filename_lr,filename_hr',
    `1,15709.0,56.0,1,0.0,CS-12   E,"sinus, normal","{'NORM': 100.0}",records100/00000/00001_lr,records500/00000/00001_hr`,
    `2,13243.0,300.0,0,12.0,AT-6 C 5.5,,"{'AFIB': 0.0, 'AFLT': 0.0}",records100/00000/00002_lr,records500/00000/00002_hr`,
    `3,13243.0,,0,,CS-12   E,,"{'AFLT': 0.0}",records100/00000/00003_lr,records500/00000/00003_hr`,
    `5,7.0,40.0,0,0.0,CS-12   E,,"{'SR': 0.0, 'PVC': 80.0}",records100/00000/00005_lr,records500/00000/00005_hr`,
    `4,1.0,40.0,0,0.0,CS-12   E,,"{'NORM': 0.0}",records100/00000/00004_lr,records500/00000/00004_hr`,
  ];
  const low = [1, 2, 3, 5].map((n) => prefixed('records100/00000', wave(`0000${n}_lr`, ['I', 'II'], 100, 10)));
  const high = prefixed('records500/00000', wave('00001_hr', ['I', 'II'], 500, 10));
  const files: Record<string, string | Uint8Array> = Object.assign(
    { 'ptbxl_database.csv': table.join('\n') },
    ...low,
    high,
  );
  files['SHA256SUMS.txt'] = Object.entries(files)
    .map(([path, body]) => `${createHash('sha256').update(body).digest('hex')} ${path}\n`)
    .join('');
  writeFiles(folder, files);
  const open = await ptbXl.open(folder);
  const records = await droppedRecords(open);
  expect(
    records.map(({ site, ecg: { patientId, description }, label, rhythm }) => [
      site,
      patientId,
      description.sex,
      description.age,
      description.device,
      label,
      rhythm,
    ]),
  ).toEqual([
    ['ptb-xl-site-0', '15709', 'F', 56, 'cs-12-e', 0, 'no-rhythm'],
    ['ptb-xl-site-0', '7', 'M', 40, 'cs-12-e', 0, 'ectopic-beats'],
    ['ptb-xl-site-12', '13243', 'M', 90, 'at-6-c-5-5', 1, 'atrial-fibrillation'],
    ['ptb-xl-site-unknown', '13243', 'M', undefined, 'cs-12-e', null, 'atrial-flutter'],
  ]);
  expect(open.notes()).toEqual([
    '4 of the 5 ECGs of ptbxl_database.csv are there at 100 Hz',
    'all 9 files read agree with their published SHA-256',
  ]);
});

test('cinc2021: sources by the names of their records, labels by the codes of their headers, a copy is no second person', async () => {
  const folder = join(root, 'cinc2021');
  const records = {
    E07509: '426783006',
    E07510: '426783006',
    JS10646: '164889003,164890007',
    JS10647: '164890007',
    HR00001: '426783006,270492004',
    HR00002: '427393009,426783006',
    HR00003: '426177001',
  };
  for (const [name, codes] of Object.entries(records)) {
    const [header, signal] = Object.values(wave(name, ['I'], 500, 10, ['Age: 63', 'Sex: Female', `Dx: ${codes}`]));
    const mat = Buffer.concat([matlab4Header(5000), signal]);
    const text = Buffer.from(header).toString().replace('.dat 16 ', '.mat 16+24 ');
    writeFiles(folder, { [`training/x/g1/${name}.hea`]: text, [`training/x/g1/${name}.mat`]: mat });
  }
  const open = await cinc2021.open(folder);
  expect(
    (await droppedRecords(open)).map(({ site, ecg, label, rhythm }) => [site, ecg.patientId, label, rhythm]),
  ).toEqual([
    ['cinc2021-georgia', 'E07509', 0, 'sinus-rhythm'],
    ['cinc2021-georgia', 'E07509', 0, 'sinus-rhythm'],
    ['cinc2021-ptb-xl', 'HR00001', 0, 'conduction-block'],
    ['cinc2021-ptb-xl', 'HR00002', 0, 'several-rhythms'],
    ['cinc2021-ptb-xl', 'HR00003', 0, 'sinus-bradycardia'],
    ['cinc2021-chapman-shaoxing', 'JS10646', 1, 'atrial-fibrillation'],
    ['cinc2021-ningbo', 'JS10647', null, 'atrial-flutter'],
  ]);
});

test('cinc2017: the published archive and its labels; noise has no label; enrichment is said', async () => {
  const folder = join(root, 'cinc2017');
  const labels = { A00001: 'N', A00002: 'A', A00003: 'O', A00004: '~' };
  const members = Object.keys(labels).flatMap((name) => {
    const [header, signal] = Object.values(wave(name, ['ECG'], 300, 9));
    const text = Buffer.from(header).toString().replace('.dat 16 ', '.mat 16+24 ');
    return [
      { path: `training2017/${name}.hea`, body: Buffer.from(text) },
      { path: `training2017/${name}.mat`, body: Buffer.concat([matlab4Header(2700), signal]) },
    ];
  });
  const reference = Object.entries(labels)
    .map((line) => line.join(','))
    .join('\n');
  writeFiles(folder, { 'training2017.zip': writeZip(members), 'REFERENCE-v3.csv': reference });
  const open = await cinc2017.open(folder);
  const records = await droppedRecords(open);
  expect(records.map(({ ecg, label, rhythm }) => [ecg.patientId, ecg.description.leads, label, rhythm])).toEqual([
    ['A00001', 'ECG', 0, 'sinus-rhythm'],
    ['A00002', 'ECG', 1, 'atrial-fibrillation'],
    ['A00003', 'ECG', 0, 'other-rhythm'],
    ['A00004', 'ECG', null, 'noise'],
  ]);
  expect(open.cautions.at(-1)).toMatch(
    /^Fibrillation is enriched: 25\.0 % of these recordings, 8\.7 % of the published ones/,
  );
});

test.each([
  [mitdb, 'found no record, accepted <record>.hea, .dat and .atr; it holds mitdb-37records.tar.xz: unpack that first'],
  [cinc2017, 'found no labels, accepted REFERENCE-v3.csv'],
  [cpsc2021, 'found no record, accepted data_<person>_<number>.hea'],
  [ptbXl, 'found no ptbxl_database.csv'],
  [cinc2021, 'found no record, accepted <record>.hea and .mat'],
])('$name: a folder without its files is refused with what is accepted', async (dataset, words) => {
  writeFiles(join(root, 'nothing'), { 'mitdb-37records.tar.xz': '' });
  await expect(dataset.open(join(root, 'nothing'))).rejects.toThrow(words);
});

test('the list of hashes may not lead out of the folder', async () => {
  writeFiles(join(root, 'evil'), { 'SHA256SUMS.txt': `${'0'.repeat(64)}  ../../etc/passwd\n` });
  await expect(mitdb.open(join(root, 'evil'))).rejects.toThrow(
    'found path ../../etc/passwd, accepted paths below the folder',
  );
});

function prefixed(folder: string, files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([name, body]) => [`${folder}/${name}`, body]));
}

/** Header of a MATLAB v4 matrix `val` of one row of int16, as the Challenges have it: 24 bytes. */
function matlab4Header(samples: number): Buffer {
  const header = Buffer.alloc(24);
  for (const [index, value] of [30, 1, samples, 0, 4].entries()) header.writeInt32LE(value, 4 * index);
  header.write('val', 20, 'latin1');
  return header;
}
