// Canaries in every place where a hospital can write something, and a search of everything that leaves the intake boundary.
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeFailure } from '#functions/failure.ts';
import { parseSite } from '#lib/sites/site.ts';
import {
  collectSent,
  deliver,
  deliverDead,
  dropFile,
  type MemoryCloud,
  memoryCloud,
  type QueuedMessage,
} from '../steps/memory-cloud.ts';
import { doubleLoader, plainContract, putContract } from '../steps/models.ts';

const NAME = 'Canarina';
const BORN = '1931-02-03';
const RECORD = 'MRN-7741833';
const CANARIES = [NAME, BORN, RECORD, '7741833', '03.02.1931'];

const north = parseSite({
  site: 'north',
  name: 'North Hospital',
  timeZone: 'Europe/London',
  datePolicy: 'year',
  tables: [
    {
      name: 'measured',
      patientId: { column: 'MRN' },
      columns: { age: { column: 'Age' }, sex: { column: 'Sex' }, cholesterol: { column: 'Chol' } },
    },
    {
      name: 'labelled',
      patientId: { column: 'MRN' },
      label: {
        name: 'coronary-artery-disease',
        column: 'Stenosis',
        codes: { no: 0, yes: 1 },
        source: 'angiography',
        method: 'diameter',
        date: { column: 'Day', format: 'DD.MM.YYYY' },
      },
    },
  ],
});

/** Path below `drops/` and content; every kind of refusal is among them. */
const DROPS: readonly (readonly [string, string])[] = [
  [`north/${NAME} ${BORN}.csv`, `MRN,Age,Sex,Chol,Remark\n${RECORD},95,F,200,${NAME} ${BORN}\n`],
  [`north/${RECORD}/again.csv`, `MRN,Age,Sex,Chol\n${RECORD},95,F,200\n`],
  ['north/labels.csv', `MRN,Stenosis,Day,Name\n${RECORD},yes,03.02.1931,${NAME}\n`],
  ['north/label-codes.csv', `MRN,Stenosis,Day\n${RECORD},${NAME},03.02.1931\n${RECORD}b,no,${NAME}\n`],
  ['north/cells.csv', `MRN,Age,Sex,Chol\n${RECORD},${NAME},F,1\n${RECORD}c,50,${NAME},1\n${RECORD}d,50,F,${BORN}\n`],
  ['north/header.csv', `${NAME},${BORN},${RECORD}\n1,2,3\n`],
  ['north/unit.csv', `MRN,Age,Sex,Chol [${NAME}]\n${RECORD},50,F,1\n`],
  ['north/twice.csv', `MRN,Age,Sex,Chol,${NAME},${NAME}\n${RECORD},50,F,1,1,1\n`],
  ['north/quote.csv', `MRN,Age,Sex,Chol\n"${RECORD},${NAME}\n${BORN},50,F,1\n`],
  ['north/json.csv', JSON.stringify({ name: NAME, born: BORN })],
  [`${NAME}-${RECORD}/a.csv`, 'MRN,Age,Sex,Chol\n1,50,F,200\n'],
  [`${NAME.toLowerCase()}/a.csv`, 'MRN,Age,Sex,Chol\n1,50,F,200\n'],
  [NAME, 'MRN\n'],
];

const OUTSIDE: ReadonlySet<string> = new Set(['predict', 'predict-large', 'publish', 'tabulate', 'audit']);

interface Heard {
  readonly messages: QueuedMessage[];
  readonly failures: string[];
}

/** Delivers until nothing waits, and keeps what was sent and what would be logged of each failure. */
async function drain(cloud: MemoryCloud, fails: (message: QueuedMessage) => boolean = () => false): Promise<Heard> {
  const heard: Heard = { messages: [], failures: [] };
  for (collectSent(cloud); cloud.waiting.length > 0; collectSent(cloud)) {
    const message = cloud.waiting.shift() as QueuedMessage;
    heard.messages.push(message);
    try {
      if (fails(message)) throw new Error('step failed');
      await deliver(cloud, message);
    } catch (error) {
      heard.failures.push(JSON.stringify(describeFailure(error)));
      await deliverDead(cloud, message);
    }
  }
  return heard;
}

/** Every object of the archive as text, Parquet decoded, its key before it. */
async function archiveText({ archive }: MemoryCloud): Promise<string> {
  const texts = archive.keys().map(async (key) => {
    const body = (await archive.get(key))?.body ?? new Uint8Array();
    if (!key.endsWith('.parquet')) return `${key} ${Buffer.from(body).toString()}`;
    const rows = await parquetReadObjects({ file: body.slice().buffer });
    return `${key} ${JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value))}`;
  });
  return (await Promise.all(texts)).join('\n');
}

const canariesIn = (text: string): string[] =>
  CANARIES.filter((canary) => text.toLowerCase().includes(canary.toLowerCase()));

describe.each<[string, (message: QueuedMessage) => boolean]>([
  ['as drops should', () => false],
  ['while every arrival fails', ({ queue }) => queue === 'arrivals'],
  ['while every reading fails', ({ queue }) => queue === 'intake'],
  ['while every receipt fails', ({ queue }) => queue === 'settle'],
  ['while every step outside fails', ({ queue }) => OUTSIDE.has(queue)],
])('names and contents go %s', (_, fails) => {
  let cloud: MemoryCloud;
  let heard: Heard;

  beforeAll(async () => {
    const contract = await plainContract();
    cloud = memoryCloud({ models: doubleLoader(contract), sites: [north] });
    putContract(cloud.archive, contract);
    for (const [path, body] of DROPS) dropFile(cloud, `drops/${path}`, body);
    cloud.waiting.push({ queue: 'intake', body: `{"site":"${NAME}","dropKey":"x"}` });
    cloud.waiting.push({ queue: 'arrivals', body: `${NAME} is no event` });
    heard = await drain(cloud, fails);
  });

  test('and every drop ends with a receipt inside the boundary, which names it', async () => {
    const receipts = cloud.intake.keys('receipts/');
    expect(receipts).toHaveLength(DROPS.length);
    expect(canariesIn(receipts.join('\n'))).toContain(NAME);
  });

  test('and none is in a key or an object of the archive', async () => {
    const text = await archiveText(cloud);
    expect(text).toContain('ledger/north/');
    expect(canariesIn(text)).toEqual([]);
  });

  test('and none is in a message outside the boundary, a log line, a failure or a metric', () => {
    const outside = heard.messages.filter(({ queue }) => OUTSIDE.has(queue)).map(({ body }) => body);
    const said = [...outside, ...cloud.log.lines, ...heard.failures, ...cloud.metrics.counts.keys()].join('\n');
    expect(said.length).toBeGreaterThan(0);
    expect(canariesIn(said)).toEqual([]);
  });

  test('and no receipt repeats what stands in a cell or a header', async () => {
    for (const key of cloud.intake.keys('receipts/')) {
      const { object, ...rest } = JSON.parse(Buffer.from((await cloud.intake.get(key))?.body ?? []).toString('utf8'));
      expect([object, canariesIn(JSON.stringify(rest))]).toEqual([object, []]);
    }
  });
});
