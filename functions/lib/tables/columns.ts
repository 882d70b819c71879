// Columns of every Parquet file that the project writes.

import type { LabelRow, PredictionRow, StudyRow } from '#functions/study.ts';
import type { LabelTableRow, LedgerTableRow, PredictionTableRow, StudyTableRow } from '#lib/cohort/rows.ts';
import type { Column } from './parquet.ts';

export const STUDY_COLUMNS: readonly Column<StudyRow>[] = [
  { name: 'row', type: 'INT32' },
  { name: 'studyKey', type: 'STRING' },
  { name: 'subjectKey', type: 'STRING' },
  { name: 'revision', type: 'STRING' },
  { name: 'payload', type: 'STRING' },
];

export const PREDICTION_COLUMNS: readonly Column<PredictionRow>[] = [
  { name: 'row', type: 'INT32' },
  { name: 'studyKey', type: 'STRING' },
  { name: 'status', type: 'STRING' },
  { name: 'reason', type: 'STRING', nullable: true },
  { name: 'score', type: 'DOUBLE', nullable: true },
  { name: 'file', type: 'STRING', nullable: true },
  { name: 'relation', type: 'STRING', nullable: true },
  { name: 'detail', type: 'STRING', nullable: true },
];

export const LABEL_COLUMNS: readonly Column<LabelRow>[] = [
  { name: 'row', type: 'INT32' },
  { name: 'studyKey', type: 'STRING' },
  { name: 'label', type: 'STRING' },
  { name: 'value', type: 'DOUBLE' },
  { name: 'source', type: 'STRING' },
  { name: 'method', type: 'STRING' },
  { name: 'date', type: 'STRING', nullable: true },
  { name: 'readers', type: 'INT32', nullable: true },
  { name: 'blinded', type: 'BOOLEAN', nullable: true },
];

const STUDY_TABLE: readonly Column<StudyTableRow>[] = [
  { name: 'site', type: 'STRING' },
  { name: 'unit', type: 'STRING' },
  ...STUDY_COLUMNS,
];

const PREDICTION_TABLE: readonly Column<PredictionTableRow>[] = [
  { name: 'site', type: 'STRING' },
  { name: 'unit', type: 'STRING' },
  { name: 'attempt', type: 'INT32' },
  { name: 'model', type: 'STRING' },
  { name: 'version', type: 'STRING' },
  ...PREDICTION_COLUMNS,
];

const LABEL_TABLE: readonly Column<LabelTableRow>[] = [
  { name: 'site', type: 'STRING' },
  { name: 'dropKey', type: 'STRING' },
  { name: 'receivedAt', type: 'STRING' },
  { name: 'versionId', type: 'STRING' },
  ...LABEL_COLUMNS,
];

const LEDGER_TABLE: readonly Column<LedgerTableRow>[] = [
  { name: 'kind', type: 'STRING' },
  { name: 'site', type: 'STRING' },
  { name: 'dropKey', type: 'STRING' },
  { name: 'receivedAt', type: 'STRING' },
  { name: 'versionId', type: 'STRING' },
  { name: 'attempt', type: 'INT32' },
  { name: 'unit', type: 'STRING', nullable: true },
  { name: 'state', type: 'STRING', nullable: true },
  { name: 'reason', type: 'STRING', nullable: true },
  { name: 'items', type: 'INT32' },
  { name: 'published', type: 'INT32' },
  { name: 'abstained', type: 'INT32' },
  { name: 'filed', type: 'INT32' },
  { name: 'repeated', type: 'INT32' },
  { name: 'rejected', type: 'INT32' },
  { name: 'quarantined', type: 'INT32' },
];

interface TableRows {
  readonly studies: StudyTableRow;
  readonly predictions: PredictionTableRow;
  readonly labels: LabelTableRow;
  readonly ledger: LedgerTableRow;
}

export type TableName = keyof TableRows;

export type TableRow<T extends TableName> = TableRows[T];

interface TableDescription<Row> {
  readonly columns: readonly Column<Row>[];
  /** Rows with equal keys are the same row, written twice. */
  readonly key: (row: Row) => string;
}

/** The tables of the archive. */
export const TABLES: { readonly [T in TableName]: TableDescription<TableRows[T]> } = {
  studies: { columns: STUDY_TABLE, key: (row) => `${row.site} ${row.unit} ${pad(row.row)}` },
  predictions: {
    columns: PREDICTION_TABLE,
    key: (row) => `${row.site} ${row.model}@${row.version} ${row.unit} ${pad(row.attempt)} ${pad(row.row)}`,
  },
  labels: { columns: LABEL_TABLE, key: (row) => `${row.site} ${row.dropKey} ${row.label} ${pad(row.row)}` },
  ledger: {
    columns: LEDGER_TABLE,
    key: (row) => `${row.site} ${row.kind} ${row.dropKey} ${row.unit ?? ''} ${row.reason ?? ''}`,
  },
};

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/** Rows sort by key as text, so numbers in keys have one width. */
const pad = (number: number): string => String(number).padStart(10, '0');
