import type { DecodedArray, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

/** A column whose cells are made when their row group is written. */
export interface CellColumn {
  readonly name: string;
  readonly type: 'STRING' | 'INT32' | 'DOUBLE';
  readonly nullable?: boolean;
  /** Each value stands about once: neither a dictionary nor compression is tried. */
  readonly isDistinct?: boolean;
  readonly cells: (from: number, to: number) => DecodedArray;
}

/** Rows of a row group. */
const ROWS_PER_GROUP = 100_000;

/** Parquet, Snappy-compressed where that helps, column by column: no row is ever held as an object. Equal cells give equal bytes. */
export function writeParquetColumns(columns: readonly CellColumn[], rows: number): Uint8Array {
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaOf)],
    statistics: false,
    createdBy: 'tricuspid',
  });
  for (let from = 0; from < rows; from += ROWS_PER_GROUP) {
    const to = Math.min(rows, from + ROWS_PER_GROUP);
    file.write({
      columnData: columns.map(({ name, cells, isDistinct = false }) => ({
        name,
        data: cells(from, to),
        ...(isDistinct && ({ encoding: 'PLAIN', codec: 'UNCOMPRESSED' } as const)),
      })),
      rowGroupSize: ROWS_PER_GROUP,
    });
  }
  file.finish();
  return new Uint8Array(writer.getBuffer());
}

const schemaOf = ({ name, type, nullable = false }: CellColumn): SchemaElement => ({
  name,
  ...(type === 'STRING' ? { type: 'BYTE_ARRAY', converted_type: 'UTF8' } : { type }),
  repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED',
});
