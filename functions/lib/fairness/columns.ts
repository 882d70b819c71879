/** One way of putting rows into groups: by hospital, sex, age band, device, or any column that sites describe. */
export interface GroupColumn {
  readonly name: string;
  /** Names of the groups, in the order of the report. */
  readonly values: readonly string[];
  /** For each row the place of its group in `values`. */
  readonly codes: Int32Array;
  /** How many values were put together as "other", and how many rows they hold; absent where none were. */
  readonly folded?: { readonly values: number; readonly rows: number };
}

/** A column that is no grouping of people. */
export interface RefusedColumn {
  readonly name: string;
  /** Why, as a sentence without a period. */
  readonly refused: string;
}

/** Rows that lack the value: a group of its own. */
export const UNKNOWN = 'unknown';

/** More groups than this are put together, the smallest first. */
export const MOST_GROUPS = 20;

/** More values than this are a number or an identifier, not groups. */
const MOST_VALUES = 200;

/**
 * Groups rows by a column; a missing value is the group `unknown`. Values stand in the order given, else by name with `unknown` last.
 * Of more than 20 values the 19 with most rows stay (of equal ones the first by name) and the rest become `other (… values)`;
 * a column of more than 200 values is refused.
 */
export function groupColumn(
  name: string,
  cells: readonly (string | undefined)[],
  order?: readonly string[],
): GroupColumn | RefusedColumn {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell ?? UNKNOWN, (counts.get(cell ?? UNKNOWN) ?? 0) + 1);
  if (counts.size > MOST_VALUES) {
    const refused = `column ${name}: found ${counts.size} values in ${cells.length} studies, allowed: at most ${MOST_VALUES}; a number or an identifier is no group`;
    return { name, refused };
  }
  const values = inOrder([...counts.keys()], order);
  if (values.length <= MOST_GROUPS) return { name, values, codes: codesOf(cells, values) };
  return { name, ...foldedGroups(cells, values, counts) };
}

/** True where the column has groups. */
export function isGroupColumn(column: GroupColumn | RefusedColumn): column is GroupColumn {
  return 'codes' in column;
}

function inOrder(found: readonly string[], order: readonly string[] = []): string[] {
  const rank = (value: string): number => {
    if (value === UNKNOWN) return Number.POSITIVE_INFINITY;
    const place = order.indexOf(value);
    return place < 0 ? order.length : place;
  };
  return [...found].sort((a, b) => {
    const [one, two] = [rank(a), rank(b)];
    if (one !== two) return one < two ? -1 : 1;
    return a < b ? -1 : Number(a > b);
  });
}

function codesOf(
  cells: readonly (string | undefined)[],
  values: readonly string[],
  others = new Map<string, number>(),
) {
  const places = new Map([...values.map((value, place) => [value, place] as const), ...others]);
  return Int32Array.from(cells, (cell) => places.get(cell ?? UNKNOWN) ?? -1);
}

function foldedGroups(
  cells: readonly (string | undefined)[],
  values: readonly string[],
  counts: ReadonlyMap<string, number>,
): Omit<GroupColumn, 'name'> {
  const rowsOf = (value: string): number => counts.get(value) ?? 0;
  // `unknown` stays, whatever its size: who lacks the value is a question of its own.
  const bySize = values.filter((value) => value !== UNKNOWN).sort((a, b) => rowsOf(b) - rowsOf(a) || (a < b ? -1 : 1));
  const kept = new Set(bySize.slice(0, MOST_GROUPS - 1 - Number(counts.has(UNKNOWN))));
  const others = bySize.filter((value) => !kept.has(value));
  const shown = values.filter((value) => kept.has(value));
  const groups = [...shown, `other (${others.length} values)`, ...(counts.has(UNKNOWN) ? [UNKNOWN] : [])];
  const rows = others.reduce((sum, value) => sum + rowsOf(value), 0);
  const codes = codesOf(cells, groups, new Map(others.map((value) => [value, shown.length])));
  return { values: groups, codes, folded: { values: others.length, rows } };
}

/** The group that others are compared with: the one named, else the one with most rows that is neither `unknown` nor `other`. */
export function referenceGroup({ name, values, codes, folded }: GroupColumn, named?: string): string {
  if (named !== undefined) {
    if (values.includes(named)) return named;
    throw new RangeError(`reference group of ${name}: found ${named}, allowed: ${values.join(', ')}`);
  }
  const rows = new Array<number>(values.length).fill(0);
  for (const code of codes) rows[code] += 1;
  const isProper = (value: string) => value !== UNKNOWN && !(folded !== undefined && value.startsWith('other ('));
  const proper = values.filter(isProper);
  const size = (value: string) => rows[values.indexOf(value)];
  const [largest = values[0]] = proper.sort((a, b) => size(b) - size(a) || values.indexOf(a) - values.indexOf(b));
  return largest;
}

/** Row numbers of each group. */
export function rowsOfGroups({ values, codes }: GroupColumn): Uint32Array[] {
  const sizes = new Array<number>(values.length).fill(0);
  for (const code of codes) sizes[code] += 1;
  const rows = sizes.map((size) => new Uint32Array(size));
  const filled = new Array<number>(values.length).fill(0);
  for (let row = 0; row < codes.length; row++) rows[codes[row]][filled[codes[row]]++] = row;
  return rows;
}

/** The groups of two columns at once, those that occur; each is named by both values. */
export function crossedColumn(first: GroupColumn, second: GroupColumn): GroupColumn | RefusedColumn {
  const name = `${first.name} × ${second.name}`;
  const width = second.values.length;
  const rows = new Array<number>(first.values.length * width).fill(0);
  for (let row = 0; row < first.codes.length; row++) rows[first.codes[row] * width + second.codes[row]] += 1;
  const cells = rows.flatMap((count, cell) => (count === 0 ? [] : [cell]));
  if (cells.length > MOST_CELLS) {
    return { name, refused: `${name}: found ${cells.length} combinations, allowed: at most ${MOST_CELLS}` };
  }
  const places = new Map(cells.map((cell, place) => [cell, place]));
  const codes = first.codes.map((code, row) => places.get(code * width + second.codes[row]) ?? -1);
  const values = cells.map((cell) => `${first.values[Math.floor(cell / width)]} × ${second.values[cell % width]}`);
  return { name, values, codes };
}

/** More combinations of two columns than this are not compared: the tables could not be read. */
const MOST_CELLS = 100;
