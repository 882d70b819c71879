// Time from PUT to published result (the unit is closed, its page written before) and to receipt at rest: one ECG at a time through
// the twin, the next when the one before is done.
// By hand: node bench/latency.ts [studies, 60 unless told]. Prints p50 and p95; the first studies warm the functions and do not count.
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Cloud, openCloud, PUBLISHED_SECRET } from '#cli/cloud.ts';
import { setUpSites } from '#cli/pass.ts';
import type { Bucket } from '#functions/ports.ts';
import type { Plan } from '#functions/study.ts';
import { placeOf } from '#lib/ledger/attempt.ts';
import { createIdentity, siteSecretMessage } from '#lib/ledger/identity.ts';
import { closedKey, DROP_SCOPE, planKey, receiptKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { BENCH_SITE, ecgZip } from './ecg-drops.ts';

const WARM = 5;
const LOOK_EVERY_MS = 5;
const [studies = 60] = process.argv.slice(2).map(Number);
const { site } = BENCH_SITE;

interface Wait {
  readonly result: number;
  readonly receipt: number;
}

/** The published secret of the bench's cloud says under which key a drop is kept. */
const identity = createIdentity(async (scope) =>
  createHmac('sha256', PUBLISHED_SECRET).update(siteSecretMessage(scope)).digest(),
);

async function wait(cloud: Cloud, uploader: S3Client, number: number): Promise<Wait> {
  const Key = `drops/${site}/${number}.zip`;
  const put = new PutObjectCommand({ Bucket: cloud.connection.intakeBucket, Key, Body: ecgZip(number, 1) });
  const start = performance.now();
  const { VersionId = '' } = await uploader.send(put);
  const dropKey = (await identity.forSite(DROP_SCOPE)).dropKey(Key, VersionId);
  const { archive, intake } = cloud.operator;
  await there(archive, planKey(site, dropKey));
  const plan = (await readJson<Plan>(archive, planKey(site, dropKey))) as Plan;
  for (const planned of plan.units) await there(archive, closedKey(placeOf(plan, planned)));
  const result = performance.now() - start;
  await there(intake, receiptKey(Key, VersionId));
  return { result, receipt: performance.now() - start };
}

/** Looks at this key alone, whose listing does not grow with the studies before. */
async function there(bucket: Pick<Bucket, 'list'>, key: string): Promise<void> {
  for (;;) {
    for await (const _ of bucket.list(key)) return;
    await sleep(LOOK_EVERY_MS);
  }
}

const cloud = await openCloud({ publishedSecret: true });
try {
  await setUpSites(cloud, [BENCH_SITE]);
  const uploader = new S3Client({ ...cloud.uploaderAccount(site), forcePathStyle: true });
  const waits: Wait[] = [];
  for (let number = 0; number < WARM + studies; number++) {
    const waited = await wait(cloud, uploader, number);
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
