import type { Predictions } from '../predictions.ts';

/** A column that splits the rows into groups: sex, hospital, recorder. */
export interface GroupColumn {
  readonly name: string;
  /** Names of the groups. */
  readonly values: readonly string[];
  /** For each row the place of its group in `values`. */
  readonly codes: Uint8Array | Uint16Array;
}

/** Predictions with the groups of their rows, column by column: ten million rows of six group columns take about 190 MB. */
export interface GroupedPredictions extends Predictions {
  readonly columns: readonly GroupColumn[];
}

/** A column with more different values is a measurement or a name, not a group. */
export const MOST_VALUES = 1000;

/** Most combinations of two columns that are reported group by group. */
const MOST_GROUPS = 20_000;

/** All rows, the groups of one column, or the combinations of two. */
export interface Grouping {
  /** None, one or two columns. */
  readonly columns: readonly GroupColumn[];
  /** How many groups there can be. */
  readonly size: number;
}

/** Whether the combinations of two columns are wanted. */
export type PairRule = (first: GroupColumn, second: GroupColumn) => boolean;

/** All rows, then the columns in their order, then the wanted pairs of them. Too many groups are refused by name. */
export function groupingsOf(columns: readonly GroupColumn[], intersections: boolean | PairRule): Grouping[] {
  for (const { name, values } of columns) {
    if (values.length > MOST_VALUES) throw new RangeError(tooManyValues(name, values.length));
  }
  const isWanted: PairRule = typeof intersections === 'boolean' ? () => intersections : intersections;
  const pairs = columns.flatMap((first, place) =>
    columns.slice(place + 1).flatMap((second) => (isWanted(first, second) ? [[first, second]] : [])),
  );
  const wanted = [[], ...columns.map((column) => [column]), ...pairs];
  return wanted.map((of) => {
    const size = of.reduce((product, { values }) => product * values.length, 1);
    if (size <= MOST_GROUPS) return { columns: of, size };
    const names = of.map(({ name }) => name).join(' and ');
    throw new RangeError(`columns ${names}: found ${size} combinations, allowed: at most ${MOST_GROUPS}`);
  });
}

export const tooManyValues = (name: string, found: number): string =>
  `column ${name}: found ${found} different values, allowed: at most ${MOST_VALUES} groups`;

/** Checks that every row has one of the values of each column; the error names the column and the first index that is wrong. */
export function checkColumns({ scores, columns }: GroupedPredictions): void {
  for (const { name, values, codes } of columns) {
    if (codes.length !== scores.length) {
      const found = `found ${codes.length} codes for ${scores.length} scores`;
      throw new RangeError(`column ${name}: ${found}, allowed: one for each score`);
    }
    const wrong = codes.findIndex((code) => code >= values.length);
    if (wrong >= 0) {
      const found = `found code ${codes[wrong]}`;
      throw new RangeError(`column ${name} at index ${wrong}: ${found}, allowed: below ${values.length}`);
    }
  }
}

/** Group of each row in a grouping: the code of the first column times the size of the second, plus the code of the second. */
export function groupOfRows({ columns }: Grouping, into: Uint16Array): Uint16Array {
  const [first, second] = columns;
  if (first === undefined) return into.fill(0);
  if (second === undefined) {
    into.set(first.codes);
    return into;
  }
  const { codes: outer } = first;
  const { codes: inner, values } = second;
  const width = values.length;
  for (let row = 0; row < into.length; row++) into[row] = outer[row] * width + inner[row];
  return into;
}

/** Column and value of each part of a group; none for all rows. */
export function partsOfGroup({ columns }: Grouping, group: number): { column: string; value: string }[] {
  let rest = group;
  return columns
    .toReversed()
    .map(({ name, values }) => {
      const value = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      return { column: name, value };
    })
    .reverse();
}
