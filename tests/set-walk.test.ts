// Records of several objects that come in any order while steps run, crash, repeat and overtake each other: the real steps over ports
// in memory. Whatever happens, every version has its outcome and every record is one ECG.
import { expect, test, vi } from 'vitest';
import { claimsOf } from '#functions/intake/claim.ts';
import type { Plan } from '#functions/study.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { type Random, random } from '#lib/simulate/random.ts';
import { northCloud } from './steps/hospital.ts';
import {
  collectSent,
  deliver,
  deliverDead,
  dropFile,
  type MemoryCloud,
  type QueuedMessage,
  recordAt,
} from './steps/memory-cloud.ts';
import { Crash, CrashGate } from './steps/random-driver.ts';
import { type FileMap, heartbeats, recordFiles, textFile, together } from './steps/wfdb-records.ts';

// Thousands of deliveries, more slowly where test files share a processor.
vi.setConfig({ testTimeout: 180_000 });

const WALKS = 50;
const HOUR_MS = 60 * 60 * 1000;
const FOLDER = 'drops/north/';

const brief = (name: string, heart: number) =>
  recordFiles(name, heart, { leads: [{ name: 'II', samplesMv: heartbeats(heart, 1, 1) }] });
const RECORDS = together(brief('r1', 1), brief('r2', 2));
const ANNOTATED = together(RECORDS, textFile('r1.atr', 'beats'));
const MANIFEST = textFile('m.json', '{"tricuspidManifest":1,"files":["r1.hea","r1.dat","r2.hea","r2.dat"]}');

interface Walk {
  readonly cloud: MemoryCloud;
  readonly stream: Random;
  readonly files: FileMap;
  readonly crashes: number;
}

/** Files come while steps run beside each other: at any effect of any step the next one may be there. */
async function walk(name: string, files: FileMap, left: Trouble): Promise<Walk> {
  const stream = random(name);
  const coming = stream.shuffle([...files]);
  const crash = new CrashGate();
  const plain: MemoryCloud = await northCloud({
    gate: (moment, effect) => {
      if (coming.length > 0 && stream.bernoulli(0.1)) dropNext();
      crash.gate(moment, effect);
    },
  });
  const { intake, archive } = plain.ports;
  const ports = { ...plain.ports, intake: slowed(intake, stream), archive: slowed(archive, stream) };
  const cloud = { ...plain, ports };
  const dropNext = () => {
    const [path, body] = coming.shift() as (typeof coming)[number];
    dropFile(cloud, FOLDER + path, body);
  };
  while (coming.length > 0) {
    dropNext();
    await stir(cloud, stream, crash, left);
  }
  return { cloud, stream, files, crashes: crash.crashes };
}

interface Trouble {
  faults: number;
  /** Some message of this queue becomes a dead letter when it crashes, halfway through its effects. */
  poison?: QueuedMessage['queue'];
}

/** Four deliveries at a time beside each other until no message waits; what crashes comes again. */
async function stir(cloud: MemoryCloud, stream: Random, crash: CrashGate, left: Trouble): Promise<void> {
  const running = new Set<Promise<void>>();
  for (collectSent(cloud); cloud.waiting.length + running.size > 0; collectSent(cloud)) {
    while (running.size < 4 && cloud.waiting.length > 0) {
      const [message] = cloud.waiting.splice(stream.integer(0, cloud.waiting.length - 1), 1);
      if (left.faults > 0 && stream.bernoulli(0.1)) {
        left.faults--;
        crash.arm(stream.integer(0, 12));
      }
      if (stream.bernoulli(0.05)) cloud.waiting.push(message); // delivered twice
      if (left.poison === message.queue && stream.bernoulli(0.3)) {
        poisoned.add(message);
        crash.arm(stream.integer(0, 6));
        delete left.poison;
      }
      const delivery = deliverOrReturn(cloud, message).finally(() => running.delete(delivery));
      running.add(delivery);
    }
    await Promise.race(running);
  }
  crash.disarm();
}

/** Messages that are given up when they crash. */
const poisoned = new WeakSet<QueuedMessage>();
const dead = new WeakSet<QueuedMessage>();

async function deliverOrReturn(cloud: MemoryCloud, message: QueuedMessage): Promise<void> {
  try {
    await (dead.has(message) ? deliverDead(cloud, message) : deliver(cloud, message));
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    if (poisoned.has(message)) dead.add(message);
    cloud.waiting.push(message);
  }
}

/** Answers of the buckets take turns, now and then many: what is looked at may be old when it is acted upon. */
function slowed<B extends object>(bucket: B, stream: Random): B {
  return new Proxy(bucket, {
    get(target, name) {
      const method = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      if (name === 'list' || name === 'listVersions') return method.bind(target);
      return async (...given: readonly unknown[]) => {
        await turns(stream.bernoulli(0.1) ? 300 : 1);
        const answer = await Reflect.apply(method, target, given);
        await turns(stream.bernoulli(0.1) ? 300 : 1);
        return answer;
      };
    },
  });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

/** A week of ticks, without faults. */
async function settleDown({ cloud, stream }: Walk): Promise<void> {
  for (const hours of [7, 20, 50, 25, 25]) {
    cloud.clock.nowMs += hours * HOUR_MS;
    await sweep(cloud.ports);
    await stir(cloud, stream, new CrashGate(), { faults: 0 });
  }
}

async function plansOf({ archive }: MemoryCloud): Promise<readonly Plan[]> {
  const keys = archive.keys('ledger/').filter((key) => key.endsWith('/plan.json'));
  return Promise.all(keys.map((key) => recordAt<Plan>(archive, key)));
}

async function expectComplete({ cloud, files }: Walk): Promise<readonly Plan[]> {
  const { problems, complete, total } = await countLedger(cloud.archive, cloud.intake);
  expect({ problems, complete }).toEqual({ problems: [], complete: true });
  expect({ versions: total.versions, received: total.received }).toEqual({
    versions: files.size,
    received: files.size,
  });
  expect(cloud.intake.keys('receipts/')).toHaveLength(files.size);
  expect(cloud.archive.keys('ledger/open/')).toEqual([]);
  return plansOf(cloud);
}

const ecgsIn = (plans: readonly Plan[]): number => new Set(plans.flatMap(({ units }) => units.flatMap(claimsOf))).size;

const reasonsIn = (plans: readonly Plan[]): readonly (string | undefined)[] =>
  plans
    .filter(({ state }) => state !== 'planned' && state !== 'member')
    .map(({ reason }) => reason?.code)
    .sort();

test(`${WALKS} walks of single records lose nothing and make one ECG of each, without waiting for the sweep`, async () => {
  let crashes = 0;
  for (let n = 0; n < WALKS; n++) {
    const end = await walk(`records ${n}`, RECORDS, { faults: n % 8 });
    const plans = await expectComplete(end);
    crashes += end.crashes;
    expect({ ecgs: ecgsIn(plans), reasons: reasonsIn(plans) }, `walk ${n}`).toEqual({ ecgs: 2, reasons: [] });
    expect(
      plans.filter(({ state }) => state === 'member'),
      `walk ${n}`,
    ).toHaveLength(2);
  }
  expect(crashes).toBeGreaterThan(WALKS / 4);
});

test(`${WALKS} walks with a manifest lose nothing and make one ECG of each record`, async () => {
  let closedByManifest = 0;
  for (let n = 0; n < WALKS; n++) {
    const end = await walk(`manifest ${n}`, together(RECORDS, MANIFEST), { faults: n % 8 });
    await settleDown(end);
    const plans = await expectComplete(end);
    expect({ ecgs: ecgsIn(plans), reasons: reasonsIn(plans) }, `walk ${n}`).toEqual({ ecgs: 2, reasons: [] });
    if (plans.some(({ units }) => units.some(({ items }) => items === 2))) closedByManifest++;
  }
  expect(closedByManifest).toBeGreaterThan(0);
});

test(`${WALKS} walks in which a signal file never comes end with everything in one outcome`, async () => {
  for (let n = 0; n < WALKS; n++) {
    const files = new Map([...together(ANNOTATED, MANIFEST)].filter(([path]) => path !== 'r2.dat'));
    const end = await walk(`incomplete ${n}`, files, { faults: n % 8 });
    await settleDown(end);
    const plans = await expectComplete(end);
    const reasons = ['file-missing', 'signal-file-missing'];
    expect({ ecgs: ecgsIn(plans), reasons: reasonsIn(plans) }, `walk ${n}`).toEqual({ ecgs: 1, reasons });
  }
});

test(`${WALKS} walks in which a message becomes a dead letter lose nothing, and set aside what it was about`, async () => {
  const queues = ['arrivals', 'intake', 'publish', 'settle'] as const;
  let setAside = 0;
  for (let n = 0; n < WALKS; n++) {
    const poison = queues[n % queues.length];
    const end = await walk(`dead ${n}`, together(ANNOTATED, MANIFEST), { faults: n % 4, poison });
    await settleDown(end);
    const plans = await expectComplete(end);
    setAside += plans.filter(({ state }) => state === 'quarantined').length;
    for (const planned of plans.flatMap(({ units }) => units)) expect(claimsOf(planned)).toHaveLength(planned.items);
    expect(ecgsIn(plans), `walk ${n}`).toBeLessThanOrEqual(2);
  }
  expect(setAside).toBeGreaterThan(5);
});
