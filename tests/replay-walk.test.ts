// Drops tried again at random moments, over the real steps: with crashes, late messages of earlier attempts and poison. Once
// everything that was set aside has been tried again, the end is the undisturbed one, and every attempt can still be seen.
import { beforeAll, expect, test } from 'vitest';
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
import { drainInOrder, dropFile, type MemoryCloud, memoryCloud } from './steps/memory-cloud.ts';
import { doubleLoader, plainContract, putContract } from './steps/models.ts';
import { heal, restlessOperator, setAside, tryAgain, verdictOf } from './steps/operator.ts';
import { CrashGate, drive } from './steps/random-driver.ts';

const WALKS = 120;
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

async function countedIn(cloud: MemoryCloud, site: string): Promise<Counted> {
  const tables = await tablesOf(cloud);
  const { studies, predictions, labels } = countedRows(tables);
  const { sites: bySite } = await countLedger(cloud.archive, cloud.intake);
  return {
    outcomes: bySite.map(({ outcomes }) => outcomes),
    studies: texts(studies),
    predictions: texts(predictions),
    labels: texts(labels),
    selection: selectCohort(tables, { ...cohort, sites: [site] }),
  };
}

beforeAll(async () => {
  contract = await plainContract();
  const label = simulation.sites.flatMap(({ tables }) => tables.flatMap((table) => table.label?.name ?? []))[0];
  cohort = { name: 'walk', title: 'Walk', model: { name: contract.name, version: contract.version }, label };
  for (const site of sites) {
    const cloud = cloudOf(site);
    await drainInOrder(cloud);
    undisturbed.set(site, await countedIn(cloud, site));
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

test(`${WALKS} walks in which drops are tried again end like the undisturbed one`, async () => {
  const met = { begun: 0, crashes: 0, setAside: 0, attempts: 0 };
  for (let n = 0; n < WALKS; n++) {
    const site = sites[n % sites.length];
    const stream = random(`replay ${n}`);
    const crash = new CrashGate();
    const cloud = cloudOf(site, crash.gate);
    const poison = stream.pick(POISONED);
    const operator = restlessOperator(cloud, stream, crash, stream.integer(0, MAXIMUM_REPLAYS));
    const faults = stream.integer(0, MAXIMUM_FAULTS);
    const common = { random: stream, crash, echoes: true };
    await drive(cloud, { ...common, faults, operator: operator.act, ...(poison && { poison }) });
    for (let again = stream.integer(0, 3); again > 0; again--) {
      await operator.act();
      await drive(cloud, {
        ...common,
        faults: stream.integer(0, 4),
        operator: operator.act,
        ...(poison && { poison }),
      });
    }
    met.setAside += (await setAside(cloud)).length;
    await repair(cloud, () => drive(cloud, { ...common, faults: 0 }));
    const walk = `walk ${n}`;
    expect({ walk, ...(await verdictOf(cloud)) }).toEqual({ walk, problems: [], complete: true });
    expect({ walk, open: openAttempts(cloud) }).toEqual({ walk, open: [] });
    expect({ walk, ...(await countedIn(cloud, site)) }).toEqual({ walk, ...undisturbed.get(site) });
    const { closed } = await snapshot('walk', undefined, cloud.archive);
    expect({ walk, missing: closed.missing }).toEqual({ walk, missing: 0 });
    const attempts = cloud.archive.keys('ledger/').filter((key) => key.endsWith('/received.json')).length;
    expect({ walk, receipts: cloud.intake.keys('receipts/').length }).toEqual({ walk, receipts: attempts });
    met.begun += operator.state.begun;
    met.crashes += crash.crashes;
    met.attempts += attempts;
  }
  expect(met.begun).toBeGreaterThan(WALKS);
  expect(met.setAside).toBeGreaterThan(WALKS / 8);
  expect(met.crashes).toBeGreaterThan(WALKS / 2);
});
