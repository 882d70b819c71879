// A name, a birth date and a record number, planted wherever a hospital could put them: nothing outside the intake bucket may hold them.
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, test } from 'vitest';
import { audit } from '#functions/audit/audit.ts';
import { describeFailure } from '#functions/failure.ts';
import { claimsOf } from '#functions/intake/claim.ts';
import { merge } from '#functions/merge/merge.ts';
import type { Plan } from '#functions/study.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { type RunPlan, runKey } from '#lib/cohort/run.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { ecgKey } from '#lib/ledger/keys.ts';
import type { MemoryBucket } from '#lib/local/memory.ts';
import { parseSite } from '#lib/sites/site.ts';
import { HEADER, LABEL_HEADER, NORTH, northCloud, row, table } from './steps/hospital.ts';
import {
  arrivalEvent,
  deliverDead,
  drainInOrder,
  dropFile,
  type MemoryCloud,
  recordAt,
  START_MS,
  type StepQueue,
} from './steps/memory-cloud.ts';
import { plainContract } from './steps/models.ts';
import { type FileMap, heartbeats, inFolder, recordFiles, textFile, together, zipped } from './steps/wfdb-records.ts';

const GIVEN = 'Wilhelmina';
const FAMILY = 'Zuckerkandl-Öz';
const BORN = '1953-07-19';
const RECORD = 'MRN-88231977';
const PERSON = `${GIVEN} ${FAMILY}`;

/** What must not be found, in lower case; the family name also as url-encoded and without its umlaut. */
const NEEDLES = ['wilhelmina', 'zuckerkandl', BORN, '19.07.1953', '19530719', '07/19/1953', '88231977'];

const found = (text: string): readonly string[] => NEEDLES.filter((needle) => text.toLowerCase().includes(needle));

const good = `${RECORD},55,F,2,210,140`;
const cells = (...bad: readonly string[]): string => [HEADER, good, ...bad].join('\n');

/** Files as hospitals send them, key to body. */
const FILES: readonly (readonly [string, string | Uint8Array])[] = [
  ['drops/north/tests.csv', table(1, 2, 3)],
  [`drops/north/${PERSON} ${BORN}.csv`, cells()],
  [`drops/north/${RECORD}/tests.csv`, cells(row(4))],
  ['drops/north/names.csv', `${HEADER},name,born\n${good},${PERSON},${BORN}\n${row(5)},x,y`],
  ['drops/north/header.csv', `${HEADER},${PERSON},${BORN}\n${row(6)},${RECORD},1`],
  ['drops/north/no-header.csv', `${RECORD},${PERSON},${BORN},F\n${RECORD},55,F,1`],
  ['drops/north/age.csv', cells(`P7,${BORN},F,1,200,130`, `P8,${PERSON},F,1,200,130`)],
  ['drops/north/codes.csv', cells(`P7,50,${PERSON},1,200,130`, `P8,50,F,${RECORD},200,130`, `P9,50,F,1,${BORN},1`)],
  ['drops/north/wide.csv', cells(`P7,50,F,1,200,130,${PERSON},${BORN}`)],
  ['drops/north/quote.csv', cells(`"P7,50,F,1,200,130\n${PERSON},${BORN}`)],
  ['drops/north/many-lines.csv', cells(`P7,50,F,1,200,"${PERSON}\n${RECORD}"`)],
  ['drops/north/contradiction.csv', cells(`${RECORD},56,F,2,210,140`)],
  ['drops/north/twice.csv', cells(good)],
  ['drops/north/unit.csv', cells().replace('chol', `chol [${PERSON}]`)],
  ['drops/north/outcomes.csv', `${LABEL_HEADER}\n${RECORD},yes,${BORN}\nP1,no,2026-01-01`],
  ['drops/north/bad-outcomes.csv', `${LABEL_HEADER}\n${RECORD},${PERSON},${BORN}\nP2,yes,${PERSON}\n${PERSON},no,`],
  ['drops/north/latin1.csv', Buffer.from(`${HEADER}\n${PERSON},55,F,1,200,130`, 'latin1')],
  ['drops/north/garbage.bin', Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(`${PERSON} ${BORN} ${RECORD}`)])],
  ['drops/north/report.pdf', `%PDF-1.7 ${PERSON} ${RECORD}`],
  ['drops/north/patient.json', JSON.stringify({ name: PERSON, born: BORN })],
  ['drops/north/patient.xml', `<?xml version="1.0"?><patient name="${PERSON}" born="${BORN}"/>`],
  [`drops/north/empty ${PERSON}.csv`, ''],
  [`drops/north/big ${RECORD}.csv`, new Uint8Array(1_000_001)],
  [`drops/${FAMILY}/tests.csv`, table(1)],
  [`drops/wilhelmina/${RECORD}.csv`, table(1)],
  [`drops/${BORN}.csv`, table(1)],
];

const NAME = `${GIVEN}_Zuckerkandl`;

/** The site's table of ECGs, beside those of the hospital in steps/hospital.ts. */
const SITE = parseSite({
  ...NORTH,
  tables: [
    ...NORTH.tables,
    {
      name: 'recordings',
      patientId: { column: 'patient' },
      record: { column: 'file' },
      columns: { sex: { column: 'gender' }, device: { column: 'device', codes: { 'CS-12': 'cs-12' } } },
      label: { name: 'af', column: 'af', codes: { no: 0, yes: 1 }, source: 's', method: 'm', date: { column: 'read' } },
    },
  ],
});
const TABLE_HEADER = 'patient,file,gender,device,af,read';

/** A record that names the person in every place that a record has. */
function personal(recordName: string, heart: number): FileMap {
  const leads = [
    { name: 'II', samplesMv: heartbeats(heart, 1) },
    { name: `${PERSON} ${BORN}`, samplesMv: heartbeats(heart, 2) },
  ];
  const comments = [
    `Name: ${PERSON}`,
    `Born: ${BORN}`,
    `<age>: ${BORN} <sex>: ${PERSON} <id>: ${RECORD}`,
    `Dx: ${PERSON}`,
  ];
  const files = new Map(recordFiles(recordName, heart, { leads, comments }));
  const header = Buffer.from(files.get(`${recordName}.hea`) ?? '').toString();
  const [first] = header.split('\n');
  return files.set(`${recordName}.hea`, Buffer.from(header.replace(first, `${first} 10:11:12 19/07/1953`)));
}

/** The same with a header that cannot be read at its end, or not at all. */
const spoiled = (recordName: string): FileMap =>
  new Map([...personal(recordName, 3), [`${recordName}.hea`, Buffer.from(`${recordName} 2 100\n${PERSON} ${BORN}\n`)]]);

const ecgTable = (...rows: readonly string[]) => textFile(`${RECORD}.csv`, TABLE_HEADER, ...rows);

const ECGS: readonly (readonly [string, string | Uint8Array])[] = [
  [
    `drops/north/${PERSON}.zip`,
    zipped(
      together(
        inFolder(`${PERSON}/`, personal(NAME, 1), personal(RECORD, 2), spoiled('Zuckerkandl')),
        textFile(`${NAME}.atr`, PERSON),
        textFile(`${PERSON}.pdf`, PERSON, BORN),
        ecgTable(`${PERSON},${NAME},F,CS-12,yes,${BORN}`, `${RECORD},Zuckerkandl,F,${PERSON},no,${BORN}`),
      ),
    ),
  ],
  [
    'drops/north/table.zip',
    zipped(
      together(
        personal(NAME, 1),
        inFolder(`${FAMILY}/`, personal(RECORD, 2)),
        inFolder(`${GIVEN}/`, personal(RECORD, 3)),
        ecgTable(
          `${PERSON},${RECORD},F,,yes,`,
          `${PERSON},${PERSON},F,,${PERSON},${PERSON}`,
          `${PERSON}`,
          `,,${BORN},,,`,
        ),
      ),
    ),
  ],
  [
    'drops/north/other-table.zip',
    zipped(together(personal(NAME, 1), textFile(`${PERSON}.csv`, `${PERSON},${BORN}`, RECORD))),
  ],
  [
    `drops/north/records ${PERSON}.csv`,
    [TABLE_HEADER, `${PERSON},${NAME},F,CS-12,yes,${BORN}`, `${RECORD},${PERSON},,,${PERSON},`].join('\n'),
  ],
  ...[...personal(NAME, 4), ...spoiled(`${NAME}_2`), ...personal(`${NAME}_3`, 5)]
    .filter(([name]) => name !== `${NAME}_3.dat`)
    .map(([name, body]) => [`drops/north/${RECORD}/${name}`, body] as const),
  [`drops/north/${RECORD}/${NAME}.atr`, PERSON],
  [`drops/north/${PERSON}.json`, JSON.stringify({ tricuspidManifest: 1, files: [`${PERSON}.hea`, `${BORN}.dat`] })],
  [`drops/north/${FAMILY}.json`, JSON.stringify({ tricuspidManifest: 1, [PERSON]: RECORD, files: [`../${PERSON}`] })],
  [`drops/north/${GIVEN}.json`, `{"tricuspidManifest":1,"files":["${PERSON}`],
];

const QUEUES: readonly StepQueue[] = [
  'arrivals',
  'intake',
  'predict',
  'predict-large',
  'publish',
  'settle',
  'tabulate',
  'audit',
];

const FOREIGN = [
  PERSON,
  `{"name":"${PERSON}"}`,
  JSON.stringify({ site: PERSON, dropKey: RECORD, unit: BORN, run: PERSON }),
];

/** Every message that ever left a step, in the order of its leaving. */
const messages: string[] = [];
let cloud: MemoryCloud;

beforeAll(async () => {
  cloud = await northCloud({ site: SITE });
  cloud.queues.sent.push = (...sent) => {
    messages.push(...sent.map(({ queue, body }) => `${queue} ${body}`));
    return Array.prototype.push.apply(cloud.queues.sent, sent);
  };
  for (const [key, body] of [...FILES, ...ECGS]) dropFile(cloud, key, body);
  await drainInOrder(cloud);
  for (const queue of QUEUES) for (const body of FOREIGN) await deliverDead(cloud, { queue, body });
  const undecodable = arrivalEvent('drops/north/x', 'v', 1, START_MS).replace('/x', `/${GIVEN}%E0%A4%A`);
  await deliverDead(cloud, { queue: 'arrivals', body: undecodable });
  cloud.waiting.push({ queue: 'intake', body: FOREIGN[1] }, { queue: 'arrivals', body: undecodable });
  // A site whose description an operator has broken: intake fails at every drop of it.
  cloud.archive.drop('sites/north.json', JSON.stringify({ ...SITE, datePolicy: 'none', unknown: true }));
  dropFile(cloud, `drops/north/late ${PERSON}.csv`, cells());
  await drainInOrder(cloud);
  cloud.archive.drop('sites/north.json', JSON.stringify(SITE));
  await report();
  for (const hours of [18, 48]) await tick(hours);
});

async function tick(hours: number): Promise<void> {
  cloud.clock.nowMs += hours * 60 * 60 * 1000;
  await sweep(cloud.ports);
  await drainInOrder(cloud);
}

/** What follows from the tables: merged files, a run, its report, a tick. */
async function report(): Promise<void> {
  const { name, version } = await plainContract();
  const cohort = { name: 'north-cad', title: 'North', model: { name, version }, label: 'coronary-artery-disease' };
  const deadline = new Date(START_MS).toISOString();
  const plan: RunPlan = { run: 'r1', cohort, deadline, publicData: false, command: 'tricuspid run' };
  cloud.archive.drop(runKey('r1', 'plan.json'), JSON.stringify(plan));
  await audit({ run: 'r1' }, cloud.ports);
  await merge(cloud.ports);
  await tick(7);
}

/** Keys and contents of a bucket as text; Parquet decoded besides. */
async function texts(bucket: MemoryBucket): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const key of bucket.keys()) {
    const body = (await bucket.get(key))?.body ?? new Uint8Array();
    const buffer = Buffer.from(body);
    const decoded = key.endsWith('.parquet') ? JSON.stringify(await parquetText(body)) : '';
    all.set(
      key,
      [key, decodeURIComponent(encodeURI(key)), buffer.toString('utf8'), buffer.toString('latin1'), decoded].join('\n'),
    );
  }
  return all;
}

async function parquetText(body: Uint8Array): Promise<object[]> {
  const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
  return parquetReadObjects({ file });
}

async function leaks(bucket: MemoryBucket): Promise<readonly string[]> {
  return [...(await texts(bucket))].flatMap(([key, text]) => found(text).map((needle) => `${needle} in ${key}`));
}

/** The message of a failure and of all its causes. */
function messagesOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

describe('a planted person', () => {
  test('is found by the search where it is allowed to be: in the intake bucket', async () => {
    const inside = (await leaks(cloud.intake)).join('\n');
    for (const needle of ['wilhelmina', 'zuckerkandl', BORN, '88231977']) expect(inside).toContain(needle);
  });

  test('is found by the search in an archive that leaks, in keys, text and Parquet', async () => {
    const leaking = await northCloud();
    leaking.archive.drop('results/x.txt', `a page about ${PERSON}`);
    leaking.archive.drop(`results/${RECORD}.txt`, '');
    expect(await leaks(leaking.archive)).toEqual([
      '88231977 in results/MRN-88231977.txt',
      'wilhelmina in results/x.txt',
      'zuckerkandl in results/x.txt',
    ]);
  });

  test('is in no key and no object of the archive', async () => {
    expect(await leaks(cloud.archive)).toEqual([]);
    const rooms = new Set(cloud.archive.keys().map((key) => key.split('/')[0]));
    for (const room of [
      'ledger',
      'units',
      'studies',
      'labels',
      'predictions',
      'results',
      'tables',
      'reports',
      'quarantine',
    ])
      expect(rooms).toContain(room);
  });

  test('is in no message of any queue behind the arrivals', () => {
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.filter((message) => found(message).length > 0)).toEqual([]);
  });

  test('is in no line of the log and in no metric', () => {
    expect(cloud.log.lines.length).toBeGreaterThan(QUEUES.length);
    expect(cloud.log.lines.filter((line) => found(line).length > 0)).toEqual([]);
    expect(found([...cloud.metrics.counts.keys()].join())).toEqual([]);
  });

  test('is in no error message, and in no log line that a handler writes about an error', () => {
    expect(cloud.failures.length).toBeGreaterThan(0);
    expect(cloud.failures.map(messagesOf).filter((message) => found(message).length > 0)).toEqual([]);
    const lines = cloud.failures.map((failure) => JSON.stringify(describeFailure(failure)));
    expect(lines.filter((line) => found(line).length > 0)).toEqual([]);
  });
});

const isEcg = (site: string, unit: string): boolean => cloud.archive.keys(ecgKey(site, unit)).length > 0;

test('the planted ECGs met every way that an ECG can go', async () => {
  const plans = await Promise.all(
    cloud.archive
      .keys('ledger/')
      .filter((key) => key.endsWith('plan.json'))
      .map((key) => recordAt<Plan>(cloud.archive, key)),
  );
  expect(new Set(plans.map(({ state }) => state))).toContain('member');
  const reasons = new Set([
    ...plans.map(({ reason }) => reason?.code),
    ...plans.flatMap(({ rejected }) => rejected.map(({ reason }) => reason.code)),
  ]);
  for (const code of [
    'wfdb-header',
    'code-unknown',
    'record-ambiguous',
    'header',
    'manifest',
    'file-missing',
    'signal-file-missing',
  ])
    expect(reasons).toContain(code);
  const filed = new Set(
    plans.flatMap(({ site, units }) => units.filter(({ unit }) => isEcg(site, unit)).flatMap(claimsOf)),
  );
  expect(filed.size).toBeGreaterThan(3);
});

test('all planted files have ended, each in one outcome', async () => {
  const { problems, total } = await countLedger(cloud.archive, cloud.intake);
  expect(problems).toEqual([]);
  const drops = FILES.length + ECGS.length + 1;
  expect(total).toMatchObject({ received: drops, settled: drops, inFlight: 0 });
  expect(total.outcomes.published).toBeGreaterThan(3);
  expect(total.outcomes.rejected).toBeGreaterThan(8);
});
