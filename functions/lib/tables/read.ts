// Reading a table: merged files named by `_current.json`, and the parts that no merge has absorbed yet.
import type { Bucket } from '#functions/ports.ts';
import { TABLES, type TableName, type TableRow } from './columns.ts';
import { type Column, readParquet } from './parquet.ts';
import { distinct, tablePrefix } from './parts.ts';

/** `tables/<table>/_current.json`. */
export interface CurrentTable {
  /** Merged file of each partition, by `site=…/month=…`. */
  readonly files: Readonly<Record<string, string>>;
  /** Parts and merged files that are in `files` already, with the time from which they may be deleted. */
  readonly absorbed: Readonly<Record<string, string>>;
}

const EMPTY_TABLE: CurrentTable = { files: {}, absorbed: {} };

export const currentKey = (table: TableName): string => `${tablePrefix(table)}_current.json`;

export interface TableState {
  readonly current: CurrentTable;
  readonly etag: string | undefined;
  /** Parts that no merge has absorbed. */
  readonly parts: readonly string[];
}

/** `_current.json` first, then the parts: a part that is absorbed in between is only read twice. */
export async function tableState(archive: Bucket, table: TableName): Promise<TableState> {
  const stored = await archive.get(currentKey(table));
  const current = stored ? (JSON.parse(Buffer.from(stored.body).toString('utf8')) as CurrentTable) : EMPTY_TABLE;
  const parts: string[] = [];
  for await (const { key } of archive.list(tablePrefix(table))) {
    if (/\/part-[0-9a-f]+\.parquet$/.test(key) && !(key in current.absorbed)) parts.push(key);
  }
  return { current, etag: stored?.etag, parts };
}

/** Objects that make up a table now. */
export async function tableObjects(archive: Bucket, table: TableName): Promise<readonly string[]> {
  const { current, parts } = await tableState(archive, table);
  return [...Object.values(current.files), ...parts];
}

/** Rows of these objects, sorted by key, equal keys once. */
export async function readObjects<T extends TableName>(
  archive: Bucket,
  table: T,
  keys: readonly string[],
): Promise<readonly TableRow<T>[]> {
  const columns = TABLES[table].columns as unknown as readonly Column<TableRow<T>>[];
  const rows: TableRow<T>[] = [];
  for (const key of keys) {
    const stored = await archive.get(key);
    if (stored === undefined)
      throw new Error('tables: found nothing where a table object was named, expected it to stay for a day');
    for (const row of await readParquet(columns, stored.body)) rows.push(row);
  }
  return distinct(table, rows);
}
