import { RefusedInput } from '#functions/errors.ts';
import { parseDecimal } from '#lib/formats/number.ts';
import { type Columns, columnOf, readColumns } from '../readers/columns.ts';
import { eachCell, sourceOfParquet } from './cell-source.ts';

/** The columns of a table of answers as text: CSV with one header line, or Parquet. An empty cell is a missing one. */
export async function readAnswers(file: string, bytes: Uint8Array): Promise<Columns> {
  return isParquet(bytes) ? readParquetColumns(file, bytes) : readColumns(file, bytes);
}

/** True where a file begins as Parquet does. */
export const isParquet = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes.subarray(0, 4)) === 'PAR1';

async function readParquetColumns(file: string, bytes: Uint8Array): Promise<Columns> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const source = await sourceOfParquet(file, buffer);
  const cells = new Map<string, string[]>();
  for (const name of source.names) {
    const column: string[] = [];
    await eachCell(source, name, undefined, (cell, row) => column.push(cellText(file, name, row, cell)));
    cells.set(name, column);
  }
  return { file, rows: source.rows, cells };
}

/** Refuses a table without rows: of nothing there is nothing to report. */
export function checkRows({ file, rows }: Pick<Columns, 'file' | 'rows'>): void {
  if (rows === 0) throw new RefusedInput(`${file}: found no rows, allowed one for each study`);
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
    const value = numberOf(columns.file, name, row, cell);
    if (value === undefined) return 'missing';
    values[row] = value;
    return Number.isNaN(value) ? 'not-finite' : 'there';
  });
  return { values, states };
}

/** The number in a cell, NaN where it is none or infinite, undefined where the cell is empty. */
export function numberOf(file: string, column: string, row: number, cell: unknown): number | undefined {
  if (typeof cell === 'number' || typeof cell === 'bigint') {
    const number = Number(cell);
    return Number.isFinite(number) ? number : Number.NaN;
  }
  const text = cellText(file, column, row, cell);
  if (text === '') return undefined;
  if (NOT_FINITE.test(text)) return Number.NaN;
  const value = parseDecimal(text, '.');
  if (value !== undefined) return value;
  const found = typeof cell === 'string' ? 'text' : `a ${typeof cell}`;
  throw new RefusedInput(
    `${file}: column ${column}, row ${row + 1}: found ${found}, allowed a number with a decimal point`,
  );
}

/** A column of probabilities: a number outside 0 to 1 is refused by row. */
export function probabilityCells(columns: Columns, name: string): NumberCells {
  const cells = numberCells(columns, name);
  checkProbabilities(columns.file, name, cells.values);
  return cells;
}

export function checkProbabilities(file: string, column: string, values: Float64Array): void {
  const wrong = values.findIndex((value) => value < 0 || value > 1);
  if (wrong >= 0)
    throw new RefusedInput(
      `${file}: column ${column}, row ${wrong + 1}: found a number outside 0 to 1, allowed a probability`,
    );
}

/** A column with one of several codes, as the place of each among them; −1 where empty. */
export function codeCells(columns: Columns, name: string, codes: readonly string[]): Int32Array {
  return Int32Array.from(columnOf(columns, name), (cell, row) => {
    if (cell === '') return -1;
    const place = codes.findIndex((code) => code === cell || isSameNumber(code, cell));
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
