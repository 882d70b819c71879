import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import { RefusedInput } from '#functions/errors.ts';
import { nearestWord } from '#lib/limits/nearest-word.ts';
import { decompressors, PARQUET_CODECS } from '#lib/tables/decompress.ts';
import { type Columns, columnOf } from '../readers/columns.ts';

/** A table that is read column by column, each in parts, so that ten million rows never stand in memory as text. */
export interface CellSource {
  readonly file: string;
  readonly rows: number;
  readonly names: readonly string[];
  /** Hands over the cells of a column, each part with the row (from 0) at which it begins. */
  readonly each: (column: string, take: TakeColumn) => Promise<void>;
  /** Hands over the cells of several columns at once, of the same rows. */
  readonly together: (columns: readonly string[], take: TakeColumns) => Promise<void>;
}

type TakeColumn = (cells: ArrayLike<unknown>, from: number) => void;
type TakeColumns = (cells: readonly ArrayLike<unknown>[], from: number) => void;

/** Only the rows that count: 1; all of them without it. */
export type Wanted = Uint8Array | undefined;

/** Hands over every wanted cell of a column with its row, from 0. */
export const eachCell = (
  { each }: Pick<CellSource, 'each'>,
  column: string,
  wanted: Wanted,
  take: (cell: unknown, row: number) => void,
): Promise<void> =>
  each(column, (cells, from) => {
    for (let at = 0; at < cells.length; at++)
      if (wanted === undefined || wanted[from + at] === 1) take(cells[at], from + at);
  });

/** A table that was read whole: CSV. */
export function sourceOfColumns(columns: Columns): CellSource {
  return {
    file: columns.file,
    rows: columns.rows,
    names: [...columns.cells.keys()],
    each: async (column, take) => take(columnOf(columns, column), 0),
    together: async (names, take) =>
      take(
        names.map((name) => columnOf(columns, name)),
        0,
      ),
  };
}

/** A Parquet file, of which one row group of the columns that are asked for is held at a time. */
export async function sourceOfParquet(file: string, buffer: AsyncBuffer): Promise<CellSource> {
  const metadata = await readable(file, () => parquetMetadataAsync(buffer));
  const columns = parquetSchema(metadata).children;
  const nested = new Set(columns.filter(({ children }) => children.length > 0).map(({ element }) => element.name));
  const together: CellSource['together'] = async (wanted, take) => {
    const found = wanted.find((column) => nested.has(column));
    if (found !== undefined)
      throw new RefusedInput(`${file}: found column ${found} of lists or records, allowed plain columns`);
    await eachPart(file, buffer, metadata, wanted, take);
  };
  return {
    file,
    rows: Number(metadata.num_rows),
    names: columns.map(({ element }) => element.name),
    each: (column, take) => together([column], ([cells], from) => take(cells, from)),
    together,
  };
}

/** Each column has a scan of its own: a scan keeps what it read last. */
async function eachPart(
  file: string,
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  take: TakeColumns,
): Promise<void> {
  const scans = await Promise.all(
    columns.map((column) =>
      readable(file, () => parquetScan({ file: buffer, metadata, columns: [column], compressors: decompressors })),
    ),
  );
  // Nothing is pruned: the ranges are the row groups, the same for every column.
  for (const range of scans[0].ranges) {
    const cells: ArrayLike<unknown>[] = [];
    for (const [place, column] of columns.entries())
      cells.push(await readable(file, () => scans[place].readColumn({ column, ...range })));
    take(cells, range.rowStart);
  }
}

async function readable<Value>(file: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    throw new RefusedInput(`${file}: found Parquet that cannot be read, allowed an undamaged file, ${PARQUET_CODECS}`, {
      cause: error,
    });
  }
}

/** Refuses a column that the table does not have, with the nearest that it has. */
export function checkColumns({ file, names }: CellSource, wanted: readonly string[]): void {
  const absent = wanted.find((name) => !names.includes(name));
  if (absent === undefined) return;
  const near = nearestWord(absent, names);
  const hint = near === undefined ? '' : `, did you mean ${near}?`;
  throw new RefusedInput(`${file}: found no column ${absent}${hint}, accepted ${names.join(', ')}`);
}
