// Drops tried again at random moments, over the real steps: with crashes, late messages of earlier attempts and poison. Once
// everything that was set aside has been tried again, the end is the undisturbed one, and every attempt can still be seen.
import { beforeAll, expect, test, vi } from 'vitest';
import { snapshot } from '#functions/audit/completeness.ts';
import { countedRows } from '#lib/cohort/attempts.ts';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { countLedger } from '#lib/ledger/count.ts';
import type { Gate } from '#lib/local/memory.ts';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { random } from '#lib/simulate/random.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { NORTH } from './steps/hospital.ts';
import { drainInOrder, dropFile, type MemoryCloud, memoryCloud } from './steps/memory-cloud.ts';
import { doubleLoader, plainContract, putContract } from './steps/models.ts';
import { heal, restlessOperator, setAside, tryAgain, verdictOf } from './steps/operator.ts';
import { CrashGate, drive } from './steps/random-driver.ts';
import { heartbeats, recordFiles, together, zipped } from './steps/wfdb-records.ts';

// Thousands of deliveries, more slowly where test files share a processor.
vi.setConfig({ testTimeout: 180_000 });

const WALKS = 60;
const ECG_WALKS = 40;
const MAXIMUM_FAULTS = 10;
const MAXIMUM_REPLAYS = 6;
const POISONED = [undefined, 'arrivals', 'intake', 'predict', 'publish', 'settle', 'tabulate'] as const;

const simulation = simulateHospitals({ seed: 'replay-walk', sites: 4, peoplePerSite: 12 });
const sites = simulation.sites.map(({ site }) => site);

let contract: ModelContract;
let cohort: Cohort;
const undisturbed = new Map<string, Counted>();

/** What must be the same in the end, however often a drop was tried. */
interface Counted {
  readonly outcomes: unknown;
  readonly studies: readonly string[];
  readonly predictions: readonly string[];
  readonly labels: readonly string[];
  readonly selection: unknown;
}

function cloudOf(site: string, gate?: Gate): MemoryCloud {
  const cloud = memoryCloud({ models: doubleLoader(contract), sites: simulation.sites, ...(gate && { gate }) });
  putContract(cloud.archive, contract);
  for (const drop of simulation.drops.filter((each) => each.site === site)) {
    dropFile(cloud, `drops/${site}/${drop.path}`, drop.body);
  }
  return cloud;
}

/** A hospital with a zip of three ECGs, and a fourth as header and signal file. */
function ecgCloud(gate?: Gate): MemoryCloud {
  const cloud = memoryCloud({ models: doubleLoader(contract), sites: [NORTH], ...(gate && { gate }) });
  putContract(cloud.archive, contract);
  dropFile(cloud, 'drops/north/night.zip', zipped(together(brief('a', 1), brief('b', 2), brief('c', 3))));
  for (const [name, body] of brief('d', 4)) dropFile(cloud, `drops/north/${name}`, body);
  return cloud;
}

/** Besides, a zip with two of the three, at the same places among others, and the first zip once more. */
function overlappingCloud(gate?: Gate): MemoryCloud {
  const cloud = ecgCloud(gate);
  dropFile(
    cloud,
    'drops/north/more.zip',
    zipped(together(brief('a2', 5), brief('b', 2), brief('c', 3), brief('e', 6))),
  );
  dropFile(cloud, 'drops/north/again.zip', zipped(together(brief('a', 1), brief('b', 2), brief('c', 3))));
  return cloud;
}

const brief = (name: string, heart: number) =>
  recordFiles(name, heart, { leads: [{ name: 'II', samplesMv: heartbeats(heart, 1, 1) }] });

async function tablesOf({ archive }: MemoryCloud): Promise<CohortTables> {
  const read = async <T extends keyof CohortTables>(table: T) =>
    (await readObjects(archive, table, await tableObjects(archive, table))) as unknown as CohortTables[T];
  return {
    studies: await read('studies'),
    predictions: await read('predictions'),
    labels: await read('labels'),
    ledger: await read('ledger'),
  };
}

/** When, as what and in which attempt a drop came is no part of what it says. */
const OCCASION = ['receivedAt', 'dropKey', 'versionId', 'attempt'];

const texts = (rows: readonly object[]): readonly string[] =>
  rows.map((row) => JSON.stringify(Object.entries(row).filter(([name]) => !OCCASION.includes(name)))).sort();

async function countedIn(cloud: MemoryCloud): Promise<Counted> {
  const tables = await tablesOf(cloud);
  const { studies, predictions, labels } = countedRows(tables);
  const { sites: bySite } = await countLedger(cloud.archive, cloud.intake);
  return {
    outcomes: bySite.map(({ outcomes }) => outcomes),
    studies: texts(studies),
    predictions: texts(predictions),
    labels: texts(labels),
    selection: selectCohort(tables, cohort),
  };
}

beforeAll(async () => {
  contract = await plainContract();
  const label = simulation.sites.flatMap(({ tables }) => tables.flatMap((table) => table.label?.name ?? []))[0];
  cohort = { name: 'walk', title: 'Walk', model: { name: contract.name, version: contract.version }, label };
  for (const site of sites) {
    const cloud = cloudOf(site);
    await drainInOrder(cloud);
    undisturbed.set(site, await countedIn(cloud));
  }
});

/** Hints that are left; one whose attempt never began, because the line was lost, is nobody's. */
const openAttempts = ({ archive }: MemoryCloud): readonly string[] =>
  archive
    .keys('ledger/open/')
    .map((key) => key.slice('ledger/open/'.length))
    .filter((drop) => archive.keys(`ledger/${drop}/received.json`).length > 0);

/** Everything that was set aside is tried again, until nothing is. */
async function repair(cloud: MemoryCloud, drain: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 12; round++) {
    await heal(cloud);
    await drain();
    const again = await setAside(cloud);
    for (const drop of again) expect(await tryAgain(cloud, drop)).toBe(true);
    await drain();
    if (again.length === 0 && (await verdictOf(cloud)).complete) return;
  }
}

interface Met {
  begun: number;
  crashes: number;
  setAside: number;
}

/** A walk with an operator who tries drops again at any moment; then everything is repaired, and the end is the undisturbed one. */
async function walk(name: string, made: (gate: Gate) => MemoryCloud, expected: Counted, met: Met): Promise<void> {
  const stream = random(name);
  const crash = new CrashGate();
  const cloud = made(crash.gate);
  const poison = stream.pick(POISONED);
  const operator = restlessOperator(cloud, stream, crash, stream.integer(0, MAXIMUM_REPLAYS));
  const common = { random: stream, crash, echoes: true, operator: operator.act, ...(poison && { poison }) };
  await drive(cloud, { ...common, faults: stream.integer(0, MAXIMUM_FAULTS) });
  for (let again = stream.integer(0, 3); again > 0; again--) {
    await operator.act();
    await drive(cloud, { ...common, faults: stream.integer(0, 4) });
  }
  met.setAside += (await setAside(cloud)).length;
  await repair(cloud, () => drive(cloud, { random: stream, crash, faults: 0 }));
  expect({ name, ...(await verdictOf(cloud)) }).toEqual({ name, problems: [], complete: true });
  expect({ name, open: openAttempts(cloud) }).toEqual({ name, open: [] });
  expect({ name, ...(await countedIn(cloud)) }).toEqual({ name, ...expected });
  const { closed } = await snapshot('walk', undefined, cloud.archive);
  expect({ name, missing: closed.missing }).toEqual({ name, missing: 0 });
  const attempts = cloud.archive.keys('ledger/').filter((key) => key.endsWith('/received.json')).length;
  expect({ name, receipts: cloud.intake.keys('receipts/').length }).toEqual({ name, receipts: attempts });
  met.begun += operator.state.begun;
  met.crashes += crash.crashes;
}

function expectEnough({ begun, crashes, setAside: aside }: Met, walks: number): void {
  expect(begun).toBeGreaterThan(walks / 4);
  expect(crashes).toBeGreaterThan(walks / 4);
  expect(aside).toBeGreaterThan(walks / 8);
}

test(`${WALKS} walks in which drops are tried again end like the undisturbed one`, async () => {
  const met: Met = { begun: 0, crashes: 0, setAside: 0 };
  for (let n = 0; n < WALKS; n++) {
    const site = sites[n % sites.length];
    await walk(`replay ${n}`, (gate) => cloudOf(site, gate), undisturbed.get(site) as Counted, met);
  }
  expectEnough(met, WALKS);
});

test(`${ECG_WALKS} walks with a zip of ECGs and a record of several objects end like the undisturbed one`, async () => {
  const plain = ecgCloud();
  await drainInOrder(plain);
  const expected = await countedIn(plain);
  expect(expected.outcomes).toEqual([expect.objectContaining({ abstained: 4, quarantined: 0, rejected: 0 })]);
  const met: Met = { begun: 0, crashes: 0, setAside: 0 };
  for (let n = 0; n < ECG_WALKS; n++) await walk(`replay ECGs ${n}`, ecgCloud, expected, met);
  expectEnough(met, ECG_WALKS);
});

test(`${ECG_WALKS} walks with zips that share ECGs make one study of each, whoever has it`, async () => {
  const plain = overlappingCloud();
  await drainInOrder(plain);
  const expected = await countedIn(plain);
  expect(expected.outcomes).toEqual([expect.objectContaining({ abstained: 6, repeated: 5, quarantined: 0 })]);
  expect(expected.studies).toHaveLength(6);
  const met: Met = { begun: 0, crashes: 0, setAside: 0 };
  for (let n = 0; n < ECG_WALKS; n++) await walk(`replay shared ECGs ${n}`, overlappingCloud, expected, met);
  expectEnough(met, ECG_WALKS);
});
