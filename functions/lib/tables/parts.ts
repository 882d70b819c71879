// Parts of a table: `tables/<table>/site=<site>/month=<YYYY-MM>/part-<hash of what is in it>.parquet`.
import { createHash } from 'node:crypto';
import type { Bucket } from '#functions/ports.ts';
import { TABLES, type TableName, type TableRow } from './columns.ts';
import { type Column, writeParquet } from './parquet.ts';

export interface Partition {
  readonly site: string;
  /** `YYYY-MM` in which the drop was received. */
  readonly month: string;
}

export const tablePrefix = (table: TableName): string => `tables/${table}/`;

const partitionPath = ({ site, month }: Partition): string => `site=${site}/month=${month}`;

/** Writes one part named by its members (unit and drop keys); nothing when there are no rows. */
export async function writePart<T extends TableName>(
  archive: Bucket,
  table: T,
  partition: Partition,
  members: readonly string[],
  rows: readonly TableRow<T>[],
): Promise<void> {
  if (rows.length === 0) return;
  const name = createHash('sha256')
    .update(JSON.stringify([...members].sort()))
    .digest('hex')
    .slice(0, 32);
  const key = `${tablePrefix(table)}${partitionPath(partition)}/part-${name}.parquet`;
  await archive.create(key, tableBytes(table, rows));
}

/** The rows of a table as Parquet: sorted by key, equal keys once. */
export function tableBytes<T extends TableName>(table: T, rows: readonly TableRow<T>[]): Uint8Array {
  return writeParquet(TABLES[table].columns as unknown as readonly Column<TableRow<T>>[], distinct(table, rows));
}

/** Rows sorted by key, equal keys once. */
export function distinct<T extends TableName>(table: T, rows: readonly TableRow<T>[]): readonly TableRow<T>[] {
  const key = TABLES[table].key as (row: TableRow<T>) => string;
  const byKey = new Map(rows.map((row) => [key(row), row]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
