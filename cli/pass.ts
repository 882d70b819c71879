// One pass of drops through the cloud and of a cohort through audit: what `demo` and `run` share.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IntakeBucket } from '#functions/ports.ts';
import type { SiteDrop } from '#lib/cohort/datasets/dataset.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { type RunPlan, type RunSuccess, reportPrefix, runKey } from '#lib/cohort/run.ts';
import { countLedger, type Ledger } from '#lib/ledger/count.ts';
import { siteKey } from '#lib/ledger/keys.ts';
import { readJson, toJson } from '#lib/ledger/once.ts';
import type { Site } from '#lib/sites/site.ts';
import type { Cloud } from './cloud.ts';

const POLL_MS = 500;
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

/** Waits until every drop is settled and shows how far each step is; fails when nothing moves any more. */
export async function untilSettled(cloud: Cloud, drops: number, say: Say): Promise<Ledger> {
  const start = Date.now();
  for (;;) {
    const ledger = await countLedger(cloud.operator.archive, cloud.operator.intake);
    say(progressLine(ledger, drops, (Date.now() - start) / 1000));
    if (ledger.total.received >= drops && ledger.complete && (await receipts(cloud)) >= drops) return ledger;
    await sleep(POLL_MS);
  }
}

async function receipts(cloud: Cloud): Promise<number> {
  let found = 0;
  for await (const _ of cloud.operator.intake.list('receipts/')) found++;
  return found;
}

function progressLine({ total }: Ledger, drops: number, seconds: number): string {
  const ended = total.items - total.inFlight;
  const rate = ended / Math.max(seconds, 0.001);
  const left = total.settled < drops && total.settled > 0 ? (seconds / total.settled) * (drops - total.settled) : 0;
  return [
    `drops received ${total.received}/${drops}, read ${total.planned}, settled ${total.settled}`,
    `items read ${total.items}, done ${ended} (${rate.toFixed(0)}/s)`,
    `about ${Math.ceil(left)} s left`,
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
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { archive, queues } = cloud.researcher;
  const deadline = new Date(Date.now() + RUN_HOURS * 60 * 60 * 1000).toISOString();
  const plan: RunPlan = { run, cohort, deadline, publicData, command };
  await archive.create(runKey(run, 'plan.json'), toJson(plan));
  for (let wait = 0; ; wait++) {
    if (wait % 10 === 0) await queues.send('audit', 'runs', [{ run }]);
    if (await archive.has(runKey(run, '_FAILED')))
      throw new Error(`run ${run}: found it failed, its log has the cause`);
    const success = await readJson<RunSuccess>(archive, runKey(run, '_SUCCESS'));
    if (success) return reportFiles(cloud, reportPrefix(cohort.name, run));
    await sleep(POLL_MS);
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
