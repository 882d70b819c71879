import { RefusedInput } from '#functions/errors.ts';
import { type Columns, columnOf } from '../readers/columns.ts';
import { type CellState, numberCells } from './answers-table.ts';
import type { EvaluationDescription } from './description.ts';
import { studyKey } from './study-key.ts';

/** Steps of the flow, in order. */
export const STEPS = ['rows', 'studies', 'answered', 'analysed'] as const;

export interface EvaluationFlow {
  /** null: all sites. */
  readonly site: string | null;
  readonly steps: readonly {
    readonly name: (typeof STEPS)[number];
    readonly count: number;
    readonly losses: readonly { readonly code: string; readonly count: number }[];
  }[];
}

/** A column by which figures are told apart, with the value of each study. */
export interface GroupColumn {
  readonly column: string;
  readonly title: string;
  readonly values: readonly string[];
  /** Place of each study's value. */
  readonly of: Int32Array;
}

/** The studies that have an answer and a reference, by their rows in the table. */
export interface EvaluatedStudies {
  readonly rows: Uint32Array;
  /** By which a study is known again in another table: `studyKey`. */
  readonly keys: readonly string[];
  /** Whose study it is; undefined where nobody has more than one. */
  readonly clusters?: Int32Array;
  /** Whether the table says whose study is whose. */
  readonly knowsSubjects: boolean;
  /** Site first, where the table names it. */
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
  const sites = columns.site === undefined ? null : columnOf(table, columns.site).map((site) => site || NOT_GIVEN);
  const losses = lossesOf(description, table, states);
  const rows = Uint32Array.from(Array.from(losses.keys()).filter((row) => losses[row] === undefined));
  const groups = (description.groups ?? []).map((group) => groupColumn(table, group, rows));
  const clusters = columns.subject === undefined ? undefined : clustersOf(table, columns.subject, sites, rows);
  const siteColumn =
    sites === null
      ? []
      : [
          columnFrom(
            { column: SITE, title: 'Site' },
            Array.from(rows, (row) => sites[row]),
            MOST_SITES,
            table.file,
          ),
        ];
  return {
    rows,
    keys: studyKeys(description, table, rows),
    ...(clusters !== undefined && { clusters }),
    knowsSubjects: columns.subject !== undefined,
    columns: [...siteColumn, ...groups],
    flow: flowOf(sites, losses),
  };
}

function studyKeys({ columns }: EvaluationDescription, table: Columns, rows: Uint32Array): string[] {
  const cells = [columns.site, columns.subject, columns.study].map((name) =>
    name === undefined ? undefined : columnOf(table, name),
  );
  return Array.from(rows, (row) => studyKey(cells.map((column) => column?.[row] ?? null)));
}

interface Loss {
  readonly step: (typeof STEPS)[number];
  readonly code: string;
}

function lossesOf(description: EvaluationDescription, table: Columns, states: RowStates): (Loss | undefined)[] {
  const { columns, groups = [] } = description;
  const keyNames = [columns.site, columns.subject, columns.study].filter((name) => name !== undefined);
  const study = columnOf(table, columns.study);
  const nameless = study.indexOf('');
  if (nameless >= 0)
    throw new RefusedInput(
      `${table.file}: column ${columns.study}, row ${nameless + 1}: found an empty cell, allowed a study`,
    );
  const keys = keyNames.map((name) => columnOf(table, name));
  const said = [...states.content, ...groups.map((group) => group.column)].map((name) => columnOf(table, name));
  const join = (cells: readonly (readonly string[])[], row: number): string =>
    JSON.stringify(cells.map((cell) => cell[row]));
  const first = new Map<string, string>();
  const contradictory = new Set<string>();
  const keyOf = study.map((_, row) => join(keys, row));
  const isRepeat = keyOf.map((key, row) => {
    const content = join(said, row);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, content);
    else if (earlier !== content) contradictory.add(key);
    return earlier !== undefined;
  });
  return keyOf.map((key, row): Loss | undefined => {
    if (contradictory.has(key)) return { step: 'studies', code: 'contradiction' };
    if (isRepeat[row]) return { step: 'studies', code: 'repeated' };
    const [answer, reference] = [states.answer(row), states.reference(row)];
    if (answer === 'missing' && reference === 'missing') return { step: 'answered', code: 'neither' };
    if (answer === 'missing') return { step: 'answered', code: 'no-answer' };
    if (answer !== 'there') return { step: 'answered', code: `answer-${answer}` };
    if (reference === 'missing') return { step: 'analysed', code: 'no-reference' };
    if (reference === 'there') return undefined;
    const isOwnWord = reference === 'no-follow-up' || reference === 'grids-differ';
    return { step: 'analysed', code: isOwnWord ? reference : `reference-${reference}` };
  });
}

function flowOf(sites: readonly string[] | null, losses: readonly (Loss | undefined)[]): EvaluationFlow[] {
  const names = sites === null ? [] : [...new Set(sites)].sort();
  return [null, ...names].map((site) => {
    const own = losses.filter((_, row) => site === null || sites?.[row] === site);
    let count = own.length;
    const steps = STEPS.map((name) => {
      const codes = own.flatMap((loss) => (loss?.step === name ? [loss.code] : []));
      const lost = [...new Set(codes)]
        .sort()
        .map((code) => ({ code, count: codes.filter((other) => other === code).length }));
      count -= codes.length;
      return { name, count, losses: lost };
    });
    return { site, steps };
  });
}

function clustersOf(
  table: Columns,
  name: string,
  sites: readonly string[] | null,
  rows: Uint32Array,
): Int32Array | undefined {
  const people = columnOf(table, name);
  const numbers = new Map<string, number>();
  const clusters = Int32Array.from(rows, (row) => {
    if (people[row] === '')
      throw new RefusedInput(`${table.file}: column ${name}, row ${row + 1}: found an empty cell, allowed a subject`);
    const key = JSON.stringify([sites?.[row], people[row]]);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  return numbers.size < rows.length ? clusters : undefined;
}

type GroupRule = NonNullable<EvaluationDescription['groups']>[number];

function groupColumn(table: Columns, { column, title = column, bands }: GroupRule, rows: Uint32Array): GroupColumn {
  if (bands === undefined) {
    const cells = columnOf(table, column);
    const values = Array.from(rows, (row) => cells[row] || NOT_GIVEN);
    return columnFrom({ column, title }, values, MOST_VALUES, table.file);
  }
  const { values } = numberCells(table, column);
  const names = bandNames(bands);
  const bandOf = (value: number): string =>
    Number.isNaN(value) ? NOT_GIVEN : names[bands.filter((bound) => value >= bound).length];
  const found = Array.from(rows, (row) => bandOf(values[row]));
  const order = [...names, NOT_GIVEN].filter((name) => found.includes(name));
  return { column, title, values: order, of: Int32Array.from(found, (name) => order.indexOf(name)) };
}

/** "below 50", "50 to below 70", "70 and above". */
export function bandNames(bounds: readonly number[]): string[] {
  const between = bounds.slice(1).map((bound, i) => `${bounds[i]} to below ${bound}`);
  return [`below ${bounds[0]}`, ...between, `${bounds[bounds.length - 1]} and above`];
}

function columnFrom(
  { column, title }: { readonly column: string; readonly title: string },
  values: readonly string[],
  most: number,
  file: string,
): GroupColumn {
  const known = [...new Set(values)].filter((value) => value !== NOT_GIVEN).sort();
  if (known.length > most)
    throw new RefusedInput(
      `${file}: group column ${title}: found ${known.length} values, allowed ${most}; a column of numbers takes bands`,
    );
  const order = [...known, ...(values.includes(NOT_GIVEN) ? [NOT_GIVEN] : [])];
  const places = new Map(order.map((value, place) => [value, place]));
  return { column, title, values: order, of: Int32Array.from(values, (value) => places.get(value) ?? 0) };
}
