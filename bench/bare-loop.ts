// One core of the other side of bench/twin.ts: the same steps over the same drops, one after the other, in one process, over maps in
// memory: no queue, no HTTP, no disk. Reads `<folder>/<n>.zip` for each n given; prints JSON { studies, seconds, calls }.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installModel } from '#functions/install/install.ts';
import { intake } from '#functions/intake/intake.ts';
import { predict } from '#functions/predict/predict.ts';
import { publish } from '#functions/publish/publish.ts';
import { route } from '#functions/route/route.ts';
import { settle } from '#functions/settle/settle.ts';
import { tabulate } from '#functions/tabulate/tabulate.ts';
import { createLoader } from '#lib/inference/sessions.ts';
import { createIdentity } from '#lib/ledger/identity.ts';
import { siteKey } from '#lib/ledger/keys.ts';
import { readDropMessage, readPredictMessage, readTabulateMessage, readUnitMessage } from '#lib/ledger/messages.ts';
import { toJson } from '#lib/ledger/once.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket, MemoryLog, MemoryMetrics, MemoryQueues } from '#lib/local/memory.ts';
import { BENCH_SITE } from './ecg-drops.ts';

/** As many as the batch of the template's tabulate function. */
const TABULATE_AT_ONCE = 200;
const MAXIMUM_DROP_BYTES = 2 ** 30;

const [folder = '.', ...numbers] = process.argv.slice(2);
let calls = 0;
const archive = counted(new MemoryBucket());
const intakeBucket = counted(new MemoryBucket());
const queues = new MemoryQueues();
const ports = {
  ...{ archive, intake: intakeBucket, queues, log: new MemoryLog(), metrics: new MemoryMetrics() },
  clock: { now: Date.now },
  identity: createIdentity(async () => Buffer.alloc(32, 1)),
  models: createLoader(archive, 1),
};

/** The bucket, each of its calls counted: in the twin each is an exchange over HTTP. */
function counted(bucket: MemoryBucket): MemoryBucket {
  return new Proxy(bucket, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        calls++;
        return Reflect.apply(value, target, parameters);
      };
    },
  });
}

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

await installModel('ecg-af', folderReader(resolve(import.meta.dirname, '../models/ecg-af')), archive);
await archive.put(siteKey(BENCH_SITE.site), toJson(BENCH_SITE));
await ports.models({ model: 'ecg-af', version: '1.0.0' });
calls = 0;
const start = performance.now();
const tabulated: string[] = [];
for (const number of numbers) {
  const body = readFileSync(join(folder, `${number}.zip`));
  const key = `drops/${BENCH_SITE.site}/${number}.zip`;
  const versionId = intakeBucket.drop(key, body);
  const arrival = { key, versionId, sizeBytes: body.length, receivedAt: new Date().toISOString() };
  await route(arrival, ports, { maximumDropBytes: MAXIMUM_DROP_BYTES });
  await drain(tabulated);
  while (tabulated.length >= TABULATE_AT_ONCE)
    await tabulate(tabulated.splice(0, TABULATE_AT_ONCE).map(readTabulateMessage), ports);
}
await tabulate(tabulated.map(readTabulateMessage), ports);
const seconds = (performance.now() - start) / 1000;
const callsMade = calls;
const studies = archive.keys('units/').filter((key) => key.endsWith('/closed.json')).length;
console.log(JSON.stringify({ studies, seconds, calls: callsMade }));
