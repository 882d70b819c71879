// A record of several objects, dropped one by one: whatever the order, it is one ECG; what never becomes whole is refused by name.
import { describe, expect, test } from 'vitest';
import type { Plan } from '#functions/study.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { parseSite } from '#lib/sites/site.ts';
import { endOf, NORTH, northCloud } from '../steps/hospital.ts';
import { deliver, drainInOrder, dropFile, type MemoryCloud, type QueuedMessage } from '../steps/memory-cloud.ts';
import { type FileMap, inFolder, recordFiles, textFile, together } from '../steps/wfdb-records.ts';

const HOUR_MS = 60 * 60 * 1000;
const FOLDER = 'drops/north/2026/';

/** A record whose leads lie in two signal files. */
function twoFiles(name: string, heart: number): FileMap {
  const [half, other] = [recordFiles(name, heart), recordFiles(name, heart + 1)];
  const lines = (files: FileMap) =>
    Buffer.from(files.get(`${name}.hea`) ?? '')
      .toString()
      .trim()
      .split('\n');
  const record = lines(half)[0].replace(' 12 ', ' 24 ');
  const signals = [
    ...lines(half).slice(1, 13),
    ...lines(other)
      .slice(1, 13)
      .map((line) => line.replace('.dat', '_2.dat')),
  ];
  const header = textFile(`${name}.hea`, record, ...signals);
  return new Map([
    ...header,
    [`${name}.dat`, half.get(`${name}.dat`) as Uint8Array],
    [`${name}_2.dat`, other.get(`${name}.dat`) as Uint8Array],
  ]);
}

/** Drops the files one after the other, each processed before the next comes; returns their versions by name. */
async function dropSingly(cloud: MemoryCloud, files: FileMap, order: readonly string[]): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const name of order) {
    versions.set(name, dropFile(cloud, `${FOLDER}${name}`, files.get(name) as Uint8Array));
    await drainInOrder(cloud);
  }
  return versions;
}

async function afterHours(cloud: MemoryCloud, ...hours: readonly number[]): Promise<void> {
  for (const n of hours) {
    cloud.clock.nowMs += n * HOUR_MS;
    await sweep(cloud.ports);
    await drainInOrder(cloud);
  }
}

const planOf = async (cloud: MemoryCloud, versions: ReadonlyMap<string, string>, name: string): Promise<Plan> =>
  (await endOf(cloud, `${FOLDER}${name}`, versions.get(name) as string)).plan;

const ordersOf = (names: readonly string[]): string[][] =>
  names.length < 2
    ? [[...names]]
    : names.flatMap((first) => ordersOf(names.filter((name) => name !== first)).map((rest) => [first, ...rest]));

const ledgerOf = ({ archive, intake }: MemoryCloud) => countLedger(archive, intake);

describe('a header and two signal files', () => {
  const files = twoFiles('r1', 1);

  test.each(ordersOf([...files.keys()]))('dropped as %s, %s, %s are one ECG', async (...order) => {
    const cloud = await northCloud();
    const versions = await dropSingly(cloud, files, order);
    expect(await planOf(cloud, versions, 'r1.hea')).toMatchObject({ state: 'planned', items: 1, rejected: [] });
    const header = await endOf(cloud, `${FOLDER}r1.hea`, versions.get('r1.hea') as string);
    for (const name of ['r1.dat', 'r1_2.dat']) {
      const { plan, receipt, done } = await endOf(cloud, FOLDER + name, versions.get(name) as string);
      expect(plan).toMatchObject({ state: 'member', of: header.plan.dropKey, items: 0 });
      expect(receipt).toMatchObject({ state: 'member', of: `${FOLDER}r1.hea`, items: 0 });
      expect(receipt.summary).toBe(`Part of ${FOLDER}r1.hea, whose receipt says what became of it.`);
      expect(done).toBe(true);
    }
    const { complete, problems, total } = await ledgerOf(cloud);
    expect({ complete, problems, received: total.received, items: total.items }).toEqual({
      complete: true,
      problems: [],
      received: 3,
      items: 1,
    });
    expect(cloud.archive.keys('ledger/open/')).toEqual([]);
  });

  test('stay in flight while one is missing, and are rejected by name after a day', async () => {
    const cloud = await northCloud();
    const versions = await dropSingly(cloud, files, ['r1.hea', 'r1.dat']);
    expect((await ledgerOf(cloud)).total).toMatchObject({ received: 2, planned: 0 });
    await afterHours(cloud, 7, 18);
    expect((await planOf(cloud, versions, 'r1.hea')).reason).toEqual({
      code: 'signal-file-missing',
      message: 'found 1 of the 2 signal files that the header names, accepted all of them within 24 hours',
    });
    await afterHours(cloud, 48);
    expect((await planOf(cloud, versions, 'r1.dat')).reason?.code).toBe('header-missing');
    expect((await ledgerOf(cloud)).complete).toBe(true);
  });

  test('are one ECG when the last one comes a few hours later', async () => {
    const cloud = await northCloud();
    await dropSingly(cloud, files, ['r1.dat', 'r1.hea']);
    await afterHours(cloud, 7);
    const versions = await dropSingly(cloud, files, ['r1_2.dat']);
    expect(await planOf(cloud, versions, 'r1_2.dat')).toMatchObject({ state: 'member' });
    expect((await ledgerOf(cloud)).complete).toBe(true);
  });
});

describe('a correction', () => {
  test('with a new header first waits for the new signal file and is not joined with the old one', async () => {
    const cloud = await northCloud();
    await dropSingly(cloud, recordFiles('r1', 1), ['r1.hea', 'r1.dat']);
    const corrected = recordFiles('r1', 5);
    const header = await dropSingly(cloud, corrected, ['r1.hea']);
    expect((await ledgerOf(cloud)).total).toMatchObject({ received: 3, planned: 2 });
    await dropSingly(cloud, corrected, ['r1.dat']);
    expect(await planOf(cloud, header, 'r1.hea')).toMatchObject({ state: 'planned', items: 1, rejected: [] });
    expect((await ledgerOf(cloud)).complete).toBe(true);
  });

  test('of the header alone takes the signal file that is there when nothing newer came for six hours', async () => {
    const cloud = await northCloud();
    await dropSingly(cloud, recordFiles('r1', 1), ['r1.dat', 'r1.hea']);
    const header = await dropSingly(cloud, recordFiles('r1', 1, { comments: ['Age: 26'] }), ['r1.hea']);
    await afterHours(cloud, 7);
    expect(await planOf(cloud, header, 'r1.hea')).toMatchObject({ state: 'planned', items: 1, rejected: [] });
    expect((await ledgerOf(cloud)).complete).toBe(true);
  });

  test('of the signal file alone is refused after a day: no header says that it belongs to it', async () => {
    const cloud = await northCloud();
    await dropSingly(cloud, recordFiles('r1', 1), ['r1.dat', 'r1.hea']);
    const versions = await dropSingly(cloud, recordFiles('r1', 5), ['r1.dat']);
    await afterHours(cloud, 7, 18);
    expect((await planOf(cloud, versions, 'r1.dat')).reason).toEqual({
      code: 'header-missing',
      message:
        'found a signal file that no header has taken within 24 hours, accepted with its header (.hea) in the same folder, dropped anew',
    });
  });
});

describe('annotations', () => {
  const files = together(recordFiles('r1', 1), textFile('r1.atr', 'beats'));

  test.each(ordersOf([...files.keys()]))('beside %s, %s, %s belong to the header', async (...order) => {
    const cloud = await northCloud();
    const versions = await dropSingly(cloud, files, order);
    const of = (await planOf(cloud, versions, 'r1.hea')).dropKey;
    await afterHours(cloud, 7);
    expect(await planOf(cloud, versions, 'r1.atr')).toMatchObject({ state: 'member', of });
    const { done } = await endOf(cloud, `${FOLDER}r1.atr`, versions.get('r1.atr') as string);
    expect(done).toBe(true);
    expect((await ledgerOf(cloud)).complete).toBe(true);
  });
});

describe('a manifest', () => {
  const records = together(inFolder('a/', recordFiles('r1', 1)), inFolder('b/', recordFiles('r2', 2)));
  const table = textFile('records.csv', 'patient,file,sex', 'P1,r1,0', 'P1,r2,0');
  const manifest = textFile(
    'night.json',
    JSON.stringify({ tricuspidManifest: 1, files: [...records.keys(), 'records.csv'] }),
  );
  const site = parseSite({
    ...NORTH,
    tables: [
      ...NORTH.tables,
      {
        name: 'recordings',
        patientId: { column: 'patient' },
        record: { column: 'file' },
        columns: { sex: { column: 'sex', codes: { '0': 'F', '1': 'M' } } },
      },
    ],
  });
  const files = together(records, table, manifest);

  test('dropped first takes headers, signal files and the table, as they would be read in a zip', async () => {
    const cloud = await northCloud({ site });
    const rest = [...files.keys()].filter((name) => name !== 'night.json');
    const versions = await dropSingly(cloud, files, ['night.json', ...rest]);
    const plan = await planOf(cloud, versions, 'night.json');
    expect(plan).toMatchObject({ state: 'planned', items: 2, rejected: [], units: [{ items: 2 }] });
    for (const name of rest) {
      expect(await planOf(cloud, versions, name)).toMatchObject({ state: 'member', of: plan.dropKey });
    }
    expect((await ledgerOf(cloud)).total).toMatchObject({ received: 6, settled: 6, items: 2 });
  });

  test('dropped last repeats what the headers have closed by themselves', async () => {
    const cloud = await northCloud({ site });
    const plain = together(
      records,
      textFile('all.json', JSON.stringify({ tricuspidManifest: 1, files: [...records.keys()] })),
    );
    const versions = await dropSingly(cloud, plain, [...plain.keys()]);
    const plan = await planOf(cloud, versions, 'all.json');
    expect(plan).toMatchObject({ state: 'planned', items: 2, units: [] });
    expect(plan.repeatedUnits).toHaveLength(2);
  });

  test('that never becomes whole is rejected after a day, and lets its headers go on by themselves', async () => {
    const cloud = await northCloud({ site });
    const versions = await dropSingly(cloud, files, ['night.json', 'a/r1.hea', 'a/r1.dat', 'b/r2.dat', 'records.csv']);
    await afterHours(cloud, 7, 18, 48);
    expect((await planOf(cloud, versions, 'night.json')).reason?.message).toBe(
      'found 4 of the 5 files that the manifest names, accepted all of them within 24 hours',
    );
    expect(await planOf(cloud, versions, 'a/r1.hea')).toMatchObject({ state: 'planned', items: 1, rejected: [] });
    expect((await planOf(cloud, versions, 'b/r2.dat')).reason?.code).toBe('header-missing');
    expect((await ledgerOf(cloud)).complete).toBe(true);
  });

  test.each([
    ['a way up', '{"tricuspidManifest":1,"files":["../x.hea"]}', 'file 1 in another place'],
    ['a root', '{"tricuspidManifest":1,"files":["a.hea","/x.hea"]}', 'file 2 in another place'],
    ['a file twice', '{"tricuspidManifest":1,"files":["a.hea","a.hea"]}', 'a file twice'],
    ['no files', '{"tricuspidManifest":1,"files":[]}', 'a manifest whose files are not as expected'],
    ['another version', '{"tricuspidManifest":2,"files":["a.hea"]}', 'a manifest whose form is not as expected'],
    ['half of it', '{"tricuspidManifest":1,"files":["a.he', 'text that is not JSON'],
  ])('with %s is refused', async (_, body, found) => {
    const cloud = await northCloud();
    const versions = await dropSingly(cloud, textFile('m.json', body), ['m.json']);
    const { reason } = await planOf(cloud, versions, 'm.json');
    expect(reason?.code).toBe('manifest');
    expect(reason?.message).toContain(`manifest: found ${found}, accepted {"tricuspidManifest":1`);
  });
});

test.each([
  ['r1.hea', 'r1 1 100 500\nr1.hea 16 1000(0)/mV 16 0 0 0 0 II\n', 'wfdb-header', 'a header'],
  ['m.json', '{"tricuspidManifest":1,"files":["m.json"]}', 'manifest', 'a manifest'],
])('%s that names itself is refused', async (name, body, code, what) => {
  const cloud = await northCloud();
  const versions = await dropSingly(cloud, new Map([[name, Buffer.from(body)]]), [name]);
  const message = `found ${what} that names itself, accepted the names of other files`;
  expect((await planOf(cloud, versions, name)).reason).toEqual({ code, message });
});

test('a version that its header has named but that was never received completes nothing', async () => {
  const cloud = await northCloud();
  const files = recordFiles('r1', 1);
  cloud.intake.drop(`${FOLDER}r1.dat`, files.get('r1.dat') as Uint8Array); // put, its event is still on the way
  dropFile(cloud, `${FOLDER}r1.hea`, files.get('r1.hea') as Uint8Array);
  await deliver(cloud, cloud.waiting.shift() as QueuedMessage);
  await drainInOrder(cloud);
  expect(cloud.intake.keys('sets/')).toEqual([]);
  expect(cloud.archive.keys('ledger/north/').filter((key) => key.endsWith('plan.json'))).toEqual([]);
});

test('parts of a set that was set aside stay, those of one that is done may expire', async () => {
  const cloud = await northCloud();
  const files = recordFiles('r1', 1);
  cloud.archive.drop('sites/north.json', '{}');
  const versions = await dropSingly(cloud, files, ['r1.dat', 'r1.hea']);
  expect(await planOf(cloud, versions, 'r1.hea')).toMatchObject({ state: 'quarantined' });
  expect(cloud.intake.isDone(`${FOLDER}r1.dat`, versions.get('r1.dat') as string)).toBe(false);
});
