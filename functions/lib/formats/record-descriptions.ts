import type { Finding, Measurements, Reason } from '#functions/study.ts';
import type { RowOwner } from './owners.ts';
import { type FindRecords, findRecords } from './record-names.ts';
import type { RecordTable } from './record-table.ts';
import { contentOf } from './resolve-studies.ts';
import type { LabelledRow } from './table.ts';
import { listed, type ReadRow } from './table-rows.ts';

/** Whose ECG a record is, and what the site's tables say of it. */
export interface RecordDescription extends RowOwner {
  readonly measurements: Measurements;
}

export interface RecordDescriptions {
  /** By record; a reason where what the tables say cannot be taken, which costs the record. */
  readonly of: ReadonlyMap<string, RecordDescription | Reason>;
  /** Labels of all rows, of records elsewhere too; `row` counts through the tables, one after the other. */
  readonly labels: readonly LabelledRow[];
  /** `row` is the record's place among the names. */
  readonly findings: readonly Finding[];
}

const AMBIGUOUS: Reason = {
  code: 'record-ambiguous',
  message:
    "found a row of the site's table that could describe several records of the drop, accepted names with as many folders as tell them apart",
};
const CONTRADICTION: Reason = {
  code: 'contradiction',
  message: "found two rows of the site's tables that say different things about the record, accepted one",
};

/** Brings the rows of tables together with the records of the drop. */
export function describeRecords(tables: readonly RecordTable[], names: readonly string[]): RecordDescriptions {
  const find = findRecords(names);
  const ordinal = new Map(names.map((name, index) => [name, index + 1]));
  const rows = numbered(tables);
  const of = new Map<string, RecordDescription | Reason>();
  const labels: LabelledRow[] = [];
  let elsewhere = 0;
  for (const same of Map.groupBy(rows, (row) => subjectOf(row, find)).values()) {
    const [first] = same;
    const found = find(first.record ?? '');
    const contradicting = same.some((row) => !agree(row, first));
    if (found.length === 0) elsewhere += same.length;
    for (const name of found)
      decide(of, name, found.length > 1 ? AMBIGUOUS : contradicting ? CONTRADICTION : described(first));
    if (found.length <= 1 && !contradicting) labels.push(...labelsOf(first));
  }
  for (const { record, reason } of tables.flatMap(({ rejected }) => rejected)) {
    for (const name of record === undefined ? [] : find(record)) {
      of.set(name, { code: reason.code, message: `row of the site's table: ${reason.message}` });
    }
  }
  const findings = tables.flatMap((table) => placed(table, find, ordinal));
  return { of, labels, findings: [...listed(findings), ...notHere(elsewhere)] };
}

/** A reason stays: what one row says cannot make up for another that cannot be taken. */
function decide(of: Map<string, RecordDescription | Reason>, name: string, said: RecordDescription | Reason): void {
  const earlier = of.get(name);
  if (earlier === undefined || !('code' in earlier)) of.set(name, said);
}

/** Rows of all tables, numbered on from table to table. */
function numbered(tables: readonly RecordTable[]): ReadRow[] {
  let offset = 0;
  return tables.flatMap(({ rows, items }) => {
    const before = offset;
    offset += items;
    return rows.map((row) => ({ ...row, row: before + row.row }));
  });
}

/** What rows that are about the same have in common: the record, or where it is not here the study. */
function subjectOf({ record = '', patientId, study }: ReadRow, find: FindRecords): string {
  const found = find(record);
  return JSON.stringify(found.length > 0 ? found : [patientId, study, null]);
}

const described = ({ patientId, study, measurements = {} }: ReadRow): RecordDescription => ({
  patientId,
  study,
  measurements,
});

const labelsOf = ({ row, patientId, study, labels }: ReadRow): LabelledRow[] =>
  labels.map((label) => ({ row, patientId, study, label }));

const agree = (a: ReadRow, b: ReadRow): boolean =>
  a.patientId === b.patientId && a.study === b.study && contentOf(a) === contentOf(b);

/** Findings of a table with its row in words, and the record that the row is about as their place. */
function placed(table: RecordTable, find: FindRecords, ordinal: ReadonlyMap<string, number>): Finding[] {
  const records = new Map(table.rows.map(({ row, record = '' }) => [row, find(record)[0]]));
  const unread = table.rejected.filter(({ record }) => record === undefined || find(record).length === 0);
  const refused = unread.map(({ row, reason }): Finding => ({ severity: 'warning', row, ...reason }));
  return [...table.findings, ...refused].map(({ row, message, ...finding }) => {
    if (row === undefined) return { ...finding, message: `the site's table: ${message}` };
    const name = records.get(row);
    const place = name === undefined ? undefined : ordinal.get(name);
    return {
      ...finding,
      ...(place !== undefined && { row: place }),
      message: `row ${row} of the site's table: ${message}`,
    };
  });
}

function notHere(rows: number): Finding[] {
  if (rows === 0) return [];
  const message = `found ${rows} rows of the site's tables about records that are not in the drop; their labels are filed`;
  return [{ severity: 'information', code: 'record-elsewhere', message }];
}
