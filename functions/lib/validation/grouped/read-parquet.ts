import { type AsyncBuffer, type DecodedArray, parquetMetadataAsync, parquetScan } from 'hyparquet';
import { type GroupColumn, type GroupedPredictions, MOST_VALUES, tooManyValues } from './table.ts';

/** Which columns of a Parquet file hold what. */
export interface PredictionColumns {
  /** DOUBLE or FLOAT. */
  readonly score: string;
  /** BOOLEAN, or a whole number 0 or 1. */
  readonly label: string;
  /** INT32: a number per subject. */
  readonly subject?: string;
  /** STRING. */
  readonly groups: readonly string[];
}

/** Rows without a value in a group column are a group of their own, always the last. */
const MISSING = 'unknown';

/**
 * Predictions with their groups from a Parquet file, one column of one row group at a time: besides the columns that are
 * returned it holds no more than one row group of one column.
 */
export async function readGroupedPredictions(file: AsyncBuffer, names: PredictionColumns): Promise<GroupedPredictions> {
  const metadata = await parquetMetadataAsync(file);
  const numbers = [names.score, names.label, ...(names.subject === undefined ? [] : [names.subject])];
  const columns = [...numbers, ...names.groups];
  const present = metadata.schema.map(({ name }) => name);
  const absent = columns.find((name) => !present.includes(name));
  if (absent !== undefined)
    throw new RangeError(`column ${absent}: found none, allowed: ${present.slice(1).join(', ')}`);
  const rows = Number(metadata.num_rows);
  const scan = await parquetScan({ file, metadata, columns });
  const each = async (column: string, take: (values: DecodedArray, from: number) => void): Promise<void> => {
    for (const range of scan.ranges) take(await scan.readColumn({ column, ...range }), range.rowStart);
  };
  const numeric = async <T extends { [row: number]: number }>(column: string, into: T): Promise<T> => {
    await each(column, (values, from) => copyNumbers(column, values, into, from));
    return into;
  };
  const scores = await numeric(names.score, new Float64Array(rows));
  const labels = await numeric(names.label, new Uint8Array(rows));
  const clusters = names.subject === undefined ? undefined : await numeric(names.subject, new Int32Array(rows));
  const groups: GroupColumn[] = [];
  for (const name of names.groups) {
    const codes = new Uint16Array(rows);
    const codeOf = new Map<unknown, number>();
    await each(name, (values, from) => copyCodes(name, values, codeOf, codes, from));
    groups.push(sortedColumn(name, codeOf, codes));
  }
  return { scores, labels, ...(clusters !== undefined && { clusters }), columns: groups };
}

/** Copies what the array can hold unchanged; a float keeps its value in a double. */
function copyNumbers(column: string, values: DecodedArray, into: { [row: number]: number }, from: number): void {
  for (let at = 0; at < values.length; at++) {
    const value: unknown = values[at];
    const number = typeof value === 'number' ? value : typeof value === 'string' || value == null ? NaN : Number(value);
    into[from + at] = number;
    // NaN is left to the check of the scores, which names the row as well.
    if (into[from + at] !== number && !(Number.isNaN(number) && into instanceof Float64Array)) {
      // A subject's number may be a person's: it stays out of the message.
      const found = into instanceof Uint8Array ? String(value) : `another ${typeof value}`;
      throw new RangeError(`column ${column} at row ${from + at}: found ${found}, allowed: ${allowedIn(into)}`);
    }
  }
}

const allowedIn = (into: object): string =>
  into instanceof Uint8Array ? '0, 1, false or true' : 'whole numbers of 32 bits';

function copyCodes(
  name: string,
  values: DecodedArray,
  codeOf: Map<unknown, number>,
  codes: Uint16Array,
  from: number,
): void {
  for (let at = 0; at < values.length; at++) {
    const value: unknown = values[at] ?? MISSING;
    let code = codeOf.get(value);
    if (code === undefined) {
      if (typeof value !== 'string') {
        throw new RangeError(`column ${name} at row ${from + at}: found a ${typeof value}, allowed: text`);
      }
      code = codeOf.size;
      if (code >= MOST_VALUES) throw new RangeError(tooManyValues(name, code + 1));
      codeOf.set(value, code);
    }
    codes[from + at] = code;
  }
}

/** Values in alphabetical order, `unknown` last. */
function sortedColumn(name: string, codeOf: ReadonlyMap<unknown, number>, codes: Uint16Array): GroupColumn {
  const found = [...codeOf.keys()] as string[];
  const values = found.toSorted((a, b) => Number(a === MISSING) - Number(b === MISSING) || (a < b ? -1 : 1));
  const place = Uint16Array.from(found, (value) => values.indexOf(value));
  for (let row = 0; row < codes.length; row++) codes[row] = place[codes[row]];
  return { name, values, codes };
}
