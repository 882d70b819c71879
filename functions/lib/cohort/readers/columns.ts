import { RefusedInput } from '#functions/errors.ts';
import { readHeader, readRows } from '#lib/formats/csv.ts';

/** Text of the cells by column name. */
export interface Columns {
  readonly file: string;
  readonly rows: number;
  readonly cells: ReadonlyMap<string, readonly string[]>;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A comma-separated table with one header line; a column without a name (a written-out index) is left out. */
export function readColumns(file: string, bytes: Uint8Array): Columns {
  const text = textOf(file, bytes);
  if (text.trim() === '') throw new RefusedInput(`${file}: found an empty file, accepted CSV with one header line`);
  const header = readHeader(text, ',')?.map((name) => name.trim());
  if (header === undefined) throw new RefusedInput(`${file}: found a header whose quotes do not close, accepted CSV`);
  const repeated = header.find((name, i) => name !== '' && header.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new RefusedInput(`${file}: found column ${repeated} twice, accepted every name once`);
  const columns = header.map((): string[] => []);
  readRows(text, ',', (cells, row) => {
    if (cells.length !== header.length) {
      throw new RefusedInput(`${file}: row ${row}: found ${cells.length} cells, accepted ${header.length}`);
    }
    for (const [i, cell] of cells.entries()) columns[i].push(cell.trim());
  });
  const named = header.flatMap((name, i): [string, string[]][] => (name === '' ? [] : [[name, columns[i]]]));
  return { file, rows: columns[0]?.length ?? 0, cells: new Map(named) };
}

/** Rows of a table without header, for tables with several header lines. */
export function readCells(file: string, bytes: Uint8Array): string[][] {
  const rows: string[][] = [];
  // The reader of tables takes the first line for a header and passes over it.
  readRows(`-\n${textOf(file, bytes)}`, ',', (cells) => rows.push(cells.map((cell) => cell.trim())));
  return rows;
}

export function columnOf({ file, cells }: Columns, name: string): readonly string[] {
  const column = cells.get(name);
  if (column === undefined)
    throw new RefusedInput(`${file}: found no column ${name}, accepted ${[...cells.keys()].join(', ')}`);
  return column;
}

/** Yes or no, written as 0 or 1 (also 0.0 and 1.0). */
export function binaryColumn(columns: Columns, name: string): Uint8Array {
  return Uint8Array.from(numbers(columns, name), (value, row) => {
    if (value !== 0 && value !== 1) {
      throw new RefusedInput(`${columns.file}: column ${name}, row ${row + 1}: found another value, accepted 0 or 1`);
    }
    return value;
  });
}

/** One of the values, as its place among them. */
export function classColumn(columns: Columns, name: string, values: readonly string[]): Uint8Array {
  return Uint8Array.from(columnOf(columns, name), (cell, row) => {
    const place = values.indexOf(cell);
    if (place < 0) {
      throw new RefusedInput(
        `${columns.file}: column ${name}, row ${row + 1}: found another value, accepted ${values.join(', ')}`,
      );
    }
    return place;
  });
}

export function scoreColumn(columns: Columns, name: string): Float64Array {
  return numbers(columns, name);
}

function numbers(columns: Columns, name: string): Float64Array {
  return Float64Array.from(columnOf(columns, name), (cell, row) => {
    const value = cell === '' ? Number.NaN : Number(cell);
    if (!Number.isFinite(value)) {
      const found = cell === '' ? 'an empty cell' : 'text';
      throw new RefusedInput(`${columns.file}: column ${name}, row ${row + 1}: found ${found}, accepted a number`);
    }
    return value;
  });
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new RefusedInput(`${file}: found bytes that are not UTF-8, accepted UTF-8`, { cause: error });
  }
}
