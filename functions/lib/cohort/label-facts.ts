// What is known of the labels themselves: how they were made, when, by how many, and whether they agree.
import type { LabelFlow } from './flow.ts';
import type { CurrentLabel } from './revisions.ts';
import type { Cohort, LabelTableRow, StudyTableRow } from './rows.ts';

/** The label of a study as it was given. */
export interface LabelFacts {
  readonly label: 0 | 1;
  readonly labelSource: string;
  /** How the label was obtained, as given. */
  readonly labelMethod: string;
  /** Year of the reference standard; undefined where the site gives none. */
  readonly labelYear: number | undefined;
  /** How many people read it; undefined where the site does not say. */
  readonly readers: number | undefined;
  /** Undefined where the site does not say. */
  readonly blinded: boolean | undefined;
  /** The label was given with the score in sight: not in the primary analysis. */
  readonly unblinded: boolean;
}

/** Why a label cannot be used, as a loss of the flow; undefined where it can. */
export function labelFault(label: CurrentLabel | undefined, cohort: Pick<Cohort, 'labelYears'>): string | undefined {
  if (label === undefined) return 'no-label';
  if (label.contradictory) return 'contradictory-labels';
  if (label.row.value !== 0 && label.row.value !== 1) return 'label-not-binary';
  return labelDateFault(label.row, cohort);
}

/** Why the date of a label makes it unusable; undefined where it does not, or where there is none. */
export function labelDateFault(row: LabelTableRow, { labelYears }: Pick<Cohort, 'labelYears'>): string | undefined {
  const year = yearOf(row);
  if (year === undefined) return undefined;
  if (year > yearReceived(row)) return 'label-dated-after-receipt';
  const { from = year, to = year } = labelYears ?? {};
  return year < from || year > to ? 'label-dated-outside' : undefined;
}

const yearOf = ({ date }: LabelTableRow): number | undefined => (date === null ? undefined : Number(date.slice(0, 4)));

/** A day before New Year in Greenwich may be New Year's Day at the hospital. */
function yearReceived({ receivedAt }: LabelTableRow): number {
  const day = 24 * 60 * 60 * 1000;
  return new Date(Date.parse(receivedAt) + day).getUTCFullYear();
}

export const labelFacts = ({ row }: CurrentLabel): LabelFacts => ({
  label: row.value === 1 ? 1 : 0,
  labelSource: row.source,
  labelMethod: row.method,
  labelYear: yearOf(row),
  readers: row.readers ?? undefined,
  blinded: row.blinded ?? undefined,
  unblinded: row.blinded === false,
});

/** Studies of a site that were labelled more than once: the first label against the last, by table row within a drop. */
export interface LabelRepeats {
  readonly site: string;
  /** Labels of the same drop: two readings of one moment. Indexed [first][last], values 0 and 1. */
  readonly withinDrop: readonly [readonly [number, number], readonly [number, number]];
  /** The first and the last drop that label the study: corrections. */
  readonly betweenDrops: readonly [readonly [number, number], readonly [number, number]];
}

type Square = [[number, number], [number, number]];
const square = (): Square => [
  [0, 0],
  [0, 0],
];

/** Counts repeated labels by site; only 0 and 1 can agree. `labels` are the rows of the tables, once each. */
export function labelRepeats(sites: readonly string[], labels: readonly LabelTableRow[]): LabelRepeats[] {
  const counts = new Map(sites.map((site) => [site, { site, withinDrop: square(), betweenDrops: square() }]));
  for (const rows of Map.groupBy(labels, (row) => `${row.site}/${row.studyKey}`).values()) {
    if (rows.length < 2) continue;
    const count = counts.get(rows[0].site);
    if (count === undefined) continue;
    const drops = [...Map.groupBy(rows.toSorted(byMoment), (row) => row.dropKey).values()];
    for (const drop of drops) add(count.withinDrop, drop);
    if (drops.length > 1) add(count.betweenDrops, [drops[0][drops[0].length - 1], ...(drops.at(-1) ?? []).slice(-1)]);
  }
  return [...counts.values()];
}

const byMoment = (a: LabelTableRow, b: LabelTableRow): number =>
  compare(a.receivedAt, b.receivedAt) ||
  compare(a.versionId, b.versionId) ||
  compare(a.dropKey, b.dropKey) ||
  a.row - b.row;
const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function add(table: Square, rows: readonly LabelTableRow[]): void {
  const [first, last] = [rows[0]?.value, rows[rows.length - 1]?.value];
  if (rows.length > 1 && (first === 0 || first === 1) && (last === 0 || last === 1)) table[first][last] += 1;
}

/** Label rows by site, and what became of them. */
export function countLabels(
  sites: readonly string[],
  all: readonly { readonly site: string }[],
  current: ReadonlyMap<string, CurrentLabel>,
  studies: ReadonlyMap<string, StudyTableRow>,
): Map<string, LabelFlow> {
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
