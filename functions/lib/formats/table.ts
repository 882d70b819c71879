import { RejectedDrop } from '#functions/errors.ts';
import type { Finding, Measurements, Reason, RejectedRow } from '#functions/study.ts';
import { deidentifyMeasurements } from '#lib/deidentify/measurements.ts';
import type { Site } from '#lib/sites/site.ts';
import { type CellReader, cellReaders } from './cells.ts';
import { type Delimiter, readRows, unbalanced } from './csv.ts';
import { checkIsText } from './detect.ts';
import { type ChosenTable, chooseTable } from './header.ts';
import { ownerReader, type RowOwner } from './owners.ts';
import { canonicalPayload } from './payload.ts';
import { type GivenLabel, type LabelReading, labelReader } from './table-labels.ts';
import type { TextEncoding } from './text.ts';

export interface MeasuredRow extends RowOwner {
  readonly row: number;
  /** De-identified: only vocabulary fields, in its units, ages over 89 as 90. */
  readonly measurements: Measurements;
}

export interface LabelledRow extends RowOwner {
  readonly row: number;
  readonly label: GivenLabel;
}

/**
 * What a table says. An item is a row, and every row is in exactly one place:
 * items = rows + filed + rejected + repeatedRows, where filed counts the labels of a table that holds nothing else.
 * In a table with measurements the label of a row is no item of its own: it stands in `labels` and is counted there.
 */
export interface TableReading {
  readonly table: string;
  readonly format: 'csv';
  readonly encoding: TextEncoding;
  readonly delimiter: Delimiter;
  readonly rows: readonly MeasuredRow[];
  readonly labels: readonly LabelledRow[];
  readonly filed: number;
  /** Rows that say the same as an earlier row about the same study. */
  readonly repeatedRows: readonly number[];
  readonly rejected: readonly RejectedRow[];
  readonly findings: readonly Finding[];
  readonly items: number;
}

/** A row that can be read; which of several about one study count is decided when all are known. */
interface ReadRow extends RowOwner {
  readonly row: number;
  readonly measurements?: Measurements;
  readonly label?: GivenLabel;
}

/** Every rejected row and every finding is named in the plan and in the receipt: beyond these, nobody reads them. */
const mostRejected = 10_000;
const mostRowFindings = 1000;

/**
 * Reads a table of measurements or labels that a site dropped at `path` (below `drops/<site>/`).
 * Throws RejectedDrop where the whole file cannot be taken; no message holds text of the file.
 */
export function readTable(bytes: Uint8Array, path: string, site: Site): TableReading {
  checkIsText(bytes);
  const chosen = chooseTable(bytes, site);
  const { rows: read, rejected, findings, items } = readAll(chosen, path, site);
  const { kept, repeatedRows, contradicting } = resolveStudies(read, chosen.table.patientId ?? chosen.table.labelsOf);
  const labels = kept.flatMap(({ row, patientId, study, label }) => (label ? [{ row, patientId, study, label }] : []));
  const rows = kept.flatMap(({ row, patientId, study, measurements }) =>
    measurements ? [{ row, patientId, study, measurements }] : [],
  );
  return {
    table: chosen.table.name,
    format: 'csv',
    encoding: chosen.encoding,
    delimiter: chosen.delimiter,
    rows,
    labels,
    filed: Object.keys(chosen.table.columns).length === 0 ? labels.length : 0,
    repeatedRows,
    rejected: withinLimit([...rejected, ...contradicting]).sort((a, b) => a.row - b.row),
    findings,
    items,
  };
}

function readAll(chosen: ChosenTable, path: string, site: Site) {
  const { table, places } = chosen;
  const readers = cellReaders(table, places);
  const readOwner = ownerReader(table, places, path);
  const readLabel = labelReader(table, places, site.datePolicy);
  const configured = [...places.values()].map(({ index }) => index);
  const rows: ReadRow[] = [];
  const rejected: RejectedRow[] = [];
  const findings: Finding[] = [];
  let items = 0;
  let unlabelled = 0;
  const reject = (row: number, reason: Reason) => {
    rejected.push({ row, reason });
    withinLimit(rejected);
  };
  readRows(chosen.text, chosen.delimiter, (raw, row) => {
    items += 1;
    checkLines(raw, row, chosen.width, configured, findings);
    const cells = raw.map((cell) => cell.trim().normalize('NFC'));
    const measured =
      raw.length === chosen.width ? readRow(cells, row, readers, readOwner) : wrongWidth(raw, chosen.width);
    if (isReason(measured)) return reject(row, measured);
    const label = readLabel?.(cells);
    if (readLabel !== undefined && label === undefined) unlabelled += 1;
    const outcome = withLabel(measured, label, readers.length > 0);
    if (isReason(outcome)) return reject(row, outcome);
    if (isReason(label)) findings.push({ severity: 'warning', row, code: 'label-refused', message: label.message });
    rows.push(outcome);
  });
  if (items === 0) throw new RejectedDrop('no-rows', 'found a header without rows, accepted at least one row');
  const counts = readers.length > 0 && unlabelled > 0 ? [missingLabels(unlabelled)] : [];
  return { rows, rejected, findings: [...listed(findings), ...counts, ...readers.flatMap(zerosTaken)], items };
}

function readRow(
  cells: readonly string[],
  row: number,
  readers: readonly CellReader[],
  readOwner: (cells: readonly string[], row: number) => RowOwner | Reason,
): ReadRow | Reason {
  const owner = readOwner(cells, row);
  if (isReason(owner)) return owner;
  if (readers.length === 0) return { row, ...owner };
  const measurements: Record<string, number | string> = {};
  for (const { field, index, read } of readers) {
    const value = read(cells[index]);
    if (value === undefined) continue;
    if (isReason(value)) return value;
    measurements[field] = value;
  }
  if (Object.keys(measurements).length === 0) {
    return { code: 'no-measurement', message: 'found no measurement in the row, accepted at least one' };
  }
  return { row, ...owner, measurements: deidentifyMeasurements(measurements) };
}

/** A label that cannot be read costs the row only where the label is all there is. */
function withLabel(read: ReadRow, label: LabelReading, measures: boolean): ReadRow | Reason {
  if (isReason(label)) return measures ? read : label;
  if (label !== undefined) return { ...read, label };
  return measures ? read : { code: 'no-label', message: 'found no label in the row, accepted one' };
}

interface Resolved {
  readonly kept: readonly ReadRow[];
  readonly repeatedRows: readonly number[];
  readonly contradicting: readonly RejectedRow[];
}

/** One row per study: equal rows are repeats of the first; where rows differ, which is right cannot be known, so none counts. */
function resolveStudies(rows: readonly ReadRow[], ids: object | undefined): Resolved {
  if (ids === undefined) return { kept: rows, repeatedRows: [], contradicting: [] };
  const first = new Map<string, ReadRow>();
  const contradictory = new Set<string>();
  const keyed = rows.map((row) => ({ row, key: JSON.stringify([row.patientId, row.study]) }));
  const repeats = new Set<ReadRow>();
  for (const { row, key } of keyed) {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, row);
    else if (contentOf(earlier) === contentOf(row)) repeats.add(row);
    else contradictory.add(key);
  }
  const agreeing = keyed.filter(({ key }) => !contradictory.has(key)).map(({ row }) => row);
  const reason: Reason = {
    code: 'contradiction',
    message: 'found another row about the same study that says something else, accepted one row per study',
  };
  return {
    kept: agreeing.filter((row) => !repeats.has(row)),
    repeatedRows: agreeing.filter((row) => repeats.has(row)).map(({ row }) => row),
    contradicting: keyed.filter(({ key }) => contradictory.has(key)).map(({ row }) => ({ row: row.row, reason })),
  };
}

function contentOf({ measurements, label }: ReadRow): string {
  return canonicalPayload(measurements ?? {}) + JSON.stringify(label ?? null);
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

function withinLimit(rejected: RejectedRow[]): RejectedRow[] {
  if (rejected.length <= mostRejected) return rejected;
  const { row, reason } = rejected[rejected.length - 1];
  const found = `found more than ${mostRejected} rows that cannot be taken`;
  throw new RejectedDrop('too-many-bad-rows', `${found}, at row ${row} for example: ${reason.message}`);
}

function listed(findings: readonly Finding[]): Finding[] {
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
