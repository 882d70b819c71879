// The columns of a large table as arrays of numbers.
import { RefusedInput } from '#functions/errors.ts';
import { cellText, checkProbabilities, isSameNumber, NOT_FINITE, numberOf } from './answers-table.ts';
import { type CellSource, eachCell, type Wanted } from './cell-source.ts';
import { bandNames, NOT_GIVEN, tooManyValues } from './evaluated-studies.ts';

/** What a cell that should hold a number, or a label, holds. */
export const [THERE, MISSING, NOT_A_NUMBER] = [0, 1, 2];

export interface NumberColumn {
  readonly values: Float64Array;
  readonly states: Uint8Array;
}

/** A column of numbers, NaN where there is none; text that is none is refused by row. */
export async function numberColumn(source: CellSource, column: string, wanted: Wanted): Promise<NumberColumn> {
  const values = new Float64Array(source.rows).fill(Number.NaN);
  const states = new Uint8Array(source.rows).fill(MISSING);
  await eachCell(source, column, wanted, (cell, row) => {
    const value = numberOf(source.file, column, row, cell);
    if (value === undefined) return;
    values[row] = value;
    states[row] = Number.isNaN(value) ? NOT_A_NUMBER : THERE;
  });
  return { values, states };
}

/** Probabilities: a number outside 0 to 1 is refused by row. */
export async function probabilityColumn(source: CellSource, column: string, wanted: Wanted): Promise<NumberColumn> {
  const scores = await numberColumn(source, column, wanted);
  checkProbabilities(source.file, column, scores.values);
  return scores;
}

export interface LabelColumn {
  /** 1 with the event, 0 without, and 0 where there is no label. */
  readonly values: Uint8Array;
  readonly states: Uint8Array;
}

/** Codes of a label, first without the event, then with it. */
export type LabelCodes = readonly [none: readonly string[], event: readonly string[]];

/** A column of yes or no; a value that is neither is refused by row. */
export async function labelColumn(
  source: CellSource,
  column: string,
  codes: LabelCodes,
  wanted: Wanted,
): Promise<LabelColumn> {
  const values = new Uint8Array(source.rows);
  const states = new Uint8Array(source.rows).fill(MISSING);
  const known = new Map<unknown, number>();
  await eachCell(source, column, wanted, (cell, row) => {
    let place = known.get(cell);
    if (place === undefined) {
      place = placeOfLabel(source, column, row, cell, codes);
      known.set(cell, place);
    }
    if (place <= 1) values[row] = place;
    states[row] = place <= 1 ? THERE : place - 1;
  });
  return { values, states };
}

/** 0 or 1, or above 1 the state of a cell without a label and 1 more. */
function placeOfLabel(source: CellSource, column: string, row: number, cell: unknown, codes: LabelCodes): number {
  const text = cellText(source.file, column, row, cell);
  if (text === '') return MISSING + 1;
  const place = codes.findIndex((of) =>
    of.some((code) => code.toLowerCase() === text.toLowerCase() || isSameNumber(code, text)),
  );
  if (place >= 0) return place;
  if (NOT_FINITE.test(text)) return NOT_A_NUMBER + 1;
  throw new RefusedInput(
    `${source.file}: column ${column}, row ${row + 1}: found another value, allowed ${codes.flat().join(', ')}`,
  );
}

/** A column of few different values. */
export interface CategoryColumn {
  readonly values: readonly string[];
  /** For each row the place of its value. */
  readonly codes: Uint8Array;
}

/** Most different values that are told apart at all. */
const MOST_CODES = 256;

/** The values of a column in the order in which they appear; an empty cell is “not given”. */
export async function categoryColumn(
  source: CellSource,
  { column, title, most, wanted }: { column: string; title: string; most: number; wanted: Wanted },
): Promise<CategoryColumn> {
  const values: string[] = [];
  const codes = new Uint8Array(source.rows);
  const codeOf = new Map<unknown, number>();
  await eachCell(source, column, wanted, (cell, row) => {
    let code = codeOf.get(cell);
    if (code === undefined) {
      const text = cellText(source.file, column, row, cell) || NOT_GIVEN;
      code = values.indexOf(text);
      if (code < 0) {
        if (values.length === MOST_CODES) throw tooManyValues(source.file, title, `more than ${MOST_CODES}`, most);
        code = values.push(text) - 1;
      }
      // A date is another object in every row.
      if (cell === null || typeof cell !== 'object') codeOf.set(cell, code);
    }
    codes[row] = code;
  });
  return { values, codes };
}

/** The band of a column of numbers in which each row is; without a number “not given”. */
export async function bandColumn(
  source: CellSource,
  column: string,
  bounds: readonly number[],
  wanted: Wanted,
): Promise<CategoryColumn> {
  const { values, states } = await numberColumn(source, column, wanted);
  const names = [...bandNames(bounds), NOT_GIVEN];
  const codes = new Uint8Array(source.rows);
  for (let row = 0; row < codes.length; row++) {
    let code = 0;
    if (states[row] === THERE) while (code < bounds.length && values[row] >= bounds[code]) code++;
    else code = names.length - 1;
    codes[row] = code;
  }
  return { values: names, codes };
}
