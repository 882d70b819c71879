// The twin over thousands of ECGs against a bare loop over the same steps (bench/bare-loop.ts): the same zips, the same cores, one
// after the other. The loop has two processes and maps in memory; the twin has every function's process, HTTP, queues and a disk.
// Timed from the first PUT to the last receipt; what is left of the tables then is said too.
// By hand: node bench/twin.ts [studies, 2000 unless told] [studies in a zip, 100] [processes of the loop, 2].
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cloud, openCloud } from '#cli/cloud.ts';
import { setUpSites } from '#cli/pass.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { BENCH_SITE, ecgZip } from './ecg-drops.ts';
import { functionMemory } from './function-memory.ts';

const [studies = 2000, perZip = 100, processes = 2] = process.argv.slice(2).map(Number);
const zips = Math.ceil(studies / perZip);
const folder = mkdtempSync(join(tmpdir(), 'tricuspid-bench-twin-'));
const LOOK_EVERY_MS = 200;
const EXCHANGES = 1000;

interface Loop {
  readonly studies: number;
  readonly seconds: number;
  /** Calls of the buckets: of all studies by a process, of one study in the sum. */
  readonly calls: number;
}

async function bareLoop(): Promise<Loop> {
  const numbers = Array.from({ length: zips }, (_, n) => n);
  const shares = Array.from({ length: processes }, (_, p) => numbers.filter((n) => n % processes === p));
  const results = await Promise.all(shares.map((share) => loopOver(share)));
  const done = results.reduce((sum, result) => sum + result.studies, 0);
  if (done !== zips * perZip)
    throw new Error(`bench: found ${done} studies closed by the loop, expected ${zips * perZip}`);
  const calls = results.reduce((sum, result) => sum + result.calls, 0) / done;
  return { studies: done, seconds: Math.max(...results.map(({ seconds }) => seconds)), calls };
}

async function loopOver(numbers: readonly number[]): Promise<Loop> {
  const script = join(import.meta.dirname, 'bare-loop.ts');
  const child = spawn(process.execPath, [script, folder, ...numbers.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return JSON.parse(text);
}

async function throughTwin(cloud: Cloud): Promise<number> {
  await setUpSites(cloud, [BENCH_SITE]);
  const bucket = cloud.uploader(BENCH_SITE.site);
  const memory = functionMemory();
  const start = performance.now();
  for (let n = 0; n < zips; n++)
    await bucket.put(`drops/${BENCH_SITE.site}/${n}.zip`, readFileSync(join(folder, `${n}.zip`)));
  while ((await count(bucket.list(`receipts/${BENCH_SITE.site}/`))) < zips) {
    await sleep(LOOK_EVERY_MS);
    memory.look();
  }
  const seconds = (performance.now() - start) / 1000;
  const { total } = await countLedger(cloud.operator.archive, cloud.operator.intake);
  if (total.items !== zips * perZip || total.inFlight > 0)
    throw new Error(`bench: found ${total.items} items, ${total.inFlight} in flight, expected ${zips * perZip} and 0`);
  memory.print();
  return seconds;
}

/** Milliseconds of one exchange with a bucket, the shortest there is (HEAD of nothing), one after the other: both ends on this machine. */
async function exchangeMs({ operator }: Cloud): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < EXCHANGES; n++) await operator.archive.has(`sites/none-${n}.json`);
  return (performance.now() - start) / EXCHANGES;
}

async function count(all: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of all) found++;
  return found;
}

try {
  for (let n = 0; n < zips; n++) writeFileSync(join(folder, `${n}.zip`), ecgZip(n, perZip));
  const bare = await bareLoop();
  const cloud = await openCloud({ publishedSecret: true });
  try {
    const twin = await throughTwin(cloud);
    const rate = (seconds: number) => `${((zips * perZip) / seconds).toFixed(1)}/s`;
    console.log(`${zips * perZip} ECGs: bare loop in ${processes} processes ${rate(bare.seconds)}, twin ${rate(twin)}`);
    console.log(`twin / bare loop: ${(bare.seconds / twin).toFixed(2)}`);
    const one = await exchangeMs(cloud);
    console.log(
      `${bare.calls.toFixed(1)} calls of buckets per ECG at ${one.toFixed(2)} ms or more each: ${(bare.calls * one).toFixed(0)} ms of one processor, beside ${((1000 * bare.seconds * processes) / bare.studies).toFixed(0)} ms for the steps`,
    );
  } finally {
    await cloud.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
