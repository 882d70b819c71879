import type { FlowLoss } from '#lib/cohort/flow.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import type { AnalysedRow, Selection } from '#lib/cohort/select.ts';
import { isEcgContract, isMeasurementsContract, type ModelContract } from '#lib/inference/contract.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import type { RerunResult } from '#lib/robustness/disturbance.ts';
import { computeChapters } from './chapters.ts';
import { describe } from './describe.ts';
import { formatCount } from './format.ts';
import { performanceOf } from './measure.ts';
import type { Occasion, Provenance, ReportPast } from './provenance.ts';
import { reasonWords } from './reasons.ts';
import type { ReportBody, ReportedFlow, ReportedLoss, ReportedModel } from './record.ts';
import { seedOf } from './seed.ts';
import { silenceOf } from './silence.ts';

export interface BodyInput {
  readonly selection: Selection;
  readonly cohort: Cohort;
  readonly model: ModelContract;
  /** The data are public: small cells are not hidden. */
  readonly publicData: boolean;
  readonly provenance: Occasion;
  /** The model asked again about disturbed studies; left out where there are only tables. */
  readonly reruns?: RerunResult | undefined;
  readonly past?: ReportPast | undefined;
}

/** The numbers of the internal report: the primary analysis of studies that can speak for new patients, the apparent ones apart. */
export function reportBody({ selection, cohort, model, publicData, provenance, reruns, past }: BodyInput): ReportBody {
  const { sites, rows, silent } = selection;
  const apparent = rows.filter((row) => row.relation === 'apparent');
  const primary = primaryRows(selection);
  const blindSilence = silent.filter(({ unblinded }) => !unblinded);
  const seed = seedOf(provenance.inputs);
  const fields = isMeasurementsContract(model) ? model.accepts.fields.map(({ name }) => name) : ['age'];
  return {
    schema: 'tricuspid/cohort-report/1',
    audience: 'internal',
    publicData,
    cohort,
    model: reportedModel(model),
    flow: reportedFlow(selection),
    table1: describe(primary, sites, fields),
    primary: performanceOf(primary, sites, model.thresholds),
    apparent: apparent.length === 0 ? null : performanceOf(apparent, sites, model.thresholds),
    silence: silenceOf(primary, blindSilence, sites, model.thresholds),
    chapters: computeChapters({
      ...{ rows: primary, silent: blindSilence, sites, model, cohort, seed, selection, reruns, past },
      unlabelled: selection.unlabelled.filter(({ relation }) => relation !== 'apparent'),
    }),
    labelMethods: [...new Set(rows.map((row) => row.labelMethod))].sort(),
    provenance: { ...provenance, seed, scoredBy: scoredBy(rows), ...lastAuditOf(past) },
  };
}

function lastAuditOf(past: ReportPast | undefined): Pick<Provenance, 'lastAudit'> {
  if (past === undefined || past.lastAudit === null) return {};
  const { run, cohort, sha256 } = past.lastAudit;
  return { lastAudit: { run, cohort, sha256 } };
}

/** Rows of the primary analysis. */
export const primaryRows = ({ rows }: Selection): readonly AnalysedRow[] =>
  rows.filter((row) => row.relation !== 'apparent' && !row.unblinded);

function reportedModel(model: ModelContract): ReportedModel {
  const { name, version, title, intendedUse, notFor, regulatoryStatus, thresholds, citation } = model;
  const files = model.files.map((file) => ({
    file: file.file,
    sha256: file.sha256,
    leftOut: file.role === 'fold' ? file.leftOut : null,
  }));
  const use = { intendedUse, notFor, regulatoryStatus };
  const trainingSites = isMeasurementsContract(model) ? model.training.sites : [];
  const trainedOn = isEcgContract(model) ? trainingWords(model) : null;
  return { name, version, title, ...use, thresholds, citation, files, trainingSites, trainedOn };
}

function trainingWords({ training, classes }: EcgContract): string {
  const { n, source, device, people, sites, age, sex, dates } = training;
  const { publishedClasses } = training;
  const words = (counts: Readonly<Record<string, number>>) =>
    classes.map((name) => `${name.replaceAll('-', ' ')} ${formatCount(counts[name] ?? 0)}`).join(', ');
  const published =
    publishedClasses === undefined
      ? ''
      : ` That is a selection; the scores are calibrated to the whole, with which Drift compares: ${words(publishedClasses)}.`;
  return `The model was trained on ${formatCount(n)} recordings of ${source} (${device}): ${words(training.classes)}.${published} People: ${people}. Hospitals: ${sites}. Age: ${age}. Sex: ${sex}. Dates: ${dates}.`;
}

function reportedFlow({ siteFlows, totalFlow }: Selection): ReportedFlow[] {
  return [...siteFlows, { site: null, ...totalFlow }].map(({ site, steps, labels }) => ({
    site,
    steps: steps.map((step) => ({ ...step, losses: step.losses.map(reportedLoss) })),
    labels,
  }));
}

function reportedLoss({ code, count }: FlowLoss): ReportedLoss {
  return { code, count, reason: reasonWords(code) };
}

function scoredBy(rows: readonly AnalysedRow[]): Provenance['scoredBy'] {
  const counts = Map.groupBy(rows, (row) => JSON.stringify([row.site, row.file ?? 'unknown']));
  return [...counts].sort().map(([key, { length }]) => {
    const [site, file] = JSON.parse(key) as [string, string];
    return { site, file, n: length };
  });
}
