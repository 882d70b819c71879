// The real steps over ports in memory, walked at random: whatever happens on the way, the end is the undisturbed one.
import { beforeAll, describe, expect, test } from 'vitest';
import type { ModelLoader } from '#lib/inference/sessions.ts';
import { countLedger, type Ledger } from '#lib/ledger/count.ts';
import type { Gate } from '#lib/local/memory.ts';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { drainInOrder, dropFile, type MemoryCloud, memoryCloud } from './steps/memory-cloud.ts';
import { copyModels, doubleLoader, installShipped, plainContract, putContract } from './steps/models.ts';
import { CrashGate, type DriverEnd, type DriverOptions, drive } from './steps/random-driver.ts';
import { contentHashes, tableTexts } from './steps/snapshot.ts';

const WALKS = 120;
const POISONED_WALKS = 60;
const WALKS_WITH_SHIPPED_MODEL = 4;
const MAXIMUM_FAULTS = 12;

const simulation = simulateHospitals({ seed: 'steps-walk', sites: 4, peoplePerSite: 12 });

const EVERYBODY = simulation.sites.map(({ site }) => site);

/** One way of scoring, and the undisturbed end of each set of sites. */
interface Setting {
  readonly loader: ModelLoader;
  readonly install: (cloud: MemoryCloud) => Promise<void>;
}

const dropsOf = (sites: readonly string[]) => simulation.drops.filter(({ site }) => sites.includes(site));

async function cloudWithDrops(
  { loader, install }: Setting,
  sites: readonly string[],
  gate?: Gate,
): Promise<MemoryCloud> {
  const cloud = memoryCloud({ models: loader, sites: simulation.sites, ...(gate && { gate }) });
  await install(cloud);
  for (const { site, path, body } of dropsOf(sites)) dropFile(cloud, `drops/${site}/${path}`, body);
  return cloud;
}

async function undisturbed(setting: Setting, sites: readonly string[]): Promise<MemoryCloud> {
  const cloud = await cloudWithDrops(setting, sites);
  await drainInOrder(cloud);
  return cloud;
}

async function walk(
  setting: Setting,
  sites: readonly string[],
  options: Omit<DriverOptions, 'crash'>,
): Promise<MemoryCloud & DriverEnd> {
  const crash = new CrashGate();
  const cloud = await cloudWithDrops(setting, sites, crash.gate);
  const end = await drive(cloud, { ...options, crash });
  return { ...cloud, ...end };
}

/** Nothing is lost, nothing is twice, every drop has its receipt. */
async function expectComplete(cloud: MemoryCloud, sites: readonly string[]): Promise<Ledger> {
  const ledger = await countLedger(cloud.archive, cloud.intake);
  const drops = dropsOf(sites).length;
  expect({ problems: ledger.problems, complete: ledger.complete }).toEqual({ problems: [], complete: true });
  expect({ received: ledger.total.received, versions: ledger.total.versions }).toEqual({
    received: drops,
    versions: drops,
  });
  expect(cloud.intake.keys('receipts/').length).toBe(drops);
  return ledger;
}

/** Each site's items as the simulation knows them. */
function expectTruth({ sites }: Ledger): void {
  for (const { site, items, outcomes } of sites) {
    const { items: made, scored, filed, repeated, rejected } = simulation.truth.sites[site];
    expect({ site, items, ...outcomes, published: outcomes.published + outcomes.abstained, abstained: 0 }).toEqual({
      site,
      items: made,
      published: scored,
      abstained: 0,
      filed,
      repeated,
      rejected,
      quarantined: 0,
    });
  }
}

interface Snapshot {
  readonly tables: Awaited<ReturnType<typeof tableTexts>>;
  readonly files: Readonly<Record<string, string>>;
  readonly predictions: Readonly<Record<string, string>>;
}

const snapshotOf = async ({ archive }: MemoryCloud): Promise<Snapshot> => ({
  tables: await tableTexts(archive),
  files: await contentHashes(archive, 'results/', 'studies/'),
  predictions: await contentHashes(archive, 'predictions/'),
});

/** Halves of a unit are other objects with the same rows; everything else is the same bytes. */
async function expectSameAs(undisturbed: Snapshot, cloud: MemoryCloud): Promise<void> {
  const found = await snapshotOf(cloud);
  const ofWholeUnits = Object.entries(found.predictions).filter(([key]) => !key.includes('.rows-'));
  expect(found.files).toEqual(undisturbed.files);
  expect({ ...undisturbed.predictions, ...Object.fromEntries(ofWholeUnits) }).toEqual(undisturbed.predictions);
  expect(found.tables).toEqual(undisturbed.tables);
}

const walkRandom = (name: string, n: number): Random => random(`steps ${name} ${n}`);

describe('with a logistic function in place of the model', () => {
  let setting: Setting;
  const ends = new Map<string, MemoryCloud>();
  const snapshots = new Map<string, Snapshot>();

  beforeAll(async () => {
    const contract = await plainContract();
    setting = { loader: doubleLoader(contract), install: async ({ archive }) => putContract(archive, contract) };
    for (const site of EVERYBODY) {
      const end = await undisturbed(setting, [site]);
      ends.set(site, end);
      snapshots.set(site, await snapshotOf(end));
    }
  });

  test('the undisturbed way ends as the simulation knows it must', async () => {
    for (const [site, cloud] of ends) expectTruth(await expectComplete(cloud, [site]));
  });

  test(`${WALKS} walks with crashes, duplicates and late twins end like the undisturbed one`, async () => {
    let disturbed = 0;
    for (let n = 0; n < WALKS; n++) {
      const site = EVERYBODY[n % EVERYBODY.length];
      const stream = walkRandom('walk', n);
      const cloud = await walk(setting, [site], { random: stream, faults: stream.integer(0, MAXIMUM_FAULTS) });
      const ledger = await expectComplete(cloud, [site]);
      expect(cloud.archive.keys('ledger/open/')).toEqual([]);
      disturbed += cloud.crashes;
      if (ledger.total.outcomes.quarantined > 0) continue;
      expectTruth(ledger);
      await expectSameAs(snapshots.get(site) as Snapshot, cloud);
    }
    expect(disturbed).toBeGreaterThan(WALKS / 4);
  });

  test(`${POISONED_WALKS} walks with messages that no delivery can finish lose nothing and end`, async () => {
    const queues = ['arrivals', 'intake', 'predict', 'publish', 'settle', 'tabulate'] as const;
    const dead = new Set<string>();
    let setAside = 0;
    for (let n = 0; n < POISONED_WALKS; n++) {
      const site = EVERYBODY[n % EVERYBODY.length];
      const stream = walkRandom('poison', n);
      const poison = queues[n % queues.length];
      const cloud = await walk(setting, [site], { random: stream, faults: stream.integer(0, 4), poison });
      const { total } = await expectComplete(cloud, [site]);
      setAside += total.outcomes.quarantined;
      if (cloud.deadLetters > 0) dead.add(poison);
    }
    expect(setAside).toBeGreaterThan(0);
    expect([...dead].sort()).toEqual([...queues].sort());
  });
});

describe('with the shipped model', () => {
  test(`${WALKS_WITH_SHIPPED_MODEL} walks of four hospitals end with the same bytes as the undisturbed one`, async () => {
    const shipped = await installShipped();
    const setting: Setting = { loader: shipped.loader, install: ({ archive }) => copyModels(shipped.archive, archive) };
    const end = await undisturbed(setting, EVERYBODY);
    expectTruth(await expectComplete(end, EVERYBODY));
    const snapshot = await snapshotOf(end);
    for (let n = 0; n < WALKS_WITH_SHIPPED_MODEL; n++) {
      const cloud = await walk(setting, EVERYBODY, { random: walkRandom('shipped', n), faults: 8 });
      const { total } = await expectComplete(cloud, EVERYBODY);
      if (total.outcomes.quarantined === 0) await expectSameAs(snapshot, cloud);
    }
  });
});
