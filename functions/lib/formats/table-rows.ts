import { RejectedDrop } from '#functions/errors.ts';
import type { Finding, Measurements, Reason, RejectedRow } from '#functions/study.ts';
import { deidentifyMeasurements } from '#lib/deidentify/measurements.ts';
import type { Site } from '#lib/sites/site.ts';
import { type CellReader, cellReaders } from './cells.ts';
import { readRows, unbalanced } from './csv.ts';
import { type GroupReader, groupReaders, groupsNotListed } from './group-cells.ts';
import type { ChosenTable } from './header.ts';
import { ownerReader, type RowOwner } from './owners.ts';
import { withoutGroups } from './study-groups.ts';
import { type GivenLabel, type LabelReading, labelReaders } from './table-labels.ts';

/** A row that can be read; which of several about one study count is decided when all are known. */
export interface ReadRow extends RowOwner {
  readonly row: number;
  /** De-identified: only vocabulary fields, in its units, ages over 89 as 90. Absent in a table of labels alone. */
  readonly measurements?: Measurements;
  readonly labels: readonly GivenLabel[];
}

/** A row that cannot be taken, with the record that it describes where it can be read that far. */
export interface RefusedRow extends RejectedRow {
  readonly record?: string;
}

export interface ReadRows {
  readonly rows: readonly ReadRow[];
  readonly rejected: readonly RefusedRow[];
  readonly findings: readonly Finding[];
  readonly items: number;
}

/** What is read of a row besides its labels. */
export type Purpose = 'measurements' | 'labels' | 'description';

/** Every rejected row and every finding is named in the plan and in the receipt: beyond these, nobody reads them. */
const mostRejected = 10_000;
const mostRowFindings = 1000;

/** Reads every row of the table; a row that only describes needs neither measurements nor labels. */
export function readTableRows(chosen: ChosenTable, path: string, site: Site, purpose: Purpose): ReadRows {
  const { table, places } = chosen;
  const readers = purpose === 'labels' ? [] : cellReaders(table, places);
  const groups = purpose === 'labels' ? [] : groupReaders(table, places);
  const readOwner = ownerReader(table, places, path);
  const readLabels = labelReaders(table, places, site.datePolicy);
  const configured = [...places.values()].map(({ index }) => index);
  const rows: ReadRow[] = [];
  const rejected: RefusedRow[] = [];
  const findings: Finding[] = [];
  let items = 0;
  let unlabelled = 0;
  const reject = (row: number, reason: Reason, record?: string) => {
    rejected.push({ row, reason, ...(record !== undefined && { record }) });
    withinLimit(rejected);
  };
  readRows(chosen.text, chosen.delimiter, (raw, row) => {
    items += 1;
    checkLines(raw, row, chosen.width, configured, findings);
    if (raw.length !== chosen.width) return reject(row, wrongWidth(raw, chosen.width));
    const cells = raw.map((cell) => cell.trim().normalize('NFC'));
    const owner = readOwner(cells, row);
    if (isReason(owner)) return reject(row, owner);
    const measurements = readMeasurements(cells, readers, groups);
    if (isReason(measurements)) return reject(row, measurements, owner.record);
    const labels = readLabels.map((read) => read(cells));
    if (readLabels.length > 0 && labels.every((label) => label === undefined)) unlabelled += 1;
    const outcome = withLabels({ row, ...owner }, measurements, labels, purpose);
    if (isReason(outcome)) return reject(row, outcome, owner.record);
    for (const refused of labels.filter(isReason)) {
      findings.push({ severity: 'warning', row, code: 'label-refused', message: refused.message });
    }
    rows.push(outcome);
  });
  if (items === 0) throw new RejectedDrop('no-rows', 'found a header without rows, accepted at least one row');
  const counts = purpose !== 'labels' && unlabelled > 0 ? [missingLabels(unlabelled)] : [];
  return {
    rows,
    rejected,
    findings: [...listed(findings), ...counts, ...readers.flatMap(zerosTaken), ...groups.flatMap(groupsNotListed)],
    items,
  };
}

function readMeasurements(
  cells: readonly string[],
  readers: readonly CellReader[],
  groups: readonly GroupReader[],
): Measurements | Reason {
  const measurements: Record<string, number | string> = {};
  for (const { field, index, read } of readers) {
    const value = read(cells[index]);
    if (value === undefined) continue;
    if (isReason(value)) return value;
    measurements[field] = value;
  }
  for (const { key, index, read } of groups) {
    const group = read(cells[index]);
    if (group !== undefined) measurements[key] = group;
  }
  return deidentifyMeasurements(measurements);
}

/** A label that cannot be read costs the row only where labels are all there is. */
function withLabels(
  owner: RowOwner & { readonly row: number },
  measurements: Measurements,
  readings: readonly LabelReading[],
  purpose: Purpose,
): ReadRow | Reason {
  const labels = readings.filter((label) => label !== undefined && !isReason(label)) as GivenLabel[];
  if (purpose === 'labels') {
    if (labels.length > 0) return { ...owner, labels };
    return readings.find(isReason) ?? { code: 'no-label', message: 'found no label in the row, accepted one' };
  }
  if (purpose === 'measurements' && Object.keys(withoutGroups(measurements)).length === 0) {
    return { code: 'no-measurement', message: 'found no measurement in the row, accepted at least one' };
  }
  return { ...owner, measurements, labels };
}

/** A cell of several lines is one whose quote closed rows later, unless it is a remark in a column that nobody asked for. */
function checkLines(
  cells: readonly string[],
  row: number,
  width: number,
  configured: number[],
  findings: Finding[],
): void {
  if (!cells.some((cell) => /[\r\n]/.test(cell))) return;
  if (cells.length !== width || configured.some((index) => /[\r\n]/.test(cells[index]))) throw unbalanced(row);
  const message = 'found a cell of several lines; if a quote is unbalanced there, rows are hidden in it';
  findings.push({ severity: 'warning', row, code: 'lines-in-cell', message });
}

/** Refuses the table where nobody would read so many reasons. */
export function withinLimit<Row extends RejectedRow>(rejected: Row[]): Row[] {
  if (rejected.length <= mostRejected) return rejected;
  const { row, reason } = rejected[rejected.length - 1];
  const found = `found more than ${mostRejected} rows that cannot be taken`;
  throw new RejectedDrop('too-many-bad-rows', `${found}, at row ${row} for example: ${reason.message}`);
}

/** The first findings about rows, and how many more there are. */
export function listed(findings: readonly Finding[]): Finding[] {
  const left = findings.length - mostRowFindings;
  if (left <= 0) return [...findings];
  const message = `found ${left} more findings about rows, listed are the first ${mostRowFindings}`;
  return [...findings.slice(0, mostRowFindings), { severity: 'warning', code: 'findings-not-listed', message }];
}

function wrongWidth(cells: readonly string[], width: number): Reason {
  return { code: 'cells', message: `found ${cells.length} cells, accepted ${width} as in the header` };
}

function missingLabels(count: number): Finding {
  return { severity: 'information', code: 'label-missing', message: `found ${count} rows without a label` };
}

function zerosTaken({ column, zeros }: CellReader): Finding[] {
  if (zeros === 0) return [];
  const message = `column "${column}": found ${zeros} times 0, which nobody can have, taken as missing`;
  return [{ severity: 'information', code: 'zero-as-missing', message }];
}

function isReason(value: unknown): value is Reason {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}
