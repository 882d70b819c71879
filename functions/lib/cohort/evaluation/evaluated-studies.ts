import { RefusedInput } from '#functions/errors.ts';
import { parseDecimal } from '#lib/formats/number.ts';
import type { GroupColumn } from '#lib/validation/grouped/table.ts';
import { type Columns, columnOf } from '../readers/columns.ts';
import { type CellState, checkRows, numberCells } from './answers-table.ts';
import type { EvaluationDescription } from './description.ts';
import { type EvaluationFlow, flowOfLosses, type LossCode, lossAt } from './study-flow.ts';
import { studyKey } from './study-key.ts';

/** The studies that have an answer and a reference, by their rows in the table. */
export interface EvaluatedStudies {
  readonly rows: Uint32Array;
  /** By which a study is known again in another table: `studyKey`. */
  readonly keys: readonly string[];
  /** Whose study it is; undefined where nobody has more than one. */
  readonly clusters?: Int32Array;
  /** Whether the table says whose study is whose. */
  readonly knowsSubjects: boolean;
  /** `site` first, where the table names it, then the groups by their titles. */
  readonly columns: readonly GroupColumn[];
  readonly flow: readonly EvaluationFlow[];
}

/** Why a reference that is there cannot be used. */
export type ReferenceFault = 'no-follow-up' | 'grids-differ';

/** What answer and reference of a row are, by kind of answer. */
export interface RowStates {
  readonly answer: (row: number) => CellState;
  readonly reference: (row: number) => CellState | ReferenceFault;
  /** Columns that say what a row says of its study, beside site and groups. */
  readonly content: readonly string[];
}

export const NOT_GIVEN = 'not given';
export const SITE = 'site';
export const MOST_VALUES = 20;
export const MOST_SITES = 200;

/** One row per study by the rule of cohorts, then those with answer and reference; every loss is counted, by site. */
export function evaluatedStudies(
  description: EvaluationDescription,
  table: Columns,
  states: RowStates,
): EvaluatedStudies {
  const { columns } = description;
  checkRows(table);
  checkIdentifiers(table, columns);
  const sites = columns.site === undefined ? undefined : columnOf(table, columns.site).map((site) => site || NOT_GIVEN);
  const siteOfRows = sites && columnFrom(SITE, sites, MOST_SITES, table.file);
  const losses = lossesOf(description, table, states);
  const rows = Uint32Array.from(Array.from(losses.keys()).filter((row) => losses[row] === 0));
  const groups = (description.groups ?? []).map((group) => groupColumn(table, group, rows));
  const clusters = columns.subject === undefined ? undefined : clustersOf(table, columns.subject, sites, rows);
  return {
    rows,
    keys: studyKeys(description, table, rows),
    ...(clusters !== undefined && { clusters }),
    knowsSubjects: columns.subject !== undefined,
    columns: [...(siteOfRows === undefined ? [] : [analysedOf(siteOfRows, rows)]), ...groups],
    flow: flowOfLosses(losses, siteOfRows),
  };
}

/** Refuses rows that do not say which study, or whose, they are about. */
function checkIdentifiers(table: Columns, { study, subject }: EvaluationDescription['columns']): void {
  for (const [what, name] of Object.entries({ study, subject })) {
    const nameless = name === undefined ? -1 : columnOf(table, name).indexOf('');
    if (nameless >= 0)
      throw new RefusedInput(
        `${table.file}: column ${name}, row ${nameless + 1}: found an empty cell, allowed a ${what}`,
      );
  }
}

function studyKeys({ columns }: EvaluationDescription, table: Columns, rows: Uint32Array): string[] {
  const cells = [columns.site, columns.subject, columns.study].map((name) =>
    name === undefined ? undefined : columnOf(table, name),
  );
  return Array.from(rows, (row) => studyKey(cells.map((column) => column?.[row] ?? null)));
}

/** For each row the place of its loss. */
function lossesOf(description: EvaluationDescription, table: Columns, states: RowStates): Uint8Array {
  const { columns, groups = [] } = description;
  const keyNames = [columns.site, columns.subject, columns.study].filter((name) => name !== undefined);
  const keys = keyNames.map((name) => columnOf(table, name));
  const banded = groups.filter(({ bands }) => bands !== undefined);
  const said = [...states.content, ...banded.map(({ column }) => column)].map((name) => columnOf(table, name));
  const named = groups.filter(({ bands }) => bands === undefined).map(({ column }) => columnOf(table, column));
  const first = new Map<string, string>();
  const contradictory = new Set<string>();
  const keyOf = Array.from({ length: table.rows }, (_, row) => JSON.stringify(keys.map((cells) => cells[row])));
  const isRepeat = keyOf.map((key, row) => {
    // 0.5 and 0.50 are no contradiction.
    const content = JSON.stringify([
      ...said.map((cells) => parseDecimal(cells[row], '.') ?? cells[row]),
      ...named.map((cells) => cells[row]),
    ]);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, content);
    else if (earlier !== content) contradictory.add(key);
    return earlier !== undefined;
  });
  return Uint8Array.from(keyOf, (key, row) => {
    if (contradictory.has(key)) return lossAt('contradiction');
    return lossAt(isRepeat[row] ? 'repeated' : lossOf(states.answer(row), states.reference(row)));
  });
}

function lossOf(answer: CellState, reference: CellState | ReferenceFault): LossCode {
  if (answer === 'missing') return reference === 'missing' ? 'neither' : 'no-answer';
  if (answer !== 'there') return `answer-${answer}`;
  if (reference === 'there') return 'none';
  if (reference === 'missing') return 'no-reference';
  return reference === 'no-follow-up' || reference === 'grids-differ' ? reference : `reference-${reference}`;
}

function clustersOf(
  table: Columns,
  name: string,
  sites: readonly string[] | undefined,
  rows: Uint32Array,
): Int32Array | undefined {
  const people = columnOf(table, name);
  const numbers = new Map<string, number>();
  const clusters = Int32Array.from(rows, (row) => {
    const key = JSON.stringify([sites?.[row], people[row]]);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  return numbers.size < rows.length ? clusters : undefined;
}

/** The column of the analysed rows, without values of no row. */
function analysedOf({ name, values, codes }: GroupColumn, rows: Uint32Array): GroupColumn {
  const cells = Array.from(rows, (row) => values[codes[row]]);
  const found = new Set(cells);
  return codedColumn(
    name,
    values.filter((value) => found.has(value)),
    cells,
  );
}

type GroupRule = NonNullable<EvaluationDescription['groups']>[number];

function groupColumn(table: Columns, { column, title = column, bands }: GroupRule, rows: Uint32Array): GroupColumn {
  if (bands === undefined) {
    const cells = columnOf(table, column);
    const values = Array.from(rows, (row) => cells[row] || NOT_GIVEN);
    return columnFrom(title, values, MOST_VALUES, table.file);
  }
  const { values } = numberCells(table, column);
  const names = bandNames(bands);
  const bandOf = (value: number): string =>
    Number.isNaN(value) ? NOT_GIVEN : names[bands.filter((bound) => value >= bound).length];
  const found = Array.from(rows, (row) => bandOf(values[row]));
  const order = [...names, NOT_GIVEN].filter((name) => found.includes(name));
  return codedColumn(title, order, found);
}

/** "below 50", "50 to below 70", "70 and above". */
export function bandNames(bounds: readonly number[]): string[] {
  const between = bounds.slice(1).map((bound, i) => `${bounds[i]} to below ${bound}`);
  return [`below ${bounds[0]}`, ...between, `${bounds[bounds.length - 1]} and above`];
}

function columnFrom(title: string, cells: readonly string[], most: number, file: string): GroupColumn {
  const known = [...new Set(cells)].filter((value) => value !== NOT_GIVEN).sort();
  if (known.length > most) throw tooManyValues(file, title, String(known.length), most);
  return codedColumn(title, [...known, ...(cells.includes(NOT_GIVEN) ? [NOT_GIVEN] : [])], cells);
}

function codedColumn(name: string, values: readonly string[], cells: readonly string[]): GroupColumn {
  const places = new Map(values.map((value, place) => [value, place]));
  return { name, values, codes: Uint16Array.from(cells, (value) => places.get(value) ?? 0) };
}

export const tooManyValues = (file: string, title: string, found: string, most: number): RefusedInput =>
  new RefusedInput(
    `${file}: group column ${title}: found ${found} values, allowed ${most}; a column of numbers takes bands`,
  );
