// Reports of different hospitals about one model, pooled from their summaries: no row leaves a hospital.
import { RefusedInput } from '#functions/errors.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import type { PoolableReport } from './poolable-report.ts';
import type { Hospitals } from './value.ts';

/** A report with the name under which it was given. */
export interface NamedReport {
  readonly name: string;
  readonly report: PoolableReport;
}

/** pooled.json: what several reports say together. */
export interface PooledReports {
  readonly schema: 'tricuspid/pooled-reports/1';
  readonly model: { readonly name: string; readonly version: string; readonly regulatoryStatus: string };
  readonly label: string;
  readonly reports: readonly PooledReport[];
  readonly hospitals: Hospitals;
}

interface PooledReport {
  readonly name: string;
  readonly cohort: string;
  readonly audience: PoolableReport['audience'];
  readonly evidence: PoolableReport['primary']['relations'];
  readonly sites: readonly string[];
  /** Drops and units that were in flight when the run closed. */
  readonly missing: number;
}

/** Pools reports about the same weights and label; a hospital that is in two of them, or the same tables twice, are refused. */
export function poolReports(reports: readonly NamedReport[]): PooledReports {
  if (reports.length < 2) throw new RefusedInput(`pool: found ${reports.length} report, accepted at least 2`);
  const parts = reports.map((named) => ({ ...named, own: named.report.chapters.hospitals.summaries }));
  const [first] = parts;
  for (const other of parts.slice(1)) checkSame(first, other);
  checkDifferentData(reports);
  const owners = new Map<string, string>();
  for (const { name, own } of parts) {
    for (const { site } of own) {
      const owner = owners.get(site);
      if (owner !== undefined) {
        throw new RefusedInput(
          `pool: found hospital "${site}" in ${owner} and in ${name}, accepted each hospital once`,
        );
      }
      owners.set(site, name);
    }
  }
  const summaries = parts.flatMap(({ own }) => own);
  const { name, version, regulatoryStatus } = first.report.model;
  return {
    schema: 'tricuspid/pooled-reports/1',
    model: { name, version, regulatoryStatus },
    label: first.report.cohort.label,
    reports: parts.map(({ name: file, report, own }) => ({
      name: file,
      cohort: report.cohort.title,
      audience: report.audience,
      evidence: report.primary.relations,
      sites: own.map(({ site }) => site),
      missing: report.provenance.missing,
    })),
    hospitals: { schema: 'tricuspid/hospitals/1', summaries, measures: poolSummaries(summaries), years: null },
  };
}

function checkSame(first: NamedReport, other: NamedReport): void {
  const compare = (what: string, of: (report: PoolableReport) => string) => {
    if (of(first.report) === of(other.report)) return;
    throw new RefusedInput(
      `pool: found ${what} ${of(first.report)} in ${first.name} and ${of(other.report)} in ${other.name}, accepted reports about the same`,
    );
  };
  compare('model', ({ model }) => `${model.name} ${model.version}`);
  compare('weights', ({ model }) => model.files.map(({ sha256 }) => sha256.slice(0, 12)).join(' '));
  compare('label', ({ cohort }) => `"${cohort.label}"`);
}

/** The same tables under two names are one hospital's patients counted twice. */
function checkDifferentData(reports: readonly NamedReport[]): void {
  const seen = new Map<string, string>();
  for (const { name, report } of reports) {
    const data = JSON.stringify(report.provenance.inputs.map(({ sha256 }) => sha256));
    const before = seen.get(data);
    if (before !== undefined) {
      throw new RefusedInput(
        `pool: found the same inputs in ${before} and ${name}, accepted reports of different data`,
      );
    }
    seen.set(data, name);
  }
}
