// Drops in, report out: the whole way of a cohort, for `demo` (simulated) and `run` (public datasets).
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SiteDrop } from '#lib/cohort/datasets/dataset.ts';
import type { Ledger } from '#lib/ledger/count.ts';
import type { Site } from '#lib/sites/site.ts';
import { type Cloud, type CloudOptions, openCloud } from './cloud.ts';
import { type CohortRun, dropAll, runCohort, setUpSites, untilSettled } from './pass.ts';
import { showing } from './progress.ts';

export interface CohortPass {
  readonly sites: readonly Site[];
  readonly drops: Iterable<SiteDrop> | AsyncIterable<SiteDrop>;
  /** How many there are at most, where that is known before they are made. */
  readonly dropCount?: number;
  /** Audited one after the other. */
  readonly runs: readonly CohortRun[];
  readonly cloud: CloudOptions;
}

export interface PassResult {
  readonly ledger: Ledger;
  /** Files of each run's report. */
  readonly reports: readonly ReportFiles[];
}

export type ReportFiles = ReadonlyMap<string, Uint8Array>;

/** Starts the cloud, lets the sites drop, waits for every receipt, audits the cohorts, and ends the cloud. */
export async function passCohort({ sites, drops, dropCount, runs, cloud: options }: CohortPass): Promise<PassResult> {
  const done: { cloud?: Cloud; dropped: number; ledger?: Ledger; reports: ReportFiles[] } = { dropped: 0, reports: [] };
  try {
    await showing([
      {
        title: 'Start the embedded cloud from the template',
        run: async () => {
          // A step that fails is tried again at once, and a run that cannot end says so, instead of after hours of visibility timeouts.
          done.cloud = await openCloud({ ...options, skipIdleTime: true });
        },
      },
      {
        title: `${sites.length} hospitals drop ${dropCount ?? (Array.isArray(drops) ? drops.length : 'their')} files`,
        run: async (say) => {
          await setUpSites(done.cloud as Cloud, sites);
          done.dropped = await dropAll(done.cloud as Cloud, drops, say);
        },
      },
      {
        title: 'Route, read, predict, publish, settle',
        run: async (say) => {
          done.ledger = await untilSettled(done.cloud as Cloud, done.dropped, say);
        },
      },
      ...runs.map((run) => ({
        title: runs.length === 1 ? 'Audit the cohort' : `Audit the cohort: ${run.cohort.title}`,
        run: async () => {
          done.reports.push(await runCohort(done.cloud as Cloud, run));
        },
      })),
    ]);
    return { ledger: done.ledger as Ledger, reports: done.reports };
  } finally {
    await done.cloud?.close();
  }
}

/** Writes the report's files below the folder. */
export async function writeReport(files: ReportFiles, folder: string): Promise<void> {
  for (const [path, body] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), body);
  }
}
