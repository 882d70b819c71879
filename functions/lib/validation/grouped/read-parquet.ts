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
  /** Only rows with this text in this column, such as `analysis` `primary` in a report's `internal/predictions.parquet`. */
  readonly only?: { readonly column: string; readonly value: string };
}

/** Rows without a value in a group column are a group of their own, always the last. */
const MISSING = 'unknown';

/**
 * Predictions with their groups from a Parquet file, one column of one row group at a time: besides the columns that are
 * returned it holds no more than one row group of one column.
 */
export async function readGroupedPredictions(file: AsyncBuffer, names: PredictionColumns): Promise<GroupedPredictions> {
  const metadata = await parquetMetadataAsync(file);
  const { score, label, subject, only } = names;
  const columns = [score, label, subject, only?.column, ...names.groups].filter((name) => name !== undefined);
  const present = metadata.schema.map(({ name }) => name);
  const absent = columns.find((name) => !present.includes(name));
  if (absent !== undefined) {
    throw new RangeError(`column ${absent}: found none, allowed: ${present.slice(1).join(', ')}`);
  }
  const scan = await parquetScan({ file, metadata, columns });
  const each: EachPart = async (column, take) => {
    for (const range of scan.ranges) take(await scan.readColumn({ column, ...range }), range.rowStart);
  };
  const wanted = only && (await wantedRows(each, only, Number(metadata.num_rows)));
  const rows = wanted === undefined ? Number(metadata.num_rows) : wanted.reduce((sum, row) => sum + row, 0);
  const numeric = async <T extends { [row: number]: number }>(column: string, into: T): Promise<T> => {
    let place = 0;
    await each(column, (values, from) => {
      place = copyNumbers(column, values, from, wanted, into, place);
    });
    return into;
  };
  const scores = await numeric(score, new Float64Array(rows));
  const labels = await numeric(label, new Uint8Array(rows));
  const clusters = subject === undefined ? undefined : await numeric(subject, new Int32Array(rows));
  const groups: GroupColumn[] = [];
  for (const name of names.groups) groups.push(await groupColumn(each, name, wanted, rows));
  return { scores, labels, ...(clusters !== undefined && { clusters }), columns: groups };
}

/** Hands over the parts of a column, each with the row at which it begins. */
type EachPart = (column: string, take: (values: DecodedArray, from: number) => void) => Promise<void>;

/** 1 where a row is wanted. */
async function wantedRows(
  each: EachPart,
  { column, value }: NonNullable<PredictionColumns['only']>,
  rows: number,
): Promise<Uint8Array> {
  const wanted = new Uint8Array(rows);
  await each(column, (values, from) => {
    for (let at = 0; at < values.length; at++) wanted[from + at] = Number(values[at] === value);
  });
  return wanted;
}

async function groupColumn(
  each: EachPart,
  name: string,
  wanted: Uint8Array | undefined,
  rows: number,
): Promise<GroupColumn> {
  const codes = new Uint16Array(rows);
  const codeOf = new Map<unknown, number>();
  let place = 0;
  await each(name, (values, from) => {
    place = copyCodes(name, values, from, wanted, codeOf, codes, place);
  });
  return sortedColumn(name, codeOf, codes);
}

/** Copies what the array can hold unchanged, from a place on; returns the next place. */
function copyNumbers(
  column: string,
  values: DecodedArray,
  from: number,
  wanted: Uint8Array | undefined,
  into: { [row: number]: number },
  start: number,
): number {
  let place = start;
  for (let at = 0; at < values.length; at++) {
    if (wanted !== undefined && wanted[from + at] === 0) continue;
    const value: unknown = values[at];
    const number = typeof value === 'number' ? value : typeof value === 'string' || value == null ? NaN : Number(value);
    into[place] = number;
    // NaN is left to the check of the scores, which names the row as well.
    if (into[place] !== number && !(Number.isNaN(number) && into instanceof Float64Array)) {
      // A subject's number may be a person's: it stays out of the message.
      const found = into instanceof Uint8Array ? String(value) : `another ${typeof value}`;
      throw new RangeError(`column ${column} at row ${from + at}: found ${found}, allowed: ${allowedIn(into)}`);
    }
    place++;
  }
  return place;
}

const allowedIn = (into: object): string =>
  into instanceof Uint8Array ? '0, 1, false or true' : 'whole numbers of 32 bits';

function copyCodes(
  name: string,
  values: DecodedArray,
  from: number,
  wanted: Uint8Array | undefined,
  codeOf: Map<unknown, number>,
  codes: Uint16Array,
  start: number,
): number {
  let place = start;
  for (let at = 0; at < values.length; at++) {
    if (wanted !== undefined && wanted[from + at] === 0) continue;
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
    codes[place++] = code;
  }
  return place;
}

/** Values in alphabetical order, `unknown` last. */
function sortedColumn(name: string, codeOf: ReadonlyMap<unknown, number>, codes: Uint16Array): GroupColumn {
  const found = [...codeOf.keys()] as string[];
  const values = found.toSorted((a, b) => Number(a === MISSING) - Number(b === MISSING) || (a < b ? -1 : 1));
  const place = Uint16Array.from(found, (value) => values.indexOf(value));
  for (let row = 0; row < codes.length; row++) codes[row] = place[codes[row]];
  return { name, values, codes };
}
