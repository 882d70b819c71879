import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { RefusedInput } from '#functions/errors.ts';
import { parseDecimal } from '#lib/formats/number.ts';
import { decompressors, PARQUET_CODECS } from '#lib/tables/decompress.ts';
import { type Columns, columnOf, readColumns } from '../readers/columns.ts';

/** The columns of a table of answers as text: CSV with one header line, or Parquet. An empty cell is a missing one. */
export async function readAnswers(file: string, bytes: Uint8Array): Promise<Columns> {
  return isParquet(bytes) ? readParquetColumns(file, bytes) : readColumns(file, bytes);
}

/** True where a file begins as Parquet does. */
export const isParquet = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes.subarray(0, 4)) === 'PAR1';

async function readParquetColumns(file: string, bytes: Uint8Array): Promise<Columns> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const names = parquetMetadata(buffer).schema.slice(1);
    const nested = names.find(({ num_children }) => num_children !== undefined && num_children > 0);
    if (nested !== undefined)
      throw new RefusedInput(`${file}: found column ${nested.name} of lists or records, allowed plain columns`);
    const rows = await parquetReadObjects({ file: buffer, compressors: decompressors });
    const cells = names.map(({ name }): [string, string[]] => [
      name,
      rows.map((row, i) => cellText(file, name, i, row[name])),
    ]);
    return { file, rows: rows.length, cells: new Map(cells) };
  } catch (error) {
    if (error instanceof RefusedInput) throw error;
    throw new RefusedInput(`${file}: found Parquet that cannot be read, allowed an undamaged file, ${PARQUET_CODECS}`, {
      cause: error,
    });
  }
}

/** A cell as text, without spaces around it; an empty one where there is none. */
export function cellText(file: string, name: string, row: number, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new RefusedInput(
    `${file}: column ${name}, row ${row + 1}: found ${typeof value}, allowed text, numbers, true or false`,
  );
}

/** What a cell that should hold a number, or name a file, holds. */
export type CellState = 'there' | 'missing' | 'not-finite' | 'unreadable';

export interface NumberCells {
  /** Not a number where missing or not finite. */
  readonly values: Float64Array;
  readonly states: readonly CellState[];
}

/** Written as NaN or infinite. */
export const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;

/** A column of numbers; empty cells and those that are written as NaN or infinite are told apart, any other text is refused by row. */
export function numberCells(columns: Columns, name: string): NumberCells {
  const cells = columnOf(columns, name);
  const values = new Float64Array(cells.length).fill(Number.NaN);
  const states = cells.map((cell, row): CellState => {
    if (cell === '') return 'missing';
    if (NOT_FINITE.test(cell)) return 'not-finite';
    const value = parseDecimal(cell, '.');
    if (value === undefined)
      throw new RefusedInput(
        `${columns.file}: column ${name}, row ${row + 1}: found text, allowed a number with a decimal point`,
      );
    values[row] = value;
    return 'there';
  });
  return { values, states };
}

/** A column of probabilities: a number outside 0 to 1 is refused by row. */
export function probabilityCells(columns: Columns, name: string): NumberCells {
  const cells = numberCells(columns, name);
  const wrong = cells.values.findIndex((value) => value < 0 || value > 1);
  if (wrong >= 0)
    throw new RefusedInput(
      `${columns.file}: column ${name}, row ${wrong + 1}: found a number outside 0 to 1, allowed a probability`,
    );
  return cells;
}

/** A column with one of several codes, as the place of each among them; −1 where empty. */
export function codeCells(columns: Columns, name: string, codes: readonly string[]): Int32Array {
  return Int32Array.from(columnOf(columns, name), (cell, row) => {
    if (cell === '') return -1;
    const place = codes.findIndex((code) => code === cell || (cell !== '' && isSameNumber(code, cell)));
    if (place < 0)
      throw new RefusedInput(
        `${columns.file}: column ${name}, row ${row + 1}: found another value, allowed ${codes.join(', ')}`,
      );
    return place;
  });
}

/** "1" is 1.0, as a program that reads a column of whole numbers with gaps writes it. */
export function isSameNumber(code: string, cell: string): boolean {
  const [one, other] = [code, cell].map((written) => parseDecimal(written, '.'));
  return one !== undefined && one === other;
}
