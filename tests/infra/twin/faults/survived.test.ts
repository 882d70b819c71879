// The product under every kind of fault at once: what is injected, and that nothing of it is left in the end.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpSites } from '#cli/pass.ts';
import { shippedVersion } from '#cli/shipped.ts';
import { parseFaultPlan } from '#infra/twin/faults/plan.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { makePlace, type Place, start } from '../../../chaos/cloud.ts';
import { putAll, putOnce } from '../../../chaos/disturbed.ts';
import { type Evidence, gather, versionsInOrder } from '../../../chaos/evidence.ts';
import { expectedCounts, expectedReasons, ledgerCounts, ledgerReasons } from '../../../chaos/expectation.ts';
import { type ChaosDrop, chaosDrops, chaosSites } from '../../../chaos/hospitals.ts';

/** For a machine that does much else besides. */
const PATIENCE_MS = 600_000;

// Each as often as `atMost`, and no function struck so often that a message dies: it may be received three times.
const often = { probability: 0.5, atMost: 4 };
const once = { probability: 1, atMost: 1 };
const plan = parseFaultPlan('survived', {
  seed: 'survived',
  faults: [
    { fault: 'duplicate-event', ...often },
    { fault: 'late-event', ...often, upToSeconds: 600 },
    { fault: 's3-conflict', ...often },
    { fault: 's3-unavailable', ...often },
    { fault: 's3-lost-answer', ...often },
    { fault: 'slow-read', ...often, bytesPerSecond: 20_000, prefix: 'studies/' },
    { fault: 'disk-full', ...often },
    { fault: 'sqs-unavailable', ...often },
    { fault: 'sqs-lost-answer', ...often },
    { fault: 'kill-function', ...once, function: 'route' },
    { fault: 'kill-function', ...once, function: 'predict' },
    { fault: 'hang-function', ...once, function: 'settle' },
    { fault: 'hang-function', ...once, function: 'publish' },
    { fault: 'exhaust-memory', ...once, function: 'intake' },
    { fault: 'exhaust-memory', ...once, function: 'tabulate' },
  ],
});

let place: Place;
let cohort: Cohort;
let afflicted: Evidence;
let calm: Evidence;
let injected: Readonly<Record<string, number>>;
let put: readonly ChaosDrop[];

beforeAll(async () => {
  place = await makePlace();
  const name = 'cad-measurements';
  cohort = {
    name: 'faults',
    title: 'simulated patients of four hospitals',
    model: { name, version: await shippedVersion(name) },
    label: 'coronary-artery-disease',
    sites: chaosSites().map(({ site }) => site),
  };
  const drops = chaosDrops('survived', 12);

  const running = await start(place, join(place.folder, 'afflicted'), { faults: plan, speed: 240, skipIdleTime: true });
  await setUpSites(running, chaosSites());
  await putAll(drops, async (drop) => {
    while (!(await putOnce(running, drop).then(...confirmed)));
  });
  await running.twin.idle();
  injected = await running.twin.injectedFaults();
  afflicted = await gather(running, cohort);
  await running.twin.stop();
  put = versionsInOrder(afflicted, drops);

  // The same versions in the same order: a put whose answer was lost and that was repeated is two versions here too.
  const undisturbed = await start(place, join(place.folder, 'calm'), { speed: 240 });
  await setUpSites(undisturbed, chaosSites());
  await putAll(put, (drop) => putOnce(undisturbed, drop));
  await undisturbed.twin.idle();
  calm = await gather(undisturbed, cohort);
  await undisturbed.twin.stop();
}, PATIENCE_MS);
afterAll(() => place?.remove());

/** A hospital's system, which tries again whatever went wrong. */
const confirmed = [() => true, () => false] as const;

describe('a twin with faults of every kind', () => {
  it('has injected each as often as the plan allows', () => {
    expect(injected).toEqual({
      'duplicate-event': 4,
      'late-event': 4,
      's3-conflict': 4,
      's3-unavailable': 4,
      's3-lost-answer': 4,
      'slow-read': 4,
      'disk-full': 4,
      'sqs-unavailable': 4,
      'sqs-lost-answer': 4,
      'kill-function': 2,
      'hang-function': 2,
      'exhaust-memory': 2,
    });
  });

  it('leaves a complete ledger, nothing in quarantine and no message', () => {
    const { ledger, quarantined, messages, undeliveredEvents } = afflicted;
    expect(ledger.problems).toEqual([]);
    expect({ complete: ledger.complete, unreceived: ledger.unreceived }).toEqual({ complete: true, unreceived: 0 });
    expect({ quarantined, messages, undeliveredEvents }).toEqual({
      quarantined: [],
      messages: {},
      undeliveredEvents: 0,
    });
  });

  it('gives every item the one outcome that it was made for', () => {
    expect(ledgerCounts(afflicted)).toEqual(expectedCounts(put));
    expect(ledgerReasons(afflicted)).toEqual(expectedReasons(put));
  });

  it('stores the studies, predictions, results and report of an undisturbed twin, byte for byte', () => {
    expect(afflicted.studies).toEqual(calm.studies);
    expect(afflicted.predictions).toEqual(calm.predictions);
    expect(afflicted.results).toEqual(calm.results);
    expect(afflicted.report).toEqual(calm.report);
    expect(afflicted.results.size).toBeGreaterThan(3);
  });
});
