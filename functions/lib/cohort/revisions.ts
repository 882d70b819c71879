import type { LabelTableRow, LedgerTableRow, StudyTableRow } from './rows.ts';

/** A moment in the ledger's order: receivedAt, then versionId. */
interface Moment {
  readonly receivedAt: string;
  readonly versionId: string;
}

/** Negative when `a` was received before `b`. */
export function compareMoments(a: Moment, b: Moment): number {
  if (a.receivedAt !== b.receivedAt) return a.receivedAt < b.receivedAt ? -1 : 1;
  if (a.versionId !== b.versionId) return a.versionId < b.versionId ? -1 : 1;
  return 0;
}

/** When each unit was sighted last, by `site/unit`. */
export function lastSightings(ledger: readonly LedgerTableRow[]): Map<string, LedgerTableRow> {
  const last = new Map<string, LedgerTableRow>();
  for (const row of ledger) {
    if (row.kind !== 'sighting' || row.unit === null) continue;
    const key = `${row.site}/${row.unit}`;
    const known = last.get(key);
    if (known === undefined || compareMoments(known, row) < 0) last.set(key, row);
  }
  return last;
}

/** When each unit was sighted first, ISO 8601 UTC, by `site/unit`. */
export function firstSightings(ledger: readonly LedgerTableRow[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { kind, site, unit, receivedAt } of ledger) {
    if (kind !== 'sighting' || unit === null) continue;
    const known = first.get(`${site}/${unit}`);
    if (known === undefined || receivedAt < known) first.set(`${site}/${unit}`, receivedAt);
  }
  return first;
}

/**
 * The current row of each study, by `site/studyKey`: the one of the unit sighted last, so that A, B, A gives A.
 * Within one drop the later row of the table counts.
 */
export function currentStudies(
  studies: readonly StudyTableRow[],
  sightings: ReadonlyMap<string, LedgerTableRow>,
): Map<string, StudyTableRow> {
  const current = new Map<string, SightedStudy>();
  for (const row of studies) {
    const key = `${row.site}/${row.studyKey}`;
    const sighted = { row, sighting: sightingOf(row, sightings) };
    const known = current.get(key);
    if (known === undefined || isLater(sighted, known)) current.set(key, sighted);
  }
  return new Map([...current].map(([key, { row }]) => [key, row]));
}

interface SightedStudy {
  readonly row: StudyTableRow;
  readonly sighting: LedgerTableRow;
}

function isLater(a: SightedStudy, b: SightedStudy): boolean {
  const order = compareMoments(a.sighting, b.sighting);
  if (order !== 0) return order > 0;
  return a.row.row !== b.row.row ? a.row.row > b.row.row : a.row.unit > b.row.unit;
}

function sightingOf(row: StudyTableRow, sightings: ReadonlyMap<string, LedgerTableRow>): LedgerTableRow {
  const sighting = sightings.get(`${row.site}/${row.unit}`);
  if (sighting === undefined)
    throw new Error(`unit ${row.unit} of ${row.site} has study rows but no sighting in the ledger`);
  return sighting;
}

/** The label of a study that counts, or that the drop which counts contradicts itself. */
export interface CurrentLabel {
  readonly row: LabelTableRow;
  readonly contradictory: boolean;
}

/** The label of each study, by `site/studyKey`: the one received last. */
export function currentLabels(labels: readonly LabelTableRow[]): Map<string, CurrentLabel> {
  const current = new Map<string, CurrentLabel>();
  for (const row of labels) {
    const key = `${row.site}/${row.studyKey}`;
    const known = current.get(key);
    const order =
      known === undefined ? 1 : compareMoments(row, known.row) || compareText(row.dropKey, known.row.dropKey);
    if (known === undefined || order > 0) current.set(key, { row, contradictory: false });
    else if (order === 0) current.set(key, withinOneDrop(known, row));
  }
  return current;
}

function withinOneDrop(known: CurrentLabel, row: LabelTableRow): CurrentLabel {
  const contradictory = known.contradictory || known.row.value !== row.value;
  return { row: row.row > known.row.row ? row : known.row, contradictory };
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Rows with equal keys once: the tables are written at least once. */
export function once<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  const seen = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()];
}
