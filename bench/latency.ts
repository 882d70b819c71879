// Time from PUT to published result (the unit is closed, its page written before) and to receipt at rest: one ECG at a time through
// the twin, the next when the one before is done.
// By hand: node bench/latency.ts [studies, 60 unless told]. Prints p50 and p95; the first studies warm the functions and do not count.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cloud, openCloud } from '#cli/cloud.ts';
import { setUpSites } from '#cli/pass.ts';
import type { Bucket } from '#functions/ports.ts';
import { BENCH_SITE, ecgZip } from './ecg-drops.ts';

const WARM = 5;
const LOOK_EVERY_MS = 5;
const [studies = 60] = process.argv.slice(2).map(Number);
const { site } = BENCH_SITE;

interface Wait {
  readonly result: number;
  readonly receipt: number;
}

async function wait(cloud: Cloud, number: number): Promise<Wait> {
  const body = ecgZip(number, 1);
  const bucket = cloud.uploader(site);
  const closed = await count(cloud.operator.archive, `units/${site}/`, '/closed.json');
  const receipts = await count(bucket, `receipts/${site}/`);
  const start = performance.now();
  await bucket.put(`drops/${site}/${number}.zip`, body);
  await more(cloud.operator.archive, `units/${site}/`, closed, '/closed.json');
  const result = performance.now() - start;
  await more(bucket, `receipts/${site}/`, receipts);
  return { result, receipt: performance.now() - start };
}

async function more(bucket: Pick<Bucket, 'list'>, prefix: string, than: number, ending = ''): Promise<void> {
  while ((await count(bucket, prefix, ending)) <= than) await sleep(LOOK_EVERY_MS);
}

async function count(bucket: Pick<Bucket, 'list'>, prefix: string, ending = ''): Promise<number> {
  let found = 0;
  for await (const { key } of bucket.list(prefix)) if (key.endsWith(ending)) found++;
  return found;
}

const cloud = await openCloud({ publishedSecret: true });
try {
  await setUpSites(cloud, [BENCH_SITE]);
  const waits: Wait[] = [];
  for (let number = 0; number < WARM + studies; number++) {
    const waited = await wait(cloud, number);
    if (number >= WARM) waits.push(waited);
  }
  for (const kind of ['result', 'receipt'] as const) {
    const sorted = waits.map((each) => each[kind]).toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1].toFixed(0);
    console.log(
      `PUT to ${kind}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms (${sorted.length} ECGs at rest)`,
    );
  }
} finally {
  await cloud.close();
}
