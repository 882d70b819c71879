// A zip of WFDB records: each ECG is claimed by itself, neighbours are processed together, and a bad one costs only itself.
import { expect, test } from 'vitest';
import type { StudyRecord, StudyRow } from '#functions/study.ts';
import { countedRows } from '#lib/cohort/attempts.ts';
import { receiptsOf } from '#lib/cohort/receipts.ts';
import { currentStudies, lastSightings } from '#lib/cohort/revisions.ts';
import type { CohortTables } from '#lib/cohort/rows.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { ownerKey, studyKey } from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { parseSite } from '#lib/sites/site.ts';
import { LABEL_COLUMNS, TABLE_NAMES } from '#lib/tables/columns.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { type DropEnd, dropAndSettle, endOf, NORTH, northCloud } from '../steps/hospital.ts';
import { deliver, drainInOrder, dropFile, loseOne, type MemoryCloud, recordAt } from '../steps/memory-cloud.ts';
import { storedEcgs } from '../steps/stored-ecgs.ts';
import { type FileMap, heartbeats, inFolder, recordFiles, textFile, together, zipped } from '../steps/wfdb-records.ts';

const KEY = 'drops/north/night.zip';

const RECORDS = {
  name: 'recordings',
  patientId: { column: 'patient' },
  record: { column: 'file' },
  columns: {
    age: { column: 'age' },
    sex: { column: 'sex', codes: { '0': 'M', '1': 'F' } },
    device: { column: 'device', codes: { 'CS-12 E': 'cs-12-e' } },
  },
  label: {
    name: 'atrial-fibrillation',
    column: 'af',
    codes: { no: 0, yes: 1 },
    source: 'two cardiologists',
    method: 'whole recording',
  },
  labels: [
    {
      name: 'flutter',
      column: 'afl',
      codes: { no: 0, yes: 1 },
      source: 'two cardiologists',
      method: 'whole recording',
    },
  ],
};
const SITE = parseSite({ ...NORTH, tables: [...NORTH.tables, RECORDS] });
const TABLE_HEADER = 'patient,file,age,sex,device,af,afl';

const ecgCloud = (): Promise<MemoryCloud> => northCloud({ site: SITE });

const dropZip = (cloud: MemoryCloud, files: FileMap, key = KEY): Promise<DropEnd> =>
  dropAndSettle(cloud, key, zipped(files));

/** The nth ECG that was taken. */
const rowOf = async (cloud: MemoryCloud, { plan }: DropEnd, place: number): Promise<StudyRow> =>
  (await storedEcgs(cloud, plan))[place].row;

const payloadOf = async (cloud: MemoryCloud, end: DropEnd, place: number): Promise<Record<string, unknown>> =>
  JSON.parse((await rowOf(cloud, end, place)).payload);

async function labelsOf({ archive }: MemoryCloud) {
  const stored = await archive.get(archive.keys('labels/')[0]);
  return readParquet(LABEL_COLUMNS, stored?.body ?? new Uint8Array());
}

async function tablesOf({ archive }: MemoryCloud): Promise<CohortTables> {
  const rows = await Promise.all(
    TABLE_NAMES.map(async (name) => [name, await readObjects(archive, name, await tableObjects(archive, name))]),
  );
  return Object.fromEntries(rows) as CohortTables;
}

const reasons = ({ receipt }: DropEnd) =>
  receipt.rejected.map(({ row, record, reason }) => [row, record, reason.code, reason.message]);

const codes = ({ plan }: DropEnd) =>
  plan.findings.map(({ code, row }) => (row === undefined ? code : `${code} ${row}`));

test('records become a unit: samples in microvolts, age, sex, leads, rate and length, and nothing else', async () => {
  const cloud = await ecgCloud();
  const end = await dropZip(cloud, together(recordFiles('b2', 2), recordFiles('a1', 1, { comments: ['Age: 93'] })));
  expect(end.plan).toMatchObject({ state: 'planned', items: 2, rejected: [], findings: [] });
  expect(end.plan.units).toMatchObject([{ items: 2, ecgs: [{ row: 1 }, { row: 2 }] }]);
  expect(await payloadOf(cloud, end, 0)).toEqual({
    age: 90,
    leads: 'I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6',
    samplingRateHz: 100,
    durationSeconds: 5,
    signal: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await payloadOf(cloud, end, 1)).toMatchObject({ age: 62, sex: 'F' });
  expect((await rowOf(cloud, end, 1)).row).toBe(2);
  const ecg = (await storedEcgs(cloud, end.plan))[1].leads;
  expect(ecg.map(({ name }) => name)).toHaveLength(12);
  const written = heartbeats(2, 3);
  expect(Math.max(...ecg[3].samplesMv.map((value, n) => Math.abs(value - written[n])))).toBeLessThanOrEqual(0.00051);
  expect(await recordAt<StudyRecord>(cloud.archive, studyKey('north', end.plan.units[0].unit))).toMatchObject({
    kind: 'ecg',
    items: 2,
  });
  expect((await countLedger(cloud.archive, cloud.intake)).complete).toBe(true);
});

test('a bad record is rejected by its place, and the receipt names it; the others go on', async () => {
  const cloud = await ecgCloud();
  const damaged = new Map(recordFiles('c3', 3));
  damaged.set('c3.dat', new Uint8Array(100));
  const lonely = new Map([...recordFiles('d4', 4)].slice(0, 1));
  const end = await dropZip(cloud, together(recordFiles('a1', 1), recordFiles('b2', 2), damaged, lonely));
  expect(reasons(end)).toEqual([
    [3, 'c3', 'signal-file-short', expect.stringContaining('accepted the 500 that the header gives')],
    [4, 'd4', 'signal-file-missing', expect.stringContaining('found no file of the name that it gives')],
  ]);
  expect(end.plan).toMatchObject({ items: 4, state: 'planned' });
  expect(end.plan.units).toMatchObject([{ items: 2, ecgs: [{ row: 1 }, { row: 2 }] }]);
  expect(end.receipt.units[0].ecgs).toEqual([
    { row: 1, record: 'a1', outcome: 'abstained' },
    { row: 2, record: 'b2', outcome: 'abstained' },
  ]);
  expect(end.receipt.summary).toBe('4 items: 2 abstained, 2 rejected.');
});

test('what else is in the zip is counted, and files of the operating system are told from others', async () => {
  const cloud = await ecgCloud();
  const others = [
    textFile('README.txt', 'about these recordings'),
    textFile('100.atr', 'x'),
    textFile('spare.dat', 'x'),
    textFile('__MACOSX/._a1.hea', 'x'),
    textFile('.DS_Store', 'x'),
  ];
  const end = await dropZip(cloud, together(recordFiles('a1', 1), ...others));
  expect(end.plan.items).toBe(1);
  expect(end.plan.findings.map(({ code, message }) => [code, message])).toEqual([
    ['annotations-unused', 'found 1 annotation files, which nothing uses yet; left out'],
    ['signal-file-unused', 'found 1 signal files that no header names; left out'],
    ['file-left-out', 'found 1 files that are neither ECG nor table of the site; left out'],
    ['system-file', 'found 2 files of an operating system; left out'],
  ]);
});

test('the same record twice in a zip counts once; another signal under the same name costs both', async () => {
  const cloud = await ecgCloud();
  const end = await dropZip(
    cloud,
    together(
      inFolder('a/', recordFiles('r1', 1), recordFiles('r2', 1)),
      inFolder('b/', recordFiles('r1', 1), recordFiles('r2', 5)),
    ),
  );
  expect(end.plan.repeatedRows).toEqual([3]);
  expect(end.plan.units).toHaveLength(1);
  expect(reasons(end).map(([row, record, code]) => [row, record, code])).toEqual([
    [2, 'a/r2', 'contradiction'],
    [4, 'b/r2', 'contradiction'],
  ]);
});

test('a name in two Unicode forms is one name', async () => {
  const cloud = await ecgCloud();
  const named = (name: string) =>
    new Map([...recordFiles('r1', 1)].map(([file, body]) => [file.replace('r1.hea', name), body]));
  const end = await dropZip(cloud, together(named('M\u00fcller.hea'), named('Mu\u0308ller.hea')));
  expect(end.plan).toMatchObject({ items: 2, repeatedRows: [2] });
});

test('the same record in another zip, at another place, is a repeat', async () => {
  const cloud = await ecgCloud();
  const first = await dropZip(cloud, recordFiles('r5', 1));
  const again = await dropZip(cloud, together(recordFiles('a0', 2), recordFiles('r5', 1)), 'drops/north/more.zip');
  expect(again.receipt.outcomes).toMatchObject({ repeated: 1, abstained: 1 });
  expect(again.plan.repeatedUnits[0].unit).toBe(first.plan.units[0].unit);
});

test('of the ECGs of a unit each is a repeat by itself, and says nothing of the others', async () => {
  const cloud = await ecgCloud();
  const first = await dropZip(cloud, together(recordFiles('a1', 1), recordFiles('b2', 2), recordFiles('c3', 3)));
  const [, b2] = await storedEcgs(cloud, first.plan);
  const again = await dropZip(cloud, together(recordFiles('b2', 2), recordFiles('c3', 9)), 'drops/north/more.zip');
  expect(again.plan.repeatedUnits).toEqual([{ unit: b2.ecg, items: 1, owner: first.plan.dropKey }]);
  expect(again.plan.units).toMatchObject([{ items: 1 }]);
  const tables = countedRows(await tablesOf(cloud));
  const sightings = lastSightings(tables.ledger);
  const current = currentStudies(tables.studies, sightings);
  expect([...current.values()].map(({ unit }) => unit).sort()).toEqual(
    [...(await storedEcgs(cloud, first.plan)).slice(0, 2), ...(await storedEcgs(cloud, again.plan))]
      .map(({ ecg }) => ecg)
      .sort(),
  );
  expect(sightings.get(`north/${b2.ecg}`)).toMatchObject({ dropKey: again.plan.dropKey, repeated: 1 });
  expect(receiptsOf(tables.ledger, tables.studies).get('north')).toMatchObject({ items: 5, studyRows: 4 });
});

test('two drops of the same ECGs at the same moment make the one unit that one drop would', async () => {
  const files = together(recordFiles('a1', 1), recordFiles('b2', 2), recordFiles('c3', 3));
  const alone = await dropZip(await ecgCloud(), files);
  const cloud = await ecgCloud();
  const versions = [KEY, 'drops/north/again.zip'].map((key) => ({
    key,
    versionId: dropFile(cloud, key, zipped(files)),
  }));
  for (const message of cloud.waiting.splice(0)) await deliver(cloud, message);
  await Promise.all(cloud.queues.sent.splice(0).map((message) => deliver(cloud, message)));
  await drainInOrder(cloud);
  const ends = await Promise.all(versions.map(({ key, versionId }) => endOf(cloud, key, versionId)));
  expect(ends.flatMap(({ plan }) => plan.units)).toEqual(alone.plan.units);
  expect(ends.map(({ receipt }) => receipt.outcomes.repeated).sort()).toEqual([0, 3]);
  expect((await countLedger(cloud.archive, cloud.intake)).complete).toBe(true);
});

test('an ECG whose drop was set aside is taken from the next one that brings it among others', async () => {
  const cloud = await ecgCloud();
  const files = together(recordFiles('a1', 1), recordFiles('b2', 2));
  const versionId = dropFile(cloud, KEY, zipped(files));
  await loseOne(cloud, 'intake');
  await drainInOrder(cloud);
  const lost = await endOf(cloud, KEY, versionId);
  expect(lost.plan.state).toBe('quarantined');
  // It had claimed its ECGs when it died; everybody who knows the published secret knows their ids.
  const undisturbed = await ecgCloud();
  for (const { ecg } of await storedEcgs(undisturbed, (await dropZip(undisturbed, files)).plan))
    cloud.archive.drop(ownerKey('north', ecg), toJson({ dropKey: lost.plan.dropKey }));
  const more = together(recordFiles('b2', 2), recordFiles('c3', 3));
  const next = await dropZip(cloud, more, 'drops/north/more.zip');
  expect(next.plan).toMatchObject({ repeatedUnits: [], units: [{ items: 2 }] });
});

test("the site's table gives the records of a zip their person, age, sex, recorder and labels", async () => {
  const cloud = await ecgCloud();
  const table = textFile('records.csv', TABLE_HEADER, 'P1,x/a1,40,0,CS-12 E,yes,no', 'P1,b2,91,1,,no,no');
  const end = await dropZip(cloud, together(inFolder('x/', recordFiles('a1', 1)), recordFiles('b2', 2), table));
  expect(await payloadOf(cloud, end, 0)).toMatchObject({ age: 90, sex: 'F' });
  expect(await payloadOf(cloud, end, 1)).toMatchObject({ age: 40, sex: 'M', device: 'cs-12-e' });
  const [b2, a1] = [await rowOf(cloud, end, 0), await rowOf(cloud, end, 1)];
  expect(a1.subjectKey).toBe(b2.subjectKey);
  expect(a1.studyKey).not.toBe(b2.studyKey);
  expect(codes(end).sort()).toEqual(['age-differs 1', 'age-differs 2', 'sex-differs 2']);
  expect((await labelsOf(cloud)).map(({ studyKey: key, label, value }) => [key, label, value])).toEqual([
    [a1.studyKey, 'atrial-fibrillation', 1],
    [a1.studyKey, 'flutter', 0],
    [b2.studyKey, 'atrial-fibrillation', 0],
    [b2.studyKey, 'flutter', 0],
  ]);
  expect(end.plan).toMatchObject({ items: 2, filed: 0 });
});

test('a table dropped by itself files its labels under the keys of the records', async () => {
  const cloud = await ecgCloud();
  const lines = [TABLE_HEADER, 'P1,x/a1,40,0,CS-12 E,yes,no', 'P2,b2,40,0,,,'];
  const labels = await dropAndSettle(cloud, 'drops/north/labels.csv', lines.join('\n'));
  expect(labels.plan).toMatchObject({ items: 2, filed: 1, units: [] });
  expect(labels.plan.rejected.map(({ row, reason }) => [row, reason.code])).toEqual([[2, 'no-label']]);
  const zip = await dropZip(
    cloud,
    together(recordFiles('a1', 1), textFile('records.csv', TABLE_HEADER, 'P1,a1,40,0,,yes,no')),
  );
  const filed = await labelsOf(cloud);
  expect(new Set(filed.map(({ studyKey: key }) => key))).toEqual(new Set([(await rowOf(cloud, zip, 0)).studyKey]));
});

test('diagnoses of headers are labels only where the site says what they mean', async () => {
  const plain = await ecgCloud();
  const dx = (codes: string) => ({ comments: [`Dx: ${codes}`] });
  const files = together(
    recordFiles('a1', 1, dx('164889003,426783006')),
    recordFiles('b2', 2, dx('426783006')),
    recordFiles('c3', 3),
    recordFiles('d4', 4, dx('59931005')),
  );
  await dropZip(plain, files);
  expect(plain.archive.keys('labels/')).toEqual([]);
  const given = { source: 'header', method: 'as exported', positive: ['164889003'] };
  const headerLabels = [
    { ...given, name: 'af' },
    { ...given, name: 'af-or-sinus', negative: ['426783006'], readers: 1 },
  ];
  const cloud = await northCloud({ site: parseSite({ ...NORTH, headerLabels }) });
  const end = await dropZip(cloud, files);
  const keys = await Promise.all([0, 1, 2, 3].map(async (place) => (await rowOf(cloud, end, place)).studyKey));
  const filed = (await labelsOf(cloud)).map(({ row, label, value, studyKey: key }) => [
    row,
    label,
    value,
    keys.indexOf(key),
  ]);
  expect(filed).toEqual([
    [1, 'af', 1, 0],
    [1, 'af-or-sinus', 1, 0],
    [2, 'af', 0, 1],
    [2, 'af-or-sinus', 0, 1],
    [4, 'af', 0, 3],
  ]);
  expect(end.plan).toMatchObject({ items: 4, filed: 0 });
});

test('rows that contradict each other, cannot be read or fit several records cost those records only', async () => {
  const cloud = await ecgCloud();
  const table = textFile(
    'records.csv',
    TABLE_HEADER,
    'P1,r1,40,0,,yes,no',
    'P1,r1,41,0,,yes,no',
    'P2,r2,old,0,,no,no',
    'P3,r3,50,0,,no,no',
    'P5,elsewhere,50,0,,yes,no',
    'P6,r4,50,0,,maybe,no',
  );
  const records = [1, 2, 4, 6].map((heart) => recordFiles(`r${heart}`, heart));
  const twice = together(inFolder('x/', recordFiles('r3', 3)), inFolder('y/', recordFiles('r3', 9)));
  const end = await dropZip(cloud, together(...records, twice, table));
  expect(reasons(end)).toEqual([
    [1, 'r1', 'contradiction', expect.stringContaining('two rows')],
    [2, 'r2', 'not-a-number', 'row of the site\'s table: column "age": found text of 3 characters, accepted a number'],
    [5, 'x/r3', 'record-ambiguous', expect.any(String)],
    [6, 'y/r3', 'record-ambiguous', expect.any(String)],
  ]);
  expect(codes(end)).toContain('label-refused 3');
  expect(codes(end)).toContain('record-undescribed 4');
  expect(codes(end)).toContain('record-elsewhere');
  expect((await labelsOf(cloud)).map(({ row, label }) => [row, label])).toEqual([
    [5, 'atrial-fibrillation'],
    [5, 'flutter'],
    [6, 'flutter'],
  ]);
});

test('a table that is none of the site’s is refused beside ECGs that it may describe', async () => {
  const cloud = await ecgCloud();
  const end = await dropZip(cloud, together(recordFiles('a1', 1), textFile('records.csv', 'person,name', 'P1,a1')));
  expect(end.plan).toMatchObject({ state: 'rejected', reason: { code: 'header' } });
  expect(end.plan.reason?.message).toMatch(/^table beside the ECGs: found 0 of the 7 columns of table recordings/);
});

test.each([
  [
    'no ECG',
    textFile('notes.txt', 'x'),
    'found 1 files and no WFDB header (.hea) among them, accepted ECGs in WFDB format with their signal files',
  ],
  [
    'tables alone',
    textFile('t.csv', TABLE_HEADER, 'P1,a1,40,0,,yes,no'),
    /; tables alone are accepted one by one, outside a zip$/,
  ],
  ['nothing', new Map(), /^found 0 files/],
])('a zip with %s is refused', async (_, files, message) => {
  const { plan } = await dropZip(await ecgCloud(), files as FileMap);
  expect(plan).toMatchObject({ state: 'rejected', reason: { code: 'no-ecg' }, items: 1 });
  if (typeof message === 'string') expect(plan.reason?.message).toBe(message);
  else expect(plan.reason?.message).toMatch(message);
});

test('a table of records and no label by itself is refused: it describes nothing that is here', async () => {
  const { label: _, labels: __, ...described } = RECORDS;
  const site = parseSite({ ...NORTH, tables: [described] });
  const cloud = await northCloud({ site });
  const { plan } = await dropAndSettle(cloud, 'drops/north/r.csv', 'patient,file,age,sex,device\nP1,a1,40,0,');
  expect(plan).toMatchObject({ state: 'rejected', reason: { code: 'records-elsewhere' } });
});
