// The twin over thousands of ECGs against a bare loop over the same steps (bench/bare-loop.ts): the same zips, the same cores, one
// after the other, both after some zips that are not counted. The loop has two processes and maps in memory; the twin has every function's
// process, HTTP, queues and a disk. Timed from the first PUT to the last receipt, by the clock and in processor time, which other work
// on the machine touches less. Then what the difference consists of: the calls, at what a call costs at the least.
// By hand: node bench/twin.ts [studies, 2000 unless told] [studies in a zip, 100] [processes of the loop, 2].
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cloud, openCloud } from '#cli/cloud.ts';
import { setUpSites } from '#cli/pass.ts';
import { countLedger } from '#lib/ledger/count.ts';
import type { LoopShare } from './bare-loop.ts';
import { BENCH_SITE } from './ecg-drops.ts';
import { functionProcesses } from './function-processes.ts';
import { leastCost } from './least-call.ts';

const [studies = 2000, perZip = 100, processes = 2] = process.argv.slice(2).map(Number);
const zips = Math.ceil(studies / perZip);
const ecgs = zips * perZip;
const folder = mkdtempSync(join(tmpdir(), 'tricuspid-bench-twin-'));
const ASK_EVERY_MS = 100;
const LOOK_EVERY_MS = 1000;
/** So many start every process that will be needed, and have its code compiled. */
const WARM_UP_ZIPS = 4;
const WARM_UP_NUMBER = 1_000_000;

interface Pass {
  readonly seconds: number;
  readonly processorSeconds: number;
}

const warmUps = Array.from({ length: WARM_UP_ZIPS }, (_, n) => String(WARM_UP_NUMBER + n));

/** In a process of its own, so that the twin's stays small: starting a function copies what the starter has mapped. */
async function makeZips(): Promise<void> {
  const ranges = [0, zips, WARM_UP_NUMBER, WARM_UP_ZIPS].map(String);
  const script = join(import.meta.dirname, 'make-zips.ts');
  const child = spawn(process.execPath, [script, folder, String(perZip), ...ranges], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bench: make-zips ended with ${code}`);
}

/** The shares of the processes together; the slowest one ends the loop. */
async function bareLoop(): Promise<Pass & Pick<LoopShare, 'calls' | 'megabytes'>> {
  const numbers = Array.from({ length: zips }, (_, n) => n);
  const shares = await Promise.all(
    Array.from({ length: processes }, (_, p) => loopOver(numbers.filter((n) => n % processes === p))),
  );
  const done = shares.reduce((sum, share) => sum + share.studies, 0);
  if (done !== ecgs) throw new Error(`bench: found ${done} studies closed by the loop, expected ${ecgs}`);
  const calls: Record<string, number> = {};
  for (const share of shares)
    for (const [call, count] of Object.entries(share.calls)) calls[call] = (calls[call] ?? 0) + count;
  return {
    seconds: Math.max(...shares.map(({ seconds }) => seconds)),
    processorSeconds: shares.reduce((sum, share) => sum + share.processorSeconds, 0),
    megabytes: shares.reduce((sum, share) => sum + share.megabytes, 0),
    calls,
  };
}

async function loopOver(numbers: readonly number[]): Promise<LoopShare> {
  const script = join(import.meta.dirname, 'bare-loop.ts');
  const child = spawn(process.execPath, [script, folder, String(WARM_UP_ZIPS), ...warmUps, ...numbers.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return JSON.parse(text);
}

async function throughTwin(cloud: Cloud): Promise<Pass> {
  await setUpSites(cloud, [BENCH_SITE]);
  const functions = functionProcesses();
  await drop(cloud, warmUps);
  functions.look();
  const before = functions.processorSeconds();
  const twinBefore = process.cpuUsage();
  const start = performance.now();
  const looking = setInterval(functions.look, LOOK_EVERY_MS);
  await drop(
    cloud,
    Array.from({ length: zips }, (_, n) => String(n)),
  );
  clearInterval(looking);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(twinBefore);
  functions.look();
  const used = [...functions.processorSeconds()].map(([name, all]) => [name, all - (before.get(name) ?? 0)] as const);
  const { total } = await countLedger(cloud.operator.archive, cloud.operator.intake);
  const expected = ecgs + WARM_UP_ZIPS * perZip;
  if (total.items !== expected || total.inFlight > 0 || total.outcomes.quarantined > 0)
    throw new Error(`bench: found ${JSON.stringify(total)}, expected ${expected} items, none in flight or set aside`);
  functions.printMemory();
  const parts = [['twin', (user + system) / 1e6] as const, ...used].filter(([, part]) => part > 0.05 * seconds);
  console.log(`processor ms per ECG: ${parts.map(([name, part]) => `${name} ${perEcg(part)}`).join(', ')}`);
  return { seconds, processorSeconds: used.reduce((sum, [, part]) => sum + part, (user + system) / 1e6) };
}

/** Puts the zips and waits for their receipts. */
async function drop({ uploader, twin }: Cloud, names: readonly string[]): Promise<void> {
  const bucket = uploader(BENCH_SITE.site);
  const receipts = `receipts/${BENCH_SITE.site}/`;
  const wanted = (await count(bucket.list(receipts))) + names.length;
  for (const name of names)
    await bucket.put(`drops/${BENCH_SITE.site}/${name}.zip`, readFileSync(join(folder, `${name}.zip`)));
  do await sleep(ASK_EVERY_MS);
  while (isAtWork(twin) || (await count(bucket.list(receipts))) < wanted);
}

/** Something is on its way to a receipt. Asked here and not over HTTP: the one who waits shall take nothing from those who work. */
function isAtWork(twin: Cloud['twin']): boolean {
  const depths = Object.entries(twin.queues()).filter(([name]) => !/tabulate|audit/i.test(name));
  return depths.some(([, { visible, inFlight, delayed }]) => visible + inFlight + delayed > 0);
}

async function count(all: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of all) found++;
  return found;
}

const perEcg = (seconds: number): string => ((1000 * seconds) / ecgs).toFixed(2);

async function report(bare: Awaited<ReturnType<typeof bareLoop>>, twin: Pass): Promise<void> {
  const rate = (seconds: number) => `${(ecgs / seconds).toFixed(1)}/s`;
  console.log(`${ecgs} ECGs: bare loop in ${processes} processes ${rate(bare.seconds)}, twin ${rate(twin.seconds)}`);
  console.log(
    `processor ms per ECG: bare loop ${perEcg(bare.processorSeconds)}, twin ${perEcg(twin.processorSeconds)}`,
  );
  const byClock = (bare.seconds / twin.seconds).toFixed(2);
  console.log(
    `twin / bare loop: ${byClock} by the clock, ${(bare.processorSeconds / twin.processorSeconds).toFixed(2)} by processor time`,
  );
  const calls = Object.values(bare.calls).reduce((sum, each) => sum + each, 0) / ecgs;
  const megabytes = bare.megabytes / ecgs;
  const { callMs, megabyteMs } = await leastCost();
  const exchanged = calls * callMs + megabytes * megabyteMs;
  const most = bare.processorSeconds / (bare.processorSeconds + (exchanged * ecgs) / 1000);
  console.log(
    `${calls.toFixed(2)} calls per ECG at ${callMs.toFixed(2)} ms and ${megabytes.toFixed(2)} MB at ${megabyteMs.toFixed(2)} ms, at the least (SDK and a server that does nothing): ${exchanged.toFixed(2)} ms, so ${most.toFixed(2)} at the most by processor time`,
  );
  const byKind = Object.entries(bare.calls).sort(([, a], [, b]) => b - a);
  for (const [call, times] of byKind.slice(0, 12)) console.log(`  ${(times / ecgs).toFixed(3)}  ${call}`);
}

try {
  await makeZips();
  const bare = await bareLoop();
  const cloud = await openCloud({ publishedSecret: true });
  try {
    await report(bare, await throughTwin(cloud));
  } finally {
    await cloud.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
