// The class of each study for models with several classes: what the labels say, what the model said, and who is left out why.
import { RefusedInput } from '#functions/errors.ts';
import type { AnswerDetail } from '#functions/study.ts';
import { labelDateFault } from './label-facts.ts';
import { type CurrentLabel, currentLabels, once } from './revisions.ts';
import type { ClassLabel, Cohort, LabelTableRow, PredictionTableRow, StudyTableRow } from './rows.ts';
import { type StudyFacts, studyFacts } from './study-facts.ts';

/** A study whose reference standard names a class of the model. */
export interface ClassedRow extends StudyFacts {
  /** The classes that the labels name: one, or several where several labels do. */
  readonly classes: readonly string[];
  /** Probability of each class; undefined where the model kept silent. */
  readonly probabilities: Readonly<Record<string, number>> | undefined;
  /** Why the model kept silent; undefined where it answered. */
  readonly silence: string | undefined;
}

/** Studies at a site that take no part in the analysis of classes, or take part with a class, by what decided it. */
export interface ClassCount {
  readonly site: string;
  /** A code of `LEFT`, or `value` where a value of a label decided it. */
  readonly why: string;
  /** The place in the cohort's `classes`; undefined where no value of it decided. */
  readonly value?: number;
  readonly studies: number;
}

export interface Classed {
  /** By site in the order of the report, then by studyKey. */
  readonly rows: readonly ClassedRow[];
  /** Studies that the labels give a class or none, by value. */
  readonly values: readonly ClassCount[];
  /** Studies without part in the analysis, each once. */
  readonly left: readonly ClassCount[];
}

interface ClassedInput {
  readonly sites: readonly string[];
  /** The current row of each study, by `site/studyKey`. */
  readonly studies: ReadonlyMap<string, StudyTableRow>;
  readonly predictionOf: (study: StudyTableRow) => PredictionTableRow | undefined;
  readonly arrivalOf: (study: StudyTableRow) => string;
  readonly labels: readonly LabelTableRow[];
  readonly cohort: Cohort;
}

/** Undefined where the cohort says of no label which class its values are. */
export function classedStudies({
  sites,
  studies,
  predictionOf,
  arrivalOf,
  labels,
  cohort,
}: ClassedInput): Classed | undefined {
  const { classes } = cohort;
  if (classes === undefined) return undefined;
  checkMapping(classes);
  const byName = labelsByName(labels, classes);
  const rows: ClassedRow[] = [];
  const values = new Tally(sites);
  const left = new Tally(sites);
  for (const [key, study] of studies) {
    const prediction = predictionOf(study);
    if (prediction === undefined) continue;
    const given = byName.flatMap((of) => of.get(key) ?? []);
    const fault = faultOf(given, prediction, cohort);
    const named = fault === undefined ? valuesOf(given, classes) : [];
    for (const value of named) values.add(study.site, 'value', value);
    const own = [...new Set(named.flatMap((value) => classes[value].class ?? []))];
    const why = fault ?? (own.length === 0 ? 'no-class' : withoutScores(prediction));
    if (why !== undefined) {
      left.add(study.site, why);
      continue;
    }
    const isSilent = prediction.status === 'abstained';
    rows.push({
      ...studyFacts(study, arrivalOf(study), prediction),
      classes: own,
      probabilities: isSilent ? undefined : probabilitiesOf(prediction),
      silence: isSilent ? (prediction.reason ?? 'abstained') : undefined,
    });
  }
  const place = new Map(sites.map((site, n) => [site, n]));
  const order = (a: ClassedRow, b: ClassedRow) =>
    (place.get(a.site) ?? 0) - (place.get(b.site) ?? 0) || (a.studyKey < b.studyKey ? -1 : 1);
  return { rows: rows.sort(order), values: values.counts(), left: left.counts() };
}

/** A value that is two things, or a class twice under one name, would be a guess. */
function checkMapping(classes: readonly ClassLabel[]): void {
  const seen = new Set<string>();
  for (const { label, value } of classes) {
    const key = `${label} ${value}`;
    if (seen.has(key))
      throw new RefusedInput(`classes of the cohort: found value ${value} of ${label} twice, allowed once`);
    seen.add(key);
  }
}

function labelsByName(labels: readonly LabelTableRow[], classes: readonly ClassLabel[]): Map<string, CurrentLabel>[] {
  return [...new Set(classes.map(({ label }) => label))].map((name) => {
    const own = labels.filter(({ label }) => label === name);
    return currentLabels(once(own, (row) => `${row.site}/${row.dropKey}/${row.row}`));
  });
}

/** Why a study takes no part, before its class is looked at. */
function faultOf(given: readonly CurrentLabel[], { status, relation }: PredictionTableRow, cohort: Cohort) {
  if (status !== 'scored' && status !== 'abstained') return 'not-analysed';
  if (relation === 'apparent') return 'apparent';
  if (given.length === 0) return 'no-label';
  if (given.some(({ contradictory }) => contradictory)) return 'contradictory-labels';
  if (given.some(({ row }) => row.blinded === false)) return 'label-not-blinded';
  return given.map(({ row }) => labelDateFault(row, cohort)).find((fault) => fault !== undefined);
}

/** Places in the mapping of the values that the labels have; a value that it does not name has none. */
function valuesOf(given: readonly CurrentLabel[], classes: readonly ClassLabel[]): number[] {
  return given.flatMap(({ row }) => {
    const place = classes.findIndex(({ label, value }) => label === row.label && value === row.value);
    return place < 0 ? [] : [place];
  });
}

const withoutScores = (prediction: PredictionTableRow): string | undefined =>
  prediction.status === 'abstained' || probabilitiesOf(prediction) !== undefined ? undefined : 'no-class-scores';

function probabilitiesOf({ detail }: PredictionTableRow): Readonly<Record<string, number>> | undefined {
  return detail === null ? undefined : (JSON.parse(detail) as Partial<AnswerDetail>).probabilities;
}

/** Counts by site and reason, in the order of sites, reasons by name. */
class Tally {
  readonly #sites: readonly string[];
  readonly #counts = new Map<string, { why: string; value?: number; site: string; studies: number }>();

  constructor(sites: readonly string[]) {
    this.#sites = sites;
  }

  add(site: string, why: string, value?: number): void {
    const key = `${site} ${why} ${value ?? ''}`;
    const count = this.#counts.get(key) ?? { site, why, studies: 0, ...(value !== undefined && { value }) };
    count.studies += 1;
    this.#counts.set(key, count);
  }

  counts(): ClassCount[] {
    const all = [...this.#counts.values()];
    return this.#sites.flatMap((site) =>
      all
        .filter((count) => count.site === site)
        .sort((a, b) => (a.value ?? 0) - (b.value ?? 0) || (a.why < b.why ? -1 : 1)),
    );
  }
}
