// The real thing under chaos: tables and ECGs into a twin that is killed again and again, and what must be left of it.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpSites } from '#cli/pass.ts';
import { shippedVersion } from '#cli/shipped.ts';
import type { FaultCounts } from '#infra/twin/faults/injector.ts';
import { FAULT_KINDS, type FaultPlan, parseFaultPlan } from '#infra/twin/faults/plan.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { receiptKey } from '#lib/ledger/keys.ts';
import { random } from '#lib/simulate/random.ts';
import { TABLE_NAMES } from '#lib/tables/columns.ts';
import { makePlace, type Place, type Running, start } from './chaos/cloud.ts';
import { dropUnderKills, mortalCloud, putAll, putOnce } from './chaos/disturbed.ts';
import { contentOf, type Evidence, gather, keysOf, versionsInOrder } from './chaos/evidence.ts';
import { expectedCounts, expectedReasons, ledgerCounts, ledgerReasons } from './chaos/expectation.ts';
import { type ChaosDrop, chaosDrops, chaosSites } from './chaos/hospitals.ts';

/** For a machine that does much else besides. */
const PATIENCE_MS = 1_800_000;
const KILLS_PER_PART = 2;
const faults = parseFaultPlan('chaos', {
  seed: 'chaos',
  faults: [
    { fault: 'duplicate-event', probability: 0.3 },
    { fault: 'late-event', probability: 0.6, upToSeconds: 2 },
  ],
});

let place: Place;
let cohorts: readonly Cohort[];

beforeAll(async () => {
  place = await makePlace();
  const cohort = async (model: string, label: string): Promise<Cohort> => ({
    name: model,
    title: 'simulated patients of five hospitals',
    model: { name: model, version: await shippedVersion(model) },
    label,
    sites: chaosSites().map(({ site }) => site),
  });
  cohorts = [
    await cohort('cad-measurements', 'coronary-artery-disease'),
    await cohort('ecg-af', 'atrial-fibrillation'),
  ];
}, PATIENCE_MS);
afterAll(() => place?.remove());

/** Each as often as `atMost`, and no function struck so often that a message dies: it may be received three times. */
function everyKind(): FaultPlan {
  const often = { probability: 0.15, atMost: 5 };
  const twice = { probability: 1, atMost: 2 };
  const once = { probability: 1, atMost: 1 };
  return parseFaultPlan('every kind', {
    seed: 'every kind',
    faults: [
      { fault: 'duplicate-event', ...often, probability: 0.4 },
      { fault: 'late-event', ...often, probability: 0.4, upToSeconds: 600 },
      { fault: 's3-conflict', ...often },
      { fault: 's3-unavailable', ...often },
      { fault: 's3-lost-answer', ...often },
      { fault: 'slow-read', ...often, bytesPerSecond: 20_000, prefix: 'studies/' },
      { fault: 'disk-full', ...often },
      { fault: 'sqs-unavailable', ...often },
      { fault: 'sqs-lost-answer', ...often },
      ...['route', 'predict', 'publish'].map((step) => ({ fault: 'kill-function', ...twice, function: step })),
      ...['settle', 'publish'].map((step) => ({ fault: 'hang-function', ...once, function: step })),
      ...['intake', 'tabulate'].map((step) => ({ fault: 'exhaust-memory', ...twice, function: step })),
    ],
  });
}

describe('tables and ECGs into a twin that is killed six times, events twice and late, and then has faults of every kind', () => {
  const drops = chaosDrops('chaos', 90, 2);
  const third = Math.ceil(drops.length / 3);
  const plan = everyKind();
  let disturbed: Evidence;
  let undisturbed: Evidence;
  let put: readonly ChaosDrop[];
  let injected: FaultCounts;

  beforeAll(async () => {
    const cloud = await mortalCloud({ place, stateFolder: join(place.folder, 'disturbed'), faults });
    await setUpSites(await cloud.now(), chaosSites());
    const stream = random('kills');
    await dropUnderKills(cloud, drops.slice(0, third), KILLS_PER_PART, stream);
    // Killed with nothing to do. From here on time is waited for again, so that the next kills meet messages of their own.
    await cloud.kill();
    await dropUnderKills(cloud, drops.slice(third, 2 * third), KILLS_PER_PART, stream);
    const running = await cloud.kill({ faults: plan, speed: 120, skipIdleTime: true });
    await putAll(drops.slice(2 * third), async (drop) => {
      while (!(await isConfirmed(putOnce(running, drop))));
    });
    await running.twin.idle();
    injected = await running.twin.injectedFaults();
    disturbed = await gather(running, cohorts);
    await running.twin.stop();
    put = versionsInOrder(disturbed, drops);

    // The same versions in the same order: a put whose answer was lost and that was repeated is two versions here too.
    const calm = await start(place, join(place.folder, 'undisturbed'));
    await setUpSites(calm, chaosSites());
    await putAll(put, (drop) => putOnce(calm, drop));
    await calm.twin.idle();
    undisturbed = await gather(calm, cohorts);
    await calm.twin.stop();
  }, PATIENCE_MS);

  it('stored each drop at least once', () => {
    const stored = new Set(put);
    expect(drops.filter((drop) => !stored.has(drop))).toEqual([]);
    expect(put.length).toBeGreaterThanOrEqual(drops.length);
  });

  it('has injected every kind as often as the plan allows', () => {
    const allowed = new Map<string, number>();
    for (const { fault, atMost = 0 } of plan.faults) allowed.set(fault, (allowed.get(fault) ?? 0) + atMost);
    expect([...allowed.keys()].sort()).toEqual([...FAULT_KINDS].sort());
    expect(injected).toEqual(Object.fromEntries(allowed));
  });

  it('received every version, each with one receipt', () => {
    const { versions, receipts, undeliveredEvents } = disturbed;
    expect([...receipts].sort()).toEqual(versions.map(({ key, versionId }) => receiptKey(key, versionId)).sort());
    expect(put).toHaveLength(versions.length);
    expect(undeliveredEvents).toBe(0);
  });

  it('leaves a complete ledger without a contradiction', () => {
    const { ledger } = disturbed;
    expect(ledger.problems).toEqual([]);
    expect({ complete: ledger.complete, unreceived: ledger.unreceived }).toEqual({ complete: true, unreceived: 0 });
  });

  it('gives every item the one outcome that it was made for', () => {
    expect(ledgerCounts(disturbed)).toEqual(expectedCounts(put));
    expect(ledgerReasons(disturbed)).toEqual(expectedReasons(put));
  });

  it('leaves no message in any queue and nothing in quarantine', () => {
    expect(disturbed.messages).toEqual({});
    expect(disturbed.quarantined).toEqual([]);
  });

  it('stores the studies, predictions and results of an undisturbed cloud, byte for byte', () => {
    expect(disturbed.studies).toEqual(undisturbed.studies);
    expect(disturbed.predictions).toEqual(undisturbed.predictions);
    expect(disturbed.results).toEqual(undisturbed.results);
    expect(disturbed.results.size).toBeGreaterThan(50);
  });

  it.each(TABLE_NAMES)('merges the rows of an undisturbed cloud, but for when and as what a drop came: %s', (table) => {
    expect(contentOf(disturbed.tables[table])).toEqual(contentOf(undisturbed.tables[table]));
    expect(disturbed.tables[table].length).toBeGreaterThan(100);
  });

  it.each(['cad-measurements', 'ecg-af'])('writes the report of an undisturbed cloud, byte for byte: %s', (model) => {
    const report = disturbed.reports.get(model);
    expect(report).toEqual(undisturbed.reports.get(model));
    expect(JSON.parse(report?.get('internal/report.json') ?? '').provenance.missing).toBe(0);
  });
});

describe('a drop that intake never gets through, in a cloud whose clock runs 60 times as fast', () => {
  const HOUR_MS = 60 * 60 * 1000;
  const always = { probability: 1, withinMilliseconds: 0 };
  const faults = parseFaultPlan('stuck', {
    seed: 'stuck',
    faults: ['intake', 'quarantine-inside'].map((step) => ({ fault: 'kill-function', ...always, function: step })),
  });
  let running: Running;
  let receivedAt: number;

  beforeAll(async () => {
    running = await start(place, join(place.folder, 'stuck'), { faults, speed: 60 });
    await setUpSites(running, chaosSites());
    const [drop] = chaosDrops('stuck', 50).filter(({ unit }) => unit !== '');
    await putOnce(running, drop);
    receivedAt = Date.parse((await ledgerObject('/received.json')).receivedAt);
  }, PATIENCE_MS);
  afterAll(() => running?.twin.stop());

  /** Looks until an object of the ledger has a key that ends so; a minute passes between two looks. */
  async function ledgerObject(end: string): Promise<Record<string, string>> {
    const { archive } = running.operator;
    for (;;) {
      const key = (await keysOf(archive.list('ledger/'))).find((candidate) => candidate.endsWith(end));
      if (key !== undefined) return JSON.parse(Buffer.from((await archive.get(key))?.body ?? '').toString());
      await sleep(100);
      await running.twin.skip(60_000);
    }
  }

  it.each([
    [6, 6],
    [24, 18],
    [72, 48],
    [96, 24],
  ])('is swept after %i hours of that clock', async (hours, later) => {
    await running.twin.skip(later * HOUR_MS);
    const { at } = await ledgerObject(`/resend-${hours}h.json`);
    const ageHours = (Date.parse(at) - receivedAt) / HOUR_MS;
    expect(ageHours).toBeGreaterThanOrEqual(hours);
    expect(ageHours).toBeLessThan(hours + 6);
  });

  it('is in quarantine then, with a receipt that says so, and the ledger is complete', async () => {
    const { archive, intake } = running.operator;
    while ((await keysOf(intake.list('receipts/'))).length === 0) await sleep(50);
    const ledger = await countLedger(archive, intake);
    expect({ complete: ledger.complete, problems: ledger.problems }).toEqual({ complete: true, problems: [] });
    expect({ settled: ledger.total.settled, items: ledger.total.items }).toEqual({
      settled: 1,
      items: ledger.total.outcomes.quarantined,
    });
  });
});

/** A hospital's system puts again whatever went wrong. */
const isConfirmed = (answer: Promise<void>): Promise<boolean> =>
  answer.then(
    () => true,
    () => false,
  );
