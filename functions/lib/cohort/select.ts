import type { Relation } from '#functions/study.ts';
import { countedRows } from './attempts.ts';
import { type Classed, classedStudies } from './class-facts.ts';
import { assertFlowAddsUp, type Flow, type FlowLoss, mergeLosses, type SiteFlow, totalFlow } from './flow.ts';
import {
  countLabels,
  type LabelFacts,
  type LabelRepeats,
  labelFacts,
  labelFault,
  labelRepeats,
} from './label-facts.ts';
import { type Receipts, receiptsOf } from './receipts.ts';
import { type CurrentLabel, currentLabels, currentStudies, firstSightings, lastSightings, once } from './revisions.ts';
import type { Cohort, CohortTables, PredictionTableRow, StudyTableRow } from './rows.ts';
import { type StudyFacts, studyFacts } from './study-facts.ts';

/** One study with a label of the reference standard. */
export interface LabelledRow extends StudyFacts, LabelFacts {}

/** What the model said of a study. */
interface ScoreFacts {
  /** Calibrated probability, 0 to 1. */
  readonly score: number;
  readonly relation: Relation;
  /** ONNX file that gave the score. */
  readonly file: string | null;
}

/** One study that the model scored and the reference standard labels. */
export interface AnalysedRow extends LabelledRow, ScoreFacts {}

/** One study that the model scored and that has no label that could be used; `why` is the loss of the flow. */
export interface UnlabelledRow extends StudyFacts, ScoreFacts {
  readonly why: string;
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
  /** Scored, without a label that could be used; ordered likewise. */
  readonly unlabelled: readonly UnlabelledRow[];
  /** Labelled with the score in sight, scored: only to be counted; ordered likewise. */
  readonly unblinded: readonly AnalysedRow[];
  readonly labelRepeats: readonly LabelRepeats[];
  /** The classes of the studies, where the cohort says which label values they are. */
  readonly classed: Classed | undefined;
  /** Hospitals that the cohort names and of which nothing was ever received: a name may be misspelt. */
  readonly sitesWithoutDrops: readonly string[];
  /** Hospitals that the cohort does not name, with the items received of them. */
  readonly otherSites: readonly { readonly site: string; readonly items: number }[];
  readonly siteFlows: readonly SiteFlow[];
  readonly totalFlow: Flow;
}

type Loss = 'eligible' | 'analysed' | 'labelled' | 'primary';

/** Where a study ends: with a row that is analysed, with a loss, or both (analysed, but not in the primary analysis). */
interface Fate {
  readonly row?: AnalysedRow;
  readonly silent?: SilentRow;
  readonly unlabelled?: UnlabelledRow;
  readonly unblinded?: AnalysedRow;
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
  const arrivals = firstSightings(ledger);
  const predictions = predictionsOf(at(tables.predictions), cohort);
  const allLabels = once(
    at(tables.labels).filter((row) => row.label === cohort.label),
    (row) => `${row.site}/${row.dropKey}/${row.row}`,
  );
  const labels = currentLabels(allLabels);
  const receipts = receiptsOf(ledger, studies);
  const fates = new Map<string, Fate[]>(sites.map((site) => [site, []]));
  for (const [key, study] of current) {
    fates.get(study.site)?.push(fateOf(study, arrivals, predictions.get(rowKey(study)), labels.get(key), cohort));
  }
  const labelCounts = countLabels(sites, allLabels, labels, current);
  const siteFlows = sites.map((site): SiteFlow => {
    const steps = siteSteps(receipts.get(site), fates.get(site) ?? []);
    return { site, steps, labels: labelCounts.get(site) ?? { rows: 0, superseded: 0, studies: 0, unmatched: 0 } };
  });
  for (const flow of siteFlows) assertFlowAddsUp(flow, flow.site);
  const total = totalFlow(siteFlows);
  assertFlowAddsUp(total, 'all sites');
  const ordered = <Row extends StudyFacts>(of: (fate: Fate) => Row | undefined) =>
    sites.flatMap((site) => byStudy((fates.get(site) ?? []).flatMap((fate) => of(fate) ?? [])));
  return {
    sites,
    rows: ordered(({ row }) => row),
    silent: ordered(({ silent }) => silent),
    unlabelled: ordered(({ unlabelled }) => unlabelled),
    unblinded: ordered(({ unblinded }) => unblinded),
    labelRepeats: labelRepeats(sites, allLabels),
    classed: classedStudies({
      ...{ sites, cohort, studies: current, labels: at(tables.labels) },
      predictionOf: (study) => predictions.get(rowKey(study)),
      arrivalOf: (study) => arrivals.get(`${study.site}/${study.unit}`) ?? '',
    }),
    sitesWithoutDrops: sites.filter((site) => !receipts.has(site)),
    otherSites: sitesOf(tables).flatMap((site) => (wanted.has(site) ? [] : [{ site, items: itemsOf(tables, site) }])),
    siteFlows,
    totalFlow: total,
  };
}

function sitesOf(tables: CohortTables): string[] {
  return [...new Set([...tables.ledger, ...tables.studies].map((row) => row.site))].sort();
}

function itemsOf({ ledger, studies }: CohortTables, site: string): number {
  const here = <Row extends { readonly site: string }>(rows: readonly Row[]) => rows.filter((row) => row.site === site);
  return receiptsOf(here(ledger), here(studies)).get(site)?.items ?? 0;
}

function rowKey(row: { readonly site: string; readonly unit: string; readonly row: number }): string {
  return `${row.site}/${row.unit}/${row.row}`;
}

function predictionsOf(rows: readonly PredictionTableRow[], { model }: Cohort): Map<string, PredictionTableRow> {
  const ours = rows.filter((row) => row.model === model.name && row.version === model.version);
  return new Map(once(ours, rowKey).map((row) => [rowKey(row), row]));
}

const byStudy = <Row extends StudyFacts>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (a.studyKey < b.studyKey ? -1 : 1));

function fateOf(
  study: StudyTableRow,
  arrivals: ReadonlyMap<string, string>,
  prediction: PredictionTableRow | undefined,
  label: CurrentLabel | undefined,
  cohort: Cohort,
): Fate {
  if (prediction === undefined) return { lostAt: 'eligible', code: 'no-slot-for-the-model' };
  if (prediction.studyKey !== study.studyKey)
    throw new Error(`row ${study.row} of unit ${study.unit} of ${study.site} is another study in the predictions`);
  const { status, score, relation, file } = prediction;
  const fault = labelFault(label, cohort);
  const facts = studyFacts(study, arrivals.get(`${study.site}/${study.unit}`) ?? '', prediction);
  const labelled = label === undefined || fault !== undefined ? undefined : { ...facts, ...labelFacts(label) };
  if (status === 'abstained') return silence(prediction, labelled);
  if (status !== 'scored') return { lostAt: 'analysed', code: prediction.reason ?? status };
  if (score === null || relation === null || !(score >= 0 && score <= 1))
    throw new Error(
      `scored study ${study.studyKey} of ${study.site} has score ${score} and relation ${relation}, allowed: a score of 0 to 1 with its relation`,
    );
  if (labelled === undefined) {
    const why = fault ?? 'no-label';
    return { unlabelled: { ...facts, score, relation, file, why }, lostAt: 'labelled', code: why };
  }
  const row = { ...labelled, score, relation, file };
  if (relation === 'apparent') return { row, lostAt: 'primary', code: 'apparent' };
  return row.unblinded ? { unblinded: row, lostAt: 'primary', code: 'label-not-blinded' } : { row };
}

function silence({ reason }: PredictionTableRow, labelled: LabelledRow | undefined): Fate {
  const code = reason ?? 'abstained';
  return { lostAt: 'eligible', code, ...(labelled && { silent: { ...labelled, reason: code } }) };
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
