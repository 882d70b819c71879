// The real thing under chaos: hundreds of drops into a twin that is killed again and again, and what must be left of it.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpSites } from '#cli/pass.ts';
import { shippedVersion } from '#cli/shipped.ts';
import { parseFaultPlan } from '#infra/twin/faults/plan.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { receiptKey } from '#lib/ledger/keys.ts';
import { random } from '#lib/simulate/random.ts';
import { TABLE_NAMES } from '#lib/tables/columns.ts';
import { makePlace, type Place, start } from './chaos/cloud.ts';
import { dropUnderKills, mortalCloud, putAll, putOnce } from './chaos/disturbed.ts';
import { contentOf, type Evidence, gather, versionsInOrder } from './chaos/evidence.ts';
import { expectedCounts, expectedReasons, ledgerCounts, ledgerReasons } from './chaos/expectation.ts';
import { type ChaosDrop, chaosDrops, chaosSites } from './chaos/hospitals.ts';
import { killWorkers } from './chaos/worker-killer.ts';

/** For a machine that does much else besides. */
const PATIENCE_MS = 1_800_000;
const KILLS_PER_HALF = 3;
const faults = parseFaultPlan('chaos', {
  seed: 'chaos',
  faults: [
    { fault: 'duplicate-event', probability: 0.3 },
    { fault: 'late-event', probability: 0.6, upToSeconds: 2 },
  ],
});

let place: Place;
let cohort: Cohort;

beforeAll(async () => {
  place = await makePlace();
  const name = 'cad-measurements';
  cohort = {
    name: 'chaos',
    title: 'simulated patients of four hospitals',
    model: { name, version: await shippedVersion(name) },
    label: 'coronary-artery-disease',
    sites: chaosSites().map(({ site }) => site),
  };
}, PATIENCE_MS);
afterAll(() => place?.remove());

/** What has to hold whatever happened, for the versions that were put. */
function describeLedger(evidence: () => Evidence, put: () => readonly ChaosDrop[]): void {
  it('received every version, each with one receipt', () => {
    const { versions, receipts, undeliveredEvents } = evidence();
    expect([...receipts].sort()).toEqual(versions.map(({ key, versionId }) => receiptKey(key, versionId)).sort());
    expect(put()).toHaveLength(versions.length);
    expect(undeliveredEvents).toBe(0);
  });

  it('leaves a complete ledger without a contradiction', () => {
    const { ledger } = evidence();
    expect(ledger.problems).toEqual([]);
    expect({ complete: ledger.complete, unreceived: ledger.unreceived }).toEqual({ complete: true, unreceived: 0 });
  });

  it('gives every item the one outcome that it was made for', () => {
    expect(ledgerCounts(evidence())).toEqual(expectedCounts(put()));
    expect(ledgerReasons(evidence())).toEqual(expectedReasons(put()));
  });

  it('leaves no message in any queue and nothing in quarantine', () => {
    expect(evidence().messages).toEqual({});
    expect(evidence().quarantined).toEqual([]);
  });
}

describe('500 drops into a twin that is killed seven times, with duplicated and reordered events', () => {
  const drops = chaosDrops('chaos', 500);
  let disturbed: Evidence;
  let undisturbed: Evidence;
  let put: readonly ChaosDrop[];

  beforeAll(async () => {
    const cloud = await mortalCloud({ place, stateFolder: join(place.folder, 'disturbed'), faults });
    await setUpSites(await cloud.now(), chaosSites());
    const stream = random('kills');
    await dropUnderKills(cloud, drops.slice(0, 250), KILLS_PER_HALF, stream);
    // Killed with nothing to do. From here on time is waited for again, so that the next kills meet messages of their own.
    await cloud.kill();
    const running = await dropUnderKills(cloud, drops.slice(250), KILLS_PER_HALF, stream);
    disturbed = await gather(running, cohort);
    await running.twin.stop();
    put = versionsInOrder(disturbed, drops);

    // The same versions in the same order: a put whose answer was lost and that was repeated is two versions here too.
    const calm = await start(place, join(place.folder, 'undisturbed'));
    await setUpSites(calm, chaosSites());
    await putAll(put, (drop) => putOnce(calm, drop));
    await calm.twin.idle();
    undisturbed = await gather(calm, cohort);
    await calm.twin.stop();
  }, PATIENCE_MS);

  describeLedger(
    () => disturbed,
    () => put,
  );

  it('stored each drop at least once', () => {
    const stored = new Set(put);
    expect(drops.filter((drop) => !stored.has(drop))).toEqual([]);
    expect(put.length).toBeGreaterThanOrEqual(drops.length);
  });

  it('stores the studies, predictions and results of an undisturbed cloud, byte for byte', () => {
    expect(disturbed.studies).toEqual(undisturbed.studies);
    expect(disturbed.predictions).toEqual(undisturbed.predictions);
    expect(disturbed.results).toEqual(undisturbed.results);
    expect(disturbed.results.size).toBeGreaterThan(200);
  });

  it.each(TABLE_NAMES)('merges the rows of an undisturbed cloud, but for when and as what a drop came: %s', (table) => {
    expect(contentOf(disturbed.tables[table])).toEqual(contentOf(undisturbed.tables[table]));
    expect(disturbed.tables[table].length).toBeGreaterThan(200);
  });

  it('writes the report of an undisturbed cloud, byte for byte', () => {
    expect(disturbed.report).toEqual(undisturbed.report);
    expect(JSON.parse(disturbed.report.get('internal/report.json') ?? '').provenance.missing).toBe(0);
  });
});

describe('60 drops into a twin whose functions are killed while they work', () => {
  const drops = chaosDrops('workers', 60);
  const functions = ['route', 'intake', 'predict', 'publish', 'settle', 'tabulate'];
  let evidence: Evidence;
  let put: readonly ChaosDrop[];
  let killed: ReadonlyMap<string, number>;

  beforeAll(async () => {
    const stateFolder = join(place.folder, 'workers');
    const running = await start(place, stateFolder, { faults, skipIdleTime: true });
    await setUpSites(running, chaosSites());
    const work = { done: false };
    const killing = killWorkers(stateFolder, functions, 2, random('workers'), () => work.done);
    await putAll(drops, (drop) => putOnce(running, drop));
    await running.twin.idle();
    work.done = true;
    killed = await killing;
    await running.twin.idle();
    evidence = await gather(running, cohort);
    await running.twin.stop();
    put = versionsInOrder(evidence, drops);
  }, PATIENCE_MS);

  describeLedger(
    () => evidence,
    () => put,
  );

  it('has killed some, of several functions', () => {
    expect([...killed.values()].filter((count) => count > 0).length).toBeGreaterThan(2);
  });
});
