// Rows to Parquet and back, with fixed columns: equal rows give equal bytes.
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

export interface Column<Row> {
  readonly name: keyof Row & string;
  readonly type: 'STRING' | 'INT32' | 'DOUBLE' | 'BOOLEAN';
  readonly nullable?: boolean;
}

/** Snappy-compressed Parquet; `null` only in columns declared nullable (the writer refuses it elsewhere). */
export function writeParquet<Row extends object>(columns: readonly Column<Row>[], rows: readonly Row[]): Uint8Array {
  const columnData = columns.map(({ name, type, nullable = false }) => ({
    name,
    type,
    nullable,
    data: rows.map((row) => row[name]),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'tricuspid' }));
}

/** All rows of a file that writeParquet wrote with the same columns. */
export async function readParquet<Row extends object>(
  columns: readonly Column<Row>[],
  bytes: Uint8Array,
): Promise<Row[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file, columns: columns.map((column) => column.name) });
  return rows as Row[];
}
