// One core of the other side of bench/twin.ts: the same steps over the same drops, one after the other, in one process, over maps in
// memory: no queue, no HTTP, no disk. Reads `<folder>/<n>.zip` for each n given; the first so many are not counted.
// Prints JSON, see LoopShare.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installModel } from '#functions/install/install.ts';
import { intake } from '#functions/intake/intake.ts';
import { predict } from '#functions/predict/predict.ts';
import { publish } from '#functions/publish/publish.ts';
import { route } from '#functions/route/route.ts';
import { settle } from '#functions/settle/settle.ts';
import type { Closed } from '#functions/study.ts';
import { tabulate } from '#functions/tabulate/tabulate.ts';
import { createLoader } from '#lib/inference/sessions.ts';
import { createIdentity } from '#lib/ledger/identity.ts';
import { siteKey } from '#lib/ledger/keys.ts';
import { readDropMessage, readPredictMessage, readTabulateMessage, readUnitMessage } from '#lib/ledger/messages.ts';
import { readJson, toJson } from '#lib/ledger/once.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket, MemoryLog, MemoryMetrics, MemoryQueues } from '#lib/local/memory.ts';
import { BENCH_SITE } from './ecg-drops.ts';

/** What a process of the loop says of itself. */
export interface LoopShare {
  readonly studies: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Calls of the buckets and queues, by operation and kind of key. */
  readonly calls: Readonly<Record<string, number>>;
  /** Written to buckets and read from them. */
  readonly megabytes: number;
}

/** As many as the batch of the template's tabulate function. */
const TABULATE_AT_ONCE = 200;
const MAXIMUM_DROP_BYTES = 2 ** 30;

const [folder = '.', warmUps, ...numbers] = process.argv.slice(2);
const calls: Record<string, number> = {};
let bytes = 0;
const archive = counted('archive', new MemoryBucket());
const intakeBucket = counted('intake', new MemoryBucket());
const queues = new MemoryQueues();
const ports = {
  ...{ archive, intake: intakeBucket, log: new MemoryLog(), metrics: new MemoryMetrics() },
  queues: counted('queue', queues),
  clock: { now: Date.now },
  identity: createIdentity(async () => Buffer.alloc(32, 1)),
  models: createLoader(archive, 1),
};

/** The port, each of its calls counted: in the twin each is an exchange over HTTP. */
function counted<T extends object>(what: string, port: T): T {
  return new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        const call = `${what} ${String(name)} ${kindOf(String(parameters[0]))}`;
        calls[call] = (calls[call] ?? 0) + 1;
        bytes += bytesIn(parameters[1]);
        const answer: unknown = Reflect.apply(value, target, parameters);
        if (answer instanceof Promise) void answer.then((read) => (bytes += bytesIn(read)));
        return answer;
      };
    },
  });
}

/** Of a body that is written, or an object that was read. */
function bytesIn(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  return value !== null && typeof value === 'object' && 'body' in value ? bytesIn(value.body) : 0;
}

/** A key without what differs from drop to drop. */
const kindOf = (key: string): string =>
  key
    .replace(/^drops\/.*/, 'drops/…')
    .replace(/^receipts\/.*/, 'receipts/…')
    .replaceAll(/[0-9a-f]{32,64}/g, '…')
    .replace(/month=[^/]+/, 'month');

async function deliver(queue: string, body: string, tabulated: string[]): Promise<void> {
  if (queue === 'intake') await intake(readDropMessage(body), ports);
  else if (queue === 'predict') await predict(readPredictMessage(body), 1, ports);
  else if (queue === 'publish') await publish(readUnitMessage(body), ports);
  else if (queue === 'settle') await settle(readDropMessage(body), ports);
  else if (queue === 'tabulate') tabulated.push(body);
  else throw new Error(`bench: found a message for ${queue}, expected a step of a drop`);
}

async function drain(tabulated: string[]): Promise<void> {
  for (let sent = queues.sent.splice(0); sent.length > 0; sent = queues.sent.splice(0)) {
    for (const { queue, body } of sent) await deliver(queue, body, tabulated);
  }
}

async function pass(names: readonly string[]): Promise<void> {
  const tabulated: string[] = [];
  for (const name of names) {
    const body = readFileSync(join(folder, `${name}.zip`));
    const key = `drops/${BENCH_SITE.site}/${name}.zip`;
    const versionId = intakeBucket.drop(key, body);
    const arrival = { key, versionId, sizeBytes: body.length, receivedAt: new Date().toISOString() };
    await route(arrival, ports, { maximumDropBytes: MAXIMUM_DROP_BYTES });
    await drain(tabulated);
    while (tabulated.length >= TABULATE_AT_ONCE)
      await tabulate(tabulated.splice(0, TABULATE_AT_ONCE).map(readTabulateMessage), ports);
  }
  await tabulate(tabulated.map(readTabulateMessage), ports);
}

async function closedStudies(): Promise<number> {
  let studies = 0;
  for (const key of archive.keys('units/').filter((name) => name.endsWith('/closed.json')))
    studies += (await readJson<Closed>(archive, key))?.items ?? 0;
  return studies;
}

await installModel('ecg-af', folderReader(resolve(import.meta.dirname, '../models/ecg-af')), archive);
await archive.put(siteKey(BENCH_SITE.site), toJson(BENCH_SITE));
await pass(numbers.splice(0, Number(warmUps)));
const warm = await closedStudies();
for (const call of Object.keys(calls)) delete calls[call];
bytes = 0;
const start = performance.now();
const before = process.cpuUsage();
await pass(numbers);
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - start) / 1000;
const made = { calls: { ...calls }, megabytes: bytes / 1e6 };
const share = {
  studies: (await closedStudies()) - warm,
  seconds,
  processorSeconds: (user + system) / 1e6,
  ...made,
};
console.log(JSON.stringify(share satisfies LoopShare));
