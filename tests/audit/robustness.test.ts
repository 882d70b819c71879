// The model asked again about disturbed studies, from drop to report: what is asked, what is stored, and what is said when it cannot be.
import { beforeAll, expect, test } from 'vitest';
import { audit } from '#functions/audit/audit.ts';
import { type AuditPorts, rerunsOf } from '#functions/audit/reruns.ts';
import { InvalidModel } from '#functions/errors.ts';
import { installModel } from '#functions/install/install.ts';
import { explainExamples } from '#lib/attribution/explain-examples.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { type RunPlan, runKey } from '#lib/cohort/run.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { contractOf } from '#lib/inference/catalogue.ts';
import { measurementsAbstention } from '#lib/inference/measurements-abstention.ts';
import { measurementsScores } from '#lib/inference/measurements-scores.ts';
import { createLoader, type ModelLoader, readsMeasurements } from '#lib/inference/sessions.ts';
import { disabledKey } from '#lib/ledger/keys.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket } from '#lib/local/memory.ts';
import type { Report } from '#lib/report/record.ts';
import { isRerun, type RerunResult, type Reruns } from '#lib/robustness/disturbance.ts';
import { parseSite } from '#lib/sites/site.ts';
import type { TableName } from '#lib/tables/columns.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { storedLeads } from '../ecg-unit.ts';
import { ECG_AF } from '../lib/inference/models.ts';
import { HEADER, LABEL_HEADER, NORTH, northCloud, row } from '../steps/hospital.ts';
import { drainInOrder, dropFile, type MemoryCloud, memoryCloud, recordAt, START_MS } from '../steps/memory-cloud.ts';
import { copyModels, plainContract } from '../steps/models.ts';
import { recordFiles, together, zipped } from '../steps/wfdb-records.ts';

const PEOPLE = Array.from({ length: 40 }, (_, n) => n + 1);

async function northCohort(more: Partial<Cohort> = {}): Promise<Cohort> {
  const { name, version } = await plainContract();
  return {
    ...{ name: 'north-cad', title: 'North', model: { name, version }, label: 'coronary-artery-disease' },
    ...more,
  };
}

/** Forty people with their labels, in the tables. */
async function northTables(): Promise<MemoryCloud> {
  const cloud = await northCloud();
  dropFile(cloud, 'drops/north/tests.csv', [HEADER, ...PEOPLE.map(row)].join('\n'));
  const labels = PEOPLE.map((n) => `P${n},${n % 2 ? 'no' : 'yes'},2026-01-05`);
  dropFile(cloud, 'drops/north/outcomes.csv', [LABEL_HEADER, ...labels].join('\n'));
  await drainInOrder(cloud);
  return cloud;
}

const planOf = (cohort: Cohort): RunPlan => ({
  ...{ run: 'r1', cohort, publicData: true, command: 'tricuspid run --test' },
  deadline: new Date(START_MS + 86_400_000).toISOString(),
});

/** The studies of this cohort, as the audit finds them. */
async function selectedOf({ archive }: MemoryCloud, cohort: Cohort) {
  const read = async <T extends TableName>(table: T) => readObjects(archive, table, await tableObjects(archive, table));
  const ledger = await read('ledger');
  const tables = {
    studies: await read('studies'),
    predictions: await read('predictions'),
    labels: await read('labels'),
  };
  return { selection: selectCohort({ ...tables, ledger }, cohort), ledger };
}

/** What the audit of this cohort asks and is told, without the report. */
async function asked(cloud: MemoryCloud, cohort: Cohort, ports: Partial<AuditPorts> = {}): Promise<RerunResult> {
  const { archive } = cloud;
  const { selection, ledger } = await selectedOf(cloud, cohort);
  const model = await contractOf(archive, { model: cohort.model.name, version: cohort.model.version });
  const input = { plan: planOf(cohort), selection, ledger, model, seed: 'seed' };
  return rerunsOf(input, { ...cloud.ports, ...ports });
}

async function answered(...about: Parameters<typeof asked>): Promise<Reruns> {
  const result = await asked(...about);
  if (!isRerun(result)) throw new Error(`found nothing rerun (${result.notRun}), expected answers`);
  return result;
}

/** The report's files, and then neither them nor the end of the run. */
async function takeReport({ archive }: MemoryCloud): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const key of archive.keys('reports/north-cad/')) {
    files.set(key, Buffer.from((await archive.get(key))?.body ?? []).toString('base64'));
    await archive.remove(key);
  }
  await archive.remove(runKey('r1', '_SUCCESS'));
  return files;
}

test('a report holds what the model says of disturbed studies; another delivery writes the same bytes without asking', async () => {
  const cloud = await northTables();
  cloud.archive.drop(runKey('r1', 'plan.json'), JSON.stringify(planOf(await northCohort())));
  await audit({ run: 'r1' }, cloud.ports);
  const { chapters } = await recordAt<Report>(cloud.archive, 'reports/north-cad/r1/internal/report.json');
  expect(chapters.robustness).toMatchObject({
    notRun: null,
    draw: { drawn: 40, withOutcome: 20, without: 20, unrepeated: 0, largestDifference: 0 },
  });
  const cholesterol = chapters.robustness?.results.find(({ id }) => id === 'unit-cholesterol-mmol-l-as-mg-dl');
  expect(cholesterol?.withOutcome).toEqual({ applied: 20, answered: 0, silent: 0, refused: 20, warned: 0 });
  const first = await takeReport(cloud);
  await audit({ run: 'r1' }, { ...cloud.ports, models: NONE });
  const second = await takeReport(cloud);
  expect([...second].filter(([key, body]) => first.get(key) !== body)).toEqual([]);
  expect(second.size).toBe(first.size);
});

const NONE: ModelLoader = async () => {
  throw new Error('found no model, expected none to be asked');
};

test('the answer that is stored counts, whoever comes later', async () => {
  const cloud = await northTables();
  const first = await asked(cloud, await northCohort());
  expect(await asked(cloud, await northCohort({ robustness: { studies: 3 } }), { models: NONE })).toEqual(first);
});

test('the reason why the model is not asked is stored, too', async () => {
  const { name, version } = await plainContract();
  const refused: ModelLoader = async () => {
    throw new InvalidModel(`${name}@${version}`, 'final.onnx: found another hash, allowed that of the contract');
  };
  const cloud = await northTables();
  const why = async (cohort: Cohort, ports: Partial<AuditPorts> = {}) => {
    const result = await asked(cloud, cohort, ports);
    expect(await asked(cloud, await northCohort())).toEqual(result);
    for (const key of cloud.archive.keys(runKey('r1', '_RERUNS'))) await cloud.archive.remove(key);
    return result;
  };
  expect(await why(await northCohort({ robustness: { studies: 0 } }))).toEqual({
    notRun: "the cohort's rule asks for none",
  });
  expect(await why(await northCohort({ label: 'another-disease' }))).toEqual({
    notRun: 'no study is in the primary analysis',
  });
  expect(await why(await northCohort(), { models: refused })).toMatchObject({
    notRun: expect.stringMatching(/^the model was refused: .*found another hash/),
  });
  cloud.archive.drop(disabledKey(name, version), '{}');
  expect(await why(await northCohort())).toEqual({ notRun: 'the model is switched off' });
});

test('an attempt that ends in the middle leaves a mark; after two the report goes on without', async () => {
  const cloud = await northTables();
  const cohort = await northCohort();
  await expect(asked(cloud, cohort, { models: NONE })).rejects.toThrow('found no model');
  await expect(asked(cloud, cohort, { models: NONE })).rejects.toThrow('found no model');
  expect(await asked(cloud, cohort, { models: NONE })).toMatchObject({
    notRun: expect.stringMatching(/^2 attempts ended in the middle/),
  });
});

test('an attempt after one that ended in the middle asks the model', async () => {
  const cloud = await northTables();
  await expect(asked(cloud, await northCohort(), { models: NONE })).rejects.toThrow('found no model');
  expect((await answered(cloud, await northCohort())).studies.length).toBe(40);
});

test('what is not reached in time is counted', async () => {
  const cloud = await northTables();
  let hours = 0;
  const stopwatch = { now: () => 3_600_000 * hours++ };
  expect(await answered(cloud, await northCohort(), { stopwatch })).toMatchObject({
    drawn: 40,
    studies: [],
    unreached: 40,
  });
});

test('the examples come with what the model says of them without each value, and with the test of that order', async () => {
  const cloud = await northTables();
  const cohort = await northCohort();
  const { explanations = [] } = await answered(cloud, cohort);
  const { selection } = await selectedOf(cloud, cohort);
  const model = await cloud.ports.models({ model: cohort.model.name, version: cohort.model.version });
  if (!readsMeasurements(model)) throw new Error('found another model');
  expect(explanations.length).toBeGreaterThan(0);
  for (const { studyKey, score, parts } of explanations) {
    const [row] = selection.rows.filter((one) => one.studyKey === studyKey);
    expect(score).toBe(row.score);
    const session = await model.session(row.file ?? '');
    const left = parts.map(({ name }) =>
      Object.fromEntries(Object.entries(row.measurements).filter(([one]) => one !== name)),
    );
    const scores = await measurementsScores(model.contract, session, left);
    const said = left.map((one, n) => (measurementsAbstention(model.contract, one) === undefined ? scores[n] : null));
    expect(parts.map((part) => part.score)).toEqual(said);
    expect(parts.map(({ name }) => name)).not.toContain('age');
  }
});

const AF = '164889003';
const SITE = parseSite({
  ...NORTH,
  headerLabels: [{ name: 'atrial-fibrillation', positive: [AF], source: 'test', method: 'simulated' }],
});
const ECG_COHORT: Cohort = {
  ...{ name: 'north-af', title: 'North', model: { name: 'ecg-af', version: '1.0.0' }, label: 'atrial-fibrillation' },
  robustness: { studies: 4 },
};

let installed: MemoryBucket;
let models: ModelLoader;

beforeAll(async () => {
  installed = new MemoryBucket();
  await installModel('ecg-af', folderReader(ECG_AF), installed);
  models = createLoader(installed, 1);
});

/** Six ECGs in one zip, and so in one unit; half of them fibrillate. */
async function ecgCloud(): Promise<MemoryCloud> {
  const cloud = memoryCloud({ models, sites: [SITE] });
  await copyModels(installed, cloud.archive);
  const records = Array.from({ length: 6 }, (_, n) => {
    const fibrillates = n % 2 === 0;
    const leads = storedLeads({ seed: n, ...(fibrillates && { fibrillation: 'always' as const }) }, ['I', 'II', 'V6']);
    const comments = [`Dx: ${fibrillates ? AF : '426783006'}`];
    return recordFiles(`r${n}`, 1, { samplingRateHz: 500, leads, comments });
  });
  dropFile(cloud, 'drops/north/night.zip', zipped(together(...records)));
  await drainInOrder(cloud);
  return cloud;
}

test('ECGs of one unit are found, disturbed and judged again by the weights that judged them', async () => {
  const cloud = await ecgCloud();
  const { studies, disturbances, drawn, gone } = await answered(cloud, ECG_COHORT);
  expect(drawn).toBe(4);
  expect([studies.length, gone]).toEqual([drawn, 0]);
  for (const { undisturbed } of studies) expect(undisturbed).toMatchObject({ score: expect.any(Number) });
  const place = (id: string) => disturbances.findIndex((disturbance) => disturbance.id === id);
  const silent = (id: string) => studies.map(({ outcomes }) => outcomes[place(id)]);
  // 5 s are less than the 9 s that the contract accepts, 2 s without samples more than the 0.3 s that it fills.
  expect(new Set(silent('shorter-half').map((outcome) => JSON.stringify(outcome)))).toEqual(
    new Set(['{"silent":"duration-outside"}']),
  );
  for (const outcome of silent('gap-2s')) expect(outcome).toMatchObject({ silent: 'samples-missing' });
  expect(silent('swap-ra-la').some((outcome) => outcome !== null && 'warned' in outcome)).toBe(true);
  const moved = studies.filter(({ undisturbed, outcomes }) => {
    const noisy = outcomes[place('muscle-0db')];
    return JSON.stringify(noisy) !== JSON.stringify(undisturbed);
  });
  expect(moved.length).toBe(studies.length);
});

test('an ECG is explained by making each second of it flat, in the leads that the model reads', async () => {
  const cloud = await ecgCloud();
  const { selection, ledger } = await selectedOf(cloud, ECG_COHORT);
  const { archive } = cloud;
  const explain = async (mayGoOn: () => boolean) =>
    explainExamples({
      rows: selection.rows.slice(0, 2),
      model: await models({ model: 'ecg-af', version: '1.0.0' }),
      archive,
      ledger,
      mayGoOn,
    });
  const explanations = await explain(() => true);
  expect(explanations).toHaveLength(2);
  for (const { of, score, parts, studyKey } of explanations) {
    expect(of).toBe('stretches made flat');
    expect(score).toBeCloseTo(selection.rows.find((row) => row.studyKey === studyKey)?.score ?? -1, 5);
    expect(parts.map(({ name }) => name).sort()[0]).toBe('0.0 to 1.0 s');
    expect(parts.some((part) => part.score !== null && Math.abs(part.score - score) > 1e-6)).toBe(true);
  }
  expect(await explain(() => false)).toEqual([]);
});

test('ECGs that were erased meanwhile, or are no longer what was judged, are counted and not asked about', async () => {
  for (const [key, body] of [
    ['ecg.bin', undefined],
    ['ecg.bin', 'changed'],
    ['plan.json', undefined],
  ] as const) {
    const cloud = await ecgCloud();
    const [name] = cloud.archive.keys(key === 'ecg.bin' ? 'studies/' : 'ledger/').filter((one) => one.endsWith(key));
    const stored = Buffer.from((await cloud.archive.get(name))?.body ?? []);
    await cloud.archive.remove(name);
    if (body !== undefined) {
      stored[stored.length - 1] ^= 1; // the last sample of the last ECG
      cloud.archive.drop(name, stored);
    }
    const { studies, drawn, gone } = await answered(cloud, ECG_COHORT);
    expect(gone).toBe(body === undefined ? drawn : 1);
    expect(studies.length).toBe(drawn - gone);
  }
});

test('an ECG during which the time runs out is not half asked: it counts as not reached', async () => {
  const cloud = await ecgCloud();
  let seconds = 0;
  const stopwatch = { now: () => 5_000 * seconds++ };
  // 240 s are 48 looks at the stopwatch: one ECG takes one look and one for each disturbance.
  const { studies, disturbances, unreached } = await answered(cloud, ECG_COHORT, { stopwatch });
  expect([studies.length, unreached]).toEqual([1, 3]);
  expect(studies[0].outcomes).toHaveLength(disturbances.length);
});
