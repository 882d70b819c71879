import type { AnswerDetail, Relation } from '#functions/study.ts';
import { countedRows } from './attempts.ts';
import { assertFlowAddsUp, type Flow, type FlowLoss, mergeLosses, type SiteFlow, totalFlow } from './flow.ts';
import { type Receipts, receiptsOf } from './receipts.ts';
import { type CurrentLabel, currentLabels, currentStudies, lastSightings, once } from './revisions.ts';
import type { Cohort, CohortTables, PredictionTableRow, StudyTableRow } from './rows.ts';

/** What was recorded, of an ECG. */
export interface RecordingFacts {
  readonly durationSeconds: number;
  readonly samplingRateHz: number;
  readonly leads: number;
  /** Lead or leads that the model read; undefined where it was not run. */
  readonly leadRead: string | undefined;
}

/** One study with a label of the reference standard. */
export interface LabelledRow {
  readonly site: string;
  readonly studyKey: string;
  /** Cluster: rows of the same person are not independent. */
  readonly subjectKey: string;
  readonly sex: string | undefined;
  readonly ageYears: number | undefined;
  /** The recorder, where the site names it. */
  readonly device: string | undefined;
  readonly recording: RecordingFacts | undefined;
  readonly label: 0 | 1;
  /** Names of the measurements that are present. */
  readonly present: ReadonlySet<string>;
  /** How the label was obtained, as given. */
  readonly labelMethod: string;
  /** The label was given with the score in sight: not in the primary analysis. */
  readonly unblinded: boolean;
}

/** One study that the model scored and the reference standard labels. */
export interface AnalysedRow extends LabelledRow {
  /** Calibrated probability, 0 to 1. */
  readonly score: number;
  readonly relation: Relation;
  /** ONNX file that gave the score. */
  readonly file: string | null;
}

/** One labelled study on which the model kept silent. */
export interface SilentRow extends LabelledRow {
  /** Code of the reason. */
  readonly reason: string;
}

export interface Selection {
  readonly sites: readonly string[];
  /** Labelled and scored, whatever the relation; by site in the order of `sites`, then by studyKey. */
  readonly rows: readonly AnalysedRow[];
  /** Labelled, and the model kept silent; ordered likewise. */
  readonly silent: readonly SilentRow[];
  readonly siteFlows: readonly SiteFlow[];
  readonly totalFlow: Flow;
}

type Loss = 'eligible' | 'analysed' | 'labelled' | 'primary';

/** Where a study ends: with a row that is analysed, with a loss, or both (analysed, but not in the primary analysis). */
interface Fate {
  readonly row?: AnalysedRow;
  readonly silent?: SilentRow;
  readonly lostAt?: Loss;
  readonly code?: string;
}

/** Selects the studies of a cohort from the tables and counts every loss; a count that does not add up throws. */
export function selectCohort(allTables: CohortTables, cohort: Cohort): Selection {
  const tables = countedRows(allTables);
  const sites = cohort.sites ?? sitesOf(tables);
  const wanted = new Set(sites);
  const at = <Row extends { readonly site: string }>(rows: readonly Row[]) =>
    rows.filter((row) => wanted.has(row.site));
  const ledger = at(tables.ledger);
  const studies = once(at(tables.studies), (row) => `${row.site}/${row.unit}/${row.row}`);
  const current = currentStudies(studies, lastSightings(ledger));
  const predictions = predictionsOf(at(tables.predictions), cohort);
  const allLabels = once(
    at(tables.labels).filter((row) => row.label === cohort.label),
    (row) => `${row.site}/${row.dropKey}/${row.row}`,
  );
  const labels = currentLabels(allLabels);
  const receipts = receiptsOf(ledger, studies);
  const fates = new Map<string, Fate[]>(sites.map((site) => [site, []]));
  for (const [key, study] of current) {
    fates.get(study.site)?.push(fateOf(study, predictions.get(rowKey(study)), labels.get(key)));
  }
  const labelCounts = countLabels(sites, allLabels, labels, current);
  const siteFlows = sites.map((site): SiteFlow => {
    const steps = siteSteps(receipts.get(site), fates.get(site) ?? []);
    return { site, steps, labels: labelCounts.get(site) ?? { rows: 0, superseded: 0, studies: 0, unmatched: 0 } };
  });
  for (const flow of siteFlows) assertFlowAddsUp(flow, flow.site);
  const total = totalFlow(siteFlows);
  assertFlowAddsUp(total, 'all sites');
  const ordered = <Row extends LabelledRow>(of: (fate: Fate) => Row | undefined) =>
    sites.flatMap((site) => byStudy((fates.get(site) ?? []).flatMap((fate) => of(fate) ?? [])));
  const rows = ordered(({ row }) => row);
  return { sites, rows, silent: ordered(({ silent }) => silent), siteFlows, totalFlow: total };
}

function sitesOf(tables: CohortTables): string[] {
  return [...new Set([...tables.ledger, ...tables.studies].map((row) => row.site))].sort();
}

function rowKey(row: { readonly site: string; readonly unit: string; readonly row: number }): string {
  return `${row.site}/${row.unit}/${row.row}`;
}

function predictionsOf(rows: readonly PredictionTableRow[], { model }: Cohort): Map<string, PredictionTableRow> {
  const ours = rows.filter((row) => row.model === model.name && row.version === model.version);
  return new Map(once(ours, rowKey).map((row) => [rowKey(row), row]));
}

const byStudy = <Row extends LabelledRow>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (a.studyKey < b.studyKey ? -1 : 1));

function fateOf(
  study: StudyTableRow,
  prediction: PredictionTableRow | undefined,
  label: CurrentLabel | undefined,
): Fate {
  if (prediction === undefined) return { lostAt: 'eligible', code: 'no-slot-for-the-model' };
  if (prediction.studyKey !== study.studyKey)
    throw new Error(`row ${study.row} of unit ${study.unit} of ${study.site} is another study in the predictions`);
  const { status, score, relation } = prediction;
  const lost = labelLoss(label);
  if (status === 'abstained')
    return silence(prediction, lost === undefined ? label && labelledRow(study, label, prediction) : undefined);
  if (status !== 'scored') return { lostAt: 'analysed', code: prediction.reason ?? status };
  if (score === null || relation === null || !(score >= 0 && score <= 1))
    throw new Error(
      `scored study ${study.studyKey} of ${study.site} has score ${score} and relation ${relation}, allowed: a score of 0 to 1 with its relation`,
    );
  if (label === undefined || lost !== undefined) return { lostAt: 'labelled', code: lost ?? 'no-label' };
  const row = { ...labelledRow(study, label, prediction), score, relation, file: prediction.file };
  if (relation === 'apparent') return { row, lostAt: 'primary', code: 'apparent' };
  return label.row.blinded === false ? { lostAt: 'primary', code: 'label-not-blinded' } : { row };
}

function silence({ reason }: PredictionTableRow, labelled: LabelledRow | undefined): Fate {
  const code = reason ?? 'abstained';
  return { lostAt: 'eligible', code, ...(labelled && { silent: { ...labelled, reason: code } }) };
}

function labelLoss(label: CurrentLabel | undefined): string | undefined {
  if (label === undefined) return 'no-label';
  if (label.contradictory) return 'contradictory-labels';
  return label.row.value === 0 || label.row.value === 1 ? undefined : 'label-not-binary';
}

function labelledRow(
  study: StudyTableRow,
  { row: label }: CurrentLabel,
  { detail }: Pick<PredictionTableRow, 'detail'>,
): LabelledRow {
  const payload = JSON.parse(study.payload) as Readonly<Record<string, unknown>>;
  const { sex, age, device } = payload;
  return {
    site: study.site,
    studyKey: study.studyKey,
    subjectKey: study.subjectKey,
    sex: typeof sex === 'string' ? sex : undefined,
    ageYears: typeof age === 'number' ? age : undefined,
    device: typeof device === 'string' ? device : undefined,
    recording: recordingOf(payload, detail),
    label: label.value === 1 ? 1 : 0,
    present: new Set(Object.keys(payload)),
    labelMethod: label.method,
    unblinded: label.blinded === false,
  };
}

/** The facts of an ECG's payload (EcgDescription); undefined for measurements. */
function recordingOf(payload: Readonly<Record<string, unknown>>, detail: string | null): RecordingFacts | undefined {
  const { leads, samplingRateHz, durationSeconds } = payload;
  if (typeof leads !== 'string' || typeof samplingRateHz !== 'number' || typeof durationSeconds !== 'number')
    return undefined;
  const leadRead = detail === null ? undefined : (JSON.parse(detail) as AnswerDetail).lead;
  return { durationSeconds, samplingRateHz, leads: leads.split(',').length, leadRead };
}

function siteSteps(receipts: Receipts | undefined, fates: readonly Fate[]): SiteFlow['steps'] {
  const { items = 0, unreadable = [], notStudies = [], studyRows = 0 } = receipts ?? {};
  const losses = (step: Loss) =>
    mergeLosses(fates.filter((fate) => fate.lostAt === step).map((fate) => ({ code: fate.code ?? step, count: 1 })));
  const superseded = { code: 'superseded', count: studyRows - fates.length };
  const stages: [SiteFlow['steps'][number]['name'], FlowLoss[]][] = [
    ['readable', mergeLosses(unreadable)],
    ['study rows', mergeLosses(notStudies)],
    ['studies', mergeLosses([superseded])],
    ['eligible', losses('eligible')],
    ['analysed', losses('analysed')],
    ['labelled', losses('labelled')],
    ['primary', losses('primary')],
  ];
  let count = items;
  const steps: SiteFlow['steps'][number][] = [{ name: 'received', count, losses: [] }];
  for (const [name, lost] of stages) {
    count -= lost.reduce((sum, loss) => sum + loss.count, 0);
    steps.push({ name, count, losses: lost });
  }
  const expected = fates.filter((fate) => fate.lostAt === undefined).length;
  if (count !== expected) throw new Error(`flow ends with ${count} studies where ${expected} are analysed`);
  return steps;
}

function countLabels(
  sites: readonly string[],
  all: readonly { readonly site: string }[],
  current: ReadonlyMap<string, CurrentLabel>,
  studies: ReadonlyMap<string, StudyTableRow>,
): Map<string, Flow['labels']> {
  const counts = new Map(sites.map((site) => [site, { rows: 0, superseded: 0, studies: 0, unmatched: 0 }]));
  for (const { site } of all) {
    const count = counts.get(site);
    if (count !== undefined) count.rows += 1;
  }
  for (const [key, { row }] of current) {
    const count = counts.get(row.site);
    if (count === undefined) continue;
    count.studies += 1;
    if (!studies.has(key)) count.unmatched += 1;
  }
  for (const count of counts.values()) count.superseded = count.rows - count.studies;
  return counts;
}
