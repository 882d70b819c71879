// What earlier reports of the archive tell this one: the people of the last audit, and what shareable reports have shown.
import type { PastAudit, RunPast, RunPlan } from '#lib/cohort/run.ts';
import { readJson } from '#lib/ledger/once.ts';
import { type HiddenCells, type SharedReport, sharedReport } from '#lib/report/between.ts';
import type { ReportPast } from '#lib/report/provenance.ts';
import type { Report } from '#lib/report/record.ts';
import type { Bucket } from '../ports.ts';

/** The earlier reports as the report takes them. */
export async function readPast(
  { shared, unended, lastAudit, looks }: RunPast,
  { lastAudit: choice, publicData, cohort }: RunPlan,
  archive: Bucket,
): Promise<ReportPast> {
  const isAsked = choice !== 'none' && cohort.reference === undefined;
  const lacking = unended.map((run) => `${run}, which had not ended`);
  const reports: SharedReport[] = [];
  for (const audit of publicData ? [] : shared) {
    const report = await readShared(audit, archive);
    if (report === undefined) lacking.push(`${audit.run}, whose hidden cells cannot be read`);
    else reports.push(report);
  }
  return {
    lastAudit: isAsked && lastAudit !== null ? await lastPeople(lastAudit, archive) : null,
    looks,
    shared: reports,
    lacking: publicData ? [] : lacking,
  };
}

async function lastPeople(audit: PastAudit, archive: Bucket): Promise<ReportPast['lastAudit']> {
  const report = await readJson<Report>(archive, `${audit.report}internal/report.json`);
  const summaries = report?.chapters.drift?.summaries;
  return {
    run: audit.run,
    cohort: audit.cohort,
    sha256: audit.sha256,
    populations: Array.isArray(summaries) ? summaries : [],
  };
}

async function readShared({ run, report }: PastAudit, archive: Bucket): Promise<SharedReport | undefined> {
  const body = await readJson<Report>(archive, `${report}internal/report.json`);
  const hidden = await readJson<HiddenCells>(archive, `${report}internal/hidden-cells.json`);
  return body === undefined || hidden === undefined ? undefined : sharedReport(run, body, hidden);
}
