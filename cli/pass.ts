// One pass of drops through the cloud and of a cohort through audit: what `demo` and `run` share.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bucket, IntakeBucket } from '#functions/ports.ts';
import type { SiteDrop } from '#lib/cohort/datasets/dataset.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { type RunPlan, type RunSuccess, reportPrefix, runKey } from '#lib/cohort/run.ts';
import { countLedger, type Ledger } from '#lib/ledger/count.ts';
import { siteKey } from '#lib/ledger/keys.ts';
import { readJson, toJson } from '#lib/ledger/once.ts';
import type { Site } from '#lib/sites/site.ts';
import type { Cloud } from './cloud.ts';

const POLL_MS = 500;
const STALLED_MS = 30 * 60 * 1000;
const RUN_HOURS = 24;

type Say = (line: string) => void;

/** Describes the sites to the archive, as an operator does. */
export async function setUpSites(cloud: Pick<Cloud, 'operator'>, sites: readonly Site[]): Promise<void> {
  for (const site of sites) await cloud.operator.archive.put(siteKey(site.site), toJson(site));
}

/** Puts each file under its site's prefix, one after the other as they are made; returns how many there were. */
export async function dropAll(
  cloud: Pick<Cloud, 'uploader'>,
  drops: AsyncIterable<SiteDrop> | Iterable<SiteDrop>,
  say: Say = () => undefined,
): Promise<number> {
  const uploaders = new Map<string, IntakeBucket>();
  let [files, bytes] = [0, 0];
  for await (const { site, path, body } of drops) {
    const bucket = uploaders.get(site) ?? cloud.uploader(site);
    uploaders.set(site, bucket);
    await bucket.put(`drops/${site}/${path}`, body);
    files += 1;
    bytes += body.length;
    say(`${files} files, ${(bytes / 1e6).toFixed(1)} MB`);
  }
  return files;
}

/** What the names of the stored objects say of how far everything is; counting the ledger itself reads every one of them. */
interface Progress {
  readonly received: number;
  readonly read: number;
  readonly units: number;
  readonly closed: number;
  readonly receipts: number;
}

/** Waits until every drop has its receipt and shows how far each step is; fails when nothing moves any more. */
export async function untilSettled(cloud: Cloud, drops: number, say: Say): Promise<Ledger> {
  const start = Date.now();
  let [last, movedAt] = ['', start];
  for (;;) {
    const looked = Date.now();
    const progress = await progressOf(cloud);
    say(progressLine(progress, drops, (Date.now() - start) / 1000));
    if (progress.receipts >= drops) {
      const ledger = await countLedger(cloud.operator.archive, cloud.operator.intake);
      if (ledger.total.received >= drops && ledger.complete) return ledger;
    }
    const now = JSON.stringify(progress);
    if (now !== last) [last, movedAt] = [now, Date.now()];
    if (Date.now() - movedAt > STALLED_MS) throw new Error(`drops: found nothing moving for half an hour, ${now}`);
    // Looking must not keep the steps from working.
    await sleep(Math.max(POLL_MS, 4 * (Date.now() - looked)));
  }
}

async function progressOf({ operator: { archive, intake } }: Cloud): Promise<Progress> {
  const [received, read] = await countNames(archive, 'ledger/', ['received.json', 'plan.json']);
  const [units, closed] = await countNames(archive, 'units/', ['owner.json', 'closed.json']);
  const [receipts] = await countNames(intake, 'receipts/', ['']);
  return { received, read, units, closed, receipts };
}

/** How many keys below the prefix end with each of the names. */
async function countNames(bucket: Pick<Bucket, 'list'>, prefix: string, names: readonly string[]): Promise<number[]> {
  const counts = names.map(() => 0);
  for await (const { key } of bucket.list(prefix)) {
    for (const [index, name] of names.entries()) if (key.endsWith(name)) counts[index] += 1;
  }
  return counts;
}

function progressLine({ received, read, units, closed, receipts }: Progress, drops: number, seconds: number): string {
  const rate = closed / Math.max(seconds, 0.001);
  // Every drop that is not read yet is taken for as large as the others.
  const left = read > 0 && rate > 0 ? ((units * drops) / read - closed) / rate : undefined;
  return [
    `drops received ${received}/${drops}, read ${read}, receipts ${receipts}`,
    `units ${units}, done ${closed} (${rate.toFixed(1)}/s)`,
    ...(left === undefined ? [] : [`about ${Math.ceil(Math.max(0, left))} s left`]),
  ].join(' · ');
}

export interface CohortRun {
  readonly run: string;
  readonly cohort: Cohort;
  readonly publicData: boolean;
  readonly command: string;
}

/** Starts a run as a researcher and waits for its report; returns the report's files by path. */
export async function runCohort(
  cloud: Pick<Cloud, 'researcher'>,
  { run, cohort, publicData, command }: CohortRun,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { archive, queues } = cloud.researcher;
  const deadline = new Date(Date.now() + RUN_HOURS * 60 * 60 * 1000).toISOString();
  const plan: RunPlan = { run, cohort, deadline, publicData, command };
  await archive.create(runKey(run, 'plan.json'), toJson(plan));
  for (let wait = 0; ; wait++) {
    // A closed run is being written, or its message comes again by itself: a second one would write all of it beside the first.
    const asks = wait % 10 === 0 && !(await archive.has(runKey(run, '_CLOSED')));
    if (asks) await queues.send('audit', 'runs', [{ run }]);
    if (await archive.has(runKey(run, '_FAILED')))
      throw new Error(`run ${run}: found it failed, its log has the cause`);
    const success = await readJson<RunSuccess>(archive, runKey(run, '_SUCCESS'));
    if (success) return reportFiles(cloud, reportPrefix(cohort.name, run));
    await pause(POLL_MS);
  }
}

async function reportFiles(cloud: Pick<Cloud, 'researcher'>, prefix: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { key } of cloud.researcher.archive.list(prefix)) {
    const stored = await cloud.researcher.archive.get(key);
    if (stored) files.set(key.slice(prefix.length), stored.body);
  }
  return files;
}
