// internal/studies.parquet of probabilities, of which there may be millions: as that of other kinds, but read and written by column.

import { type CellSource, sourceOfParquet } from '#lib/cohort/evaluation/cell-source.ts';
import { MOST_SITES, MOST_VALUES, SITE } from '#lib/cohort/evaluation/evaluated-studies.ts';
import type { ProbabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { categoryColumn, numberColumn } from '#lib/cohort/evaluation/probability-columns.ts';
import { KEY_BYTES } from '#lib/cohort/evaluation/probability-study-keys.ts';
import { KEY_DIGITS } from '#lib/cohort/evaluation/study-key.ts';
import { type CellColumn, writeParquetColumns } from '#lib/tables/parquet-columns.ts';
import type { GroupColumn } from '#lib/validation/grouped/table.ts';
import { GROUP_PREFIX, groupColumn } from '../study-columns.ts';

/** The studies of an evaluation, column by column. */
export interface ProbabilityStudies {
  /** Four words of each study's key. */
  readonly keys: Uint32Array;
  /** The same number is the same person, in this run only. */
  readonly subjects: Int32Array;
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  /** Site, then the groups by their titles. */
  readonly columns: readonly GroupColumn[];
}

/** Undefined where there are too many studies to keep. */
export function probabilityStudiesParquet({ studies, table }: ProbabilityAnswers): Uint8Array | undefined {
  const { keys } = studies;
  if (keys === null) return undefined;
  const { scores, labels, clusters, columns } = table;
  const bytes = Buffer.from(keys.buffer, keys.byteOffset, keys.byteLength);
  const keysOfRows = (from: number, to: number): string[] => {
    const digits = bytes.toString('hex', KEY_BYTES * from, KEY_BYTES * to);
    return cellsOf(0, to - from, (at) => digits.slice(KEY_DIGITS * at, KEY_DIGITS * (at + 1)));
  };
  const sites = columns.find(({ name }) => name === SITE);
  const groups = columns.filter(({ name }) => name !== SITE);
  const named: CellColumn[] = [
    {
      ...{ name: 'site', type: 'STRING', nullable: true },
      cells: (from, to) => cellsOf(from, to, (row) => (sites === undefined ? null : sites.values[sites.codes[row]])),
    },
    { name: 'studyKey', type: 'STRING', isDistinct: true, cells: keysOfRows },
    { name: 'subject', type: 'INT32', cells: (from, to) => cellsOf(from, to, (row) => (clusters?.[row] ?? row) + 1) },
    ...groups.map(
      ({ name, values, codes }): CellColumn => ({
        ...{ name: groupColumn(name), type: 'STRING' },
        cells: (from, to) => cellsOf(from, to, (row) => values[codes[row]]),
      }),
    ),
    { name: 'score', type: 'DOUBLE', isDistinct: true, cells: (from, to) => scores.subarray(from, to) },
    { name: 'label', type: 'INT32', cells: (from, to) => labels.subarray(from, to) },
  ];
  return writeParquetColumns(named, scores.length);
}

/** The cells of some rows. */
function cellsOf<Cell>(from: number, to: number, cell: (row: number) => Cell): Cell[] {
  const cells = new Array<Cell>(to - from);
  for (let row = from; row < to; row++) cells[row - from] = cell(row);
  return cells;
}

/** What `probabilityStudiesParquet` wrote. */
export async function readProbabilityStudies(bytes: Uint8Array): Promise<ProbabilityStudies> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const source = await sourceOfParquet('studies.parquet', buffer);
  const columns: GroupColumn[] = [];
  for (const column of source.names.filter((name) => name === SITE || name.startsWith(GROUP_PREFIX))) {
    const isSite = column === SITE;
    const title = isSite ? SITE : column.slice(GROUP_PREFIX.length);
    const most = (isSite ? MOST_SITES : MOST_VALUES) + 1;
    columns.push({ name: title, ...(await categoryColumn(source, { column, title, most, wanted: undefined })) });
  }
  const numbers = async (column: string) => (await numberColumn(source, column, undefined)).values;
  return {
    keys: await keysOf(source),
    subjects: Int32Array.from(await numbers('subject')),
    scores: await numbers('score'),
    labels: Uint8Array.from(await numbers('label')),
    columns,
  };
}

async function keysOf(source: CellSource): Promise<Uint32Array> {
  const keys = new Uint32Array((KEY_BYTES / Uint32Array.BYTES_PER_ELEMENT) * source.rows);
  const bytes = Buffer.from(keys.buffer);
  await source.each('studyKey', (cells, from) => {
    for (let at = 0; at < cells.length; at++) bytes.write(String(cells[at]), KEY_BYTES * (from + at), KEY_BYTES, 'hex');
  });
  return keys;
}
