// Audits stand one after the other: each takes the next place once its data are complete, and looks back upon those before it. So of any
// two of them one knows the other, whichever was started or written first.

import type { RunSuccess } from '#lib/cohort/run.ts';
import {
  ORDER_PREFIX,
  type OrderEntry,
  type PastAudit,
  type RunPast,
  type RunPlan,
  reportPrefix,
  runKey,
} from '#lib/cohort/run.ts';
import { readJson, toJson } from '#lib/ledger/once.ts';
import { TransientFailure } from '../errors.ts';
import type { Bucket, Clock } from '../ports.ts';

const DIGITS = 8;
const keyOf = (place: number): string => `${ORDER_PREFIX}${String(place).padStart(DIGITS, '0')}.json`;

/** Takes the run's place, or finds the one that it has; returns the entries up to its own, oldest first. */
export async function takePlace(
  { run, cohort }: RunPlan,
  { archive, clock }: { readonly archive: Bucket; readonly clock: Clock },
): Promise<readonly OrderEntry[]> {
  const entry: OrderEntry = {
    run,
    cohort: cohort.name,
    model: `${cohort.model.name}@${cohort.model.version}`,
    label: cohort.label,
    sites: cohort.sites ?? null,
    limits: cohort.limits !== undefined,
    at: new Date(clock.now()).toISOString(),
  };
  const before: OrderEntry[] = [];
  for (let place = 1; ; place++) {
    const stored = await readJson<OrderEntry>(archive, keyOf(place));
    if (stored === undefined && (await archive.create(keyOf(place), toJson(entry)))) return [...before, entry];
    const taken = stored ?? (await readJson<OrderEntry>(archive, keyOf(place)));
    if (taken === undefined)
      throw new TransientFailure(`order of audits: found no ${keyOf(place)}, expected the entry that is there`);
    before.push(taken);
    if (taken.run === run) return before;
  }
}

/** What the last of these entries looks back upon. */
export async function pastOf(entries: readonly OrderEntry[], archive: Bucket): Promise<RunPast> {
  const own = entries[entries.length - 1];
  const related = entries.slice(0, -1).filter((entry) => overlaps(entry, own));
  const ends = await Promise.all(related.map(async (entry) => ({ entry, ...(await endOf(entry, archive)) })));
  const isSame = (entry: OrderEntry) => entry.cohort === own.cohort && entry.model === own.model;
  const finished = ends.filter(({ entry, audit }) => isSame(entry) && audit !== undefined && audit.sha256 !== null);
  const year = own.at.slice(0, 4);
  return {
    shared: ends.flatMap(({ audit }) => audit ?? []),
    unended: ends.flatMap(({ entry, ended }) => (ended ? [] : [entry.run])),
    lastAudit: finished[finished.length - 1]?.audit ?? null,
    looks: finished.filter(({ entry }) => entry.limits && entry.at.startsWith(year)).length,
  };
}

/** Some of the same studies may be in both. */
function overlaps(a: OrderEntry, b: OrderEntry): boolean {
  return (
    a.label === b.label && (a.sites === null || b.sites === null || a.sites.some((site) => b.sites?.includes(site)))
  );
}

/** A run that failed after its shareable report was written may have been read. */
async function endOf(
  { run, cohort }: OrderEntry,
  archive: Bucket,
): Promise<{ readonly ended: boolean; readonly audit?: PastAudit }> {
  const success = await readJson<RunSuccess>(archive, runKey(run, '_SUCCESS'));
  if (success) return { ended: true, audit: { run, cohort, report: success.report, sha256: success.sha256 } };
  const report = reportPrefix(cohort, run);
  if (!(await archive.has(runKey(run, '_FAILED')))) return { ended: false };
  const wasWritten = await archive.has(`${report}shareable/report.json`);
  return { ended: true, ...(wasWritten && { audit: { run, cohort, report, sha256: null } }) };
}
