import { RejectedDrop } from '#functions/errors.ts';
import type { Finding, Measurements, RejectedRow, StudyKind } from '#functions/study.ts';
import { givenLabels } from '#lib/sites/check-tables.ts';
import type { Site, SiteTable } from '#lib/sites/site.ts';
import type { Delimiter } from './csv.ts';
import { checkIsText } from './detect.ts';
import { chooseTable } from './header.ts';
import type { RowOwner } from './owners.ts';
import { resolveStudies } from './resolve-studies.ts';
import type { GivenLabel } from './table-labels.ts';
import { readTableRows, withinLimit } from './table-rows.ts';
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
 * items = rows + filed + rejected + repeatedRows, where filed counts the rows of a table that holds nothing but labels.
 * In a table with measurements the label of a row is no item of its own: it stands in `labels` and is counted there.
 */
export interface TableReading {
  readonly table: string;
  readonly format: 'csv';
  /** Of the studies that the rows are, or that their labels are about. */
  readonly kind: StudyKind;
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

/**
 * Reads a table of measurements or labels that a site dropped at `path` (below `drops/<site>/`). Of a table that describes ECGs
 * only the labels are taken: the ECGs are elsewhere.
 * Throws RejectedDrop where the whole file cannot be taken; no message holds text of the file.
 */
export function readTable(bytes: Uint8Array, path: string, site: Site): TableReading {
  checkIsText(bytes);
  const chosen = chooseTable(bytes, site);
  const { table } = chosen;
  const measures = Object.keys(table.columns).length > 0 && table.record === undefined;
  if (table.record !== undefined && givenLabels(table).length === 0) throw describesOnly();
  const read = readTableRows(chosen, path, site, measures ? 'measurements' : 'labels');
  const { kept, repeatedRows, contradicting } = hasIds(table)
    ? resolveStudies(read.rows)
    : { kept: read.rows, repeatedRows: [], contradicting: [] };
  const refused = read.rejected.map(({ row, reason }) => ({ row, reason }));
  return {
    table: table.name,
    format: 'csv',
    kind: table.record === undefined ? 'measurements' : 'ecg',
    encoding: chosen.encoding,
    delimiter: chosen.delimiter,
    rows: kept.flatMap(({ row, patientId, study, measurements }) =>
      measurements ? [{ row, patientId, study, measurements }] : [],
    ),
    labels: kept.flatMap(({ row, patientId, study, labels }) =>
      labels.map((label) => ({ row, patientId, study, label })),
    ),
    filed: measures ? 0 : kept.length,
    repeatedRows,
    rejected: withinLimit([...refused, ...contradicting]).sort((a, b) => a.row - b.row),
    findings: [...read.findings, ...descriptionUnused(table)],
    items: read.items,
  };
}

/** Rows that say themselves whose they are: several may be about one study. */
const hasIds = ({ patientId, labelsOf, record }: SiteTable): boolean =>
  patientId !== undefined || labelsOf !== undefined || record !== undefined;

function describesOnly(): RejectedDrop {
  const found = 'found a table that describes ECGs and holds no label';
  return new RejectedDrop('records-elsewhere', `${found}, accepted in one zip with the ECGs that it describes`);
}

function descriptionUnused({ record, columns }: SiteTable): Finding[] {
  if (record === undefined || Object.keys(columns).length === 0) return [];
  const message =
    'found a table that describes ECGs without the ECGs: its labels are filed, what else it says counts only in one zip with them';
  return [{ severity: 'information', code: 'description-unused', message }];
}
