import { RefusedInput } from '#functions/errors.ts';
import type { GroupColumn, GroupedPredictions } from '#lib/validation/grouped/table.ts';
import { cellText, checkRows, isSameNumber } from './answers-table.ts';
import { type CellSource, checkColumns, eachCell, type Wanted } from './cell-source.ts';
import type { ProbabilityDescription } from './description.ts';
import { MOST_SITES, MOST_VALUES, NOT_GIVEN, SITE, tooManyValues } from './evaluated-studies.ts';
import {
  bandColumn,
  type CategoryColumn,
  categoryColumn,
  type LabelCodes,
  labelColumn,
  probabilityColumn,
} from './probability-columns.ts';
import { type NumberedKeys, numberKeys } from './probability-keys.ts';
import { lossesOf } from './probability-studies.ts';
import { MOST_KEPT_STUDIES, probabilityStudyKeys } from './probability-study-keys.ts';
import { type EvaluationFlow, flowOfLosses } from './study-flow.ts';

/** Probabilities of an event with their labels, column by column. */
export interface ProbabilityAnswers {
  readonly description: ProbabilityDescription;
  readonly studies: {
    readonly flow: readonly EvaluationFlow[];
    readonly knowsSubjects: boolean;
    /** Of the studies of `table`, 16 bytes each; null where there are too many to keep. */
    readonly keys: Uint8Array | null;
  };
  /** The studies with score and label; site first, where the table names it, then the groups by their titles. */
  readonly table: GroupedPredictions;
}

const YES_OR_NO: LabelCodes = [
  ['0', 'false'],
  ['1', 'true'],
];

/** Reads what the description names, one column at a time; ten million rows with six group columns take about 450 MB meanwhile. */
export async function probabilityAnswers(
  description: ProbabilityDescription,
  source: CellSource,
): Promise<ProbabilityAnswers> {
  const { columns, codes, groups = [], only } = description;
  const { study, subject, site, score, label } = columns;
  const names = [study, subject, site, score, label, ...groups.map(({ column }) => column), only?.column];
  checkColumns(
    source,
    names.filter((name) => name !== undefined),
  );
  checkRows(source);
  const wanted = only && (await rowsWith(source, only.column, String(only.value)));
  const sites =
    columns.site === undefined
      ? undefined
      : await categoryColumn(source, { column: columns.site, title: SITE, most: MOST_SITES, wanted: undefined });
  const within = sites?.codes ?? new Uint8Array(source.rows);
  const subjects =
    columns.subject === undefined
      ? undefined
      : await numberKeys(source, { column: columns.subject, what: 'subject', within, wanted });
  const place = subjects?.numbers ?? within;
  const studies = await numberKeys(source, { column: columns.study, what: 'study', within: place, wanted });
  const scores = await probabilityColumn(source, columns.score, wanted);
  const labelCodes: LabelCodes = codes === undefined ? YES_OR_NO : [[String(codes.none)], [String(codes.event)]];
  const labels = await labelColumn(source, columns.label, labelCodes, wanted);
  const read: CategoryColumn[] = [];
  for (const group of groups) read.push(await groupColumn(source, group, wanted));
  const losses = lossesOf({ scores, labels, columns: read, studies });
  const named: NamedColumn[] = [
    ...(sites === undefined ? [] : [{ name: SITE, most: MOST_SITES, hasOrder: false, ...sites }]),
    ...groups.map(({ column, title = column, bands }, at) => ({
      ...{ name: title, most: MOST_VALUES, hasOrder: bands !== undefined },
      ...read[at],
    })),
  ];
  const flow = flowOfLosses(losses, sites);
  const clusters = subjects && severalRows(subjects, losses);
  const analysed = losses.reduce((count, loss) => count + Number(loss === 0), 0);
  const keys = analysed > MOST_KEPT_STUDIES ? null : await probabilityStudyKeys(source, columns, losses, analysed);
  return {
    description,
    studies: { flow, knowsSubjects: subjects !== undefined, keys },
    table: {
      scores: kept(scores.values, losses),
      labels: kept(labels.values, losses),
      ...(clusters !== undefined && { clusters }),
      columns: named.map((column) => analysedColumn(source.file, column, losses)),
    },
  };
}

async function rowsWith(source: CellSource, column: string, value: string): Promise<Uint8Array> {
  const wanted = new Uint8Array(source.rows);
  await eachCell(source, column, undefined, (cell, row) => {
    const text = cellText(source.file, column, row, cell);
    wanted[row] = Number(text === value || isSameNumber(text, value));
  });
  if (!wanted.includes(1))
    throw new RefusedInput(
      `${source.file}: column ${column}: found no row with ${value}, which the evaluation file wants`,
    );
  return wanted;
}

type GroupRule = NonNullable<ProbabilityDescription['groups']>[number];

function groupColumn(
  source: CellSource,
  { column, title = column, bands }: GroupRule,
  wanted: Wanted,
): Promise<CategoryColumn> {
  if (bands !== undefined) return bandColumn(source, column, bands, wanted);
  return categoryColumn(source, { column, title, most: MOST_VALUES, wanted });
}

/** The numbers of the subjects of the analysed rows; undefined where none has two. */
function severalRows({ numbers, count }: NumberedKeys, losses: Uint8Array): Int32Array | undefined {
  const clusters = kept(numbers, losses);
  const seen = new Uint8Array(count);
  for (let row = 0; row < clusters.length; row++) {
    if (seen[clusters[row]] === 1) return clusters;
    seen[clusters[row]] = 1;
  }
  return undefined;
}

/** The values of rows without a loss, moved to the front of their own array: no second one of ten million has to be held. */
function kept<Values extends Float64Array | Int32Array | Uint8Array>(values: Values, losses: Uint8Array): Values {
  let place = 0;
  for (let row = 0; row < losses.length; row++) if (losses[row] === 0) values[place++] = values[row];
  return values.subarray(0, place) as Values;
}

interface NamedColumn extends CategoryColumn {
  readonly name: string;
  readonly most: number;
  /** The values stand in an order of their own. */
  readonly hasOrder: boolean;
}

/** A column of the analysed rows: values by name unless they have an order, without those of no row, “not given” last. */
function analysedColumn(file: string, column: NamedColumn, losses: Uint8Array): GroupColumn {
  const { name, most, hasOrder } = column;
  const codes = kept(column.codes, losses);
  const counts = new Float64Array(column.values.length);
  for (let row = 0; row < codes.length; row++) counts[codes[row]]++;
  const found = column.values.filter((_, code) => counts[code] > 0);
  const known = found.filter((value) => value !== NOT_GIVEN);
  if (known.length > most) throw tooManyValues(file, name, String(known.length), most);
  const values = [...(hasOrder ? known : known.sort()), ...(found.includes(NOT_GIVEN) ? [NOT_GIVEN] : [])];
  const places = Uint8Array.from(column.values, (value) => Math.max(0, values.indexOf(value)));
  for (let row = 0; row < codes.length; row++) codes[row] = places[codes[row]];
  return { name, values, codes };
}
