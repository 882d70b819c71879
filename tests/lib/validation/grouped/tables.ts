import { random } from '#lib/simulate/random.ts';
import type { GroupColumn, GroupedPredictions } from '#lib/validation/grouped/table.ts';

export interface TableShape {
  readonly seed: string;
  readonly rows: number;
  /** Rows per subject; without it rows are independent. */
  readonly rowsPerSubject?: number;
  /** Scores are rounded to this many steps, which ties them. */
  readonly steps?: number;
  /** Number of values of each column. */
  readonly columns: readonly number[];
  /** logit P = shift + tilt · logit(score). */
  readonly shift?: number;
  readonly tilt?: number;
}

/** A table of simulated predictions: subjects share a part of their score, rows come in no order. */
export function simulatedTable(shape: TableShape): GroupedPredictions {
  const { rows, rowsPerSubject, steps, columns, shift = 0, tilt = 1 } = shape;
  const source = random(`tests/grouped/${shape.seed}`);
  const subjects = Math.ceil(rows / (rowsPerSubject ?? 1));
  const own = Float64Array.from({ length: subjects }, () => source.normal());
  const clusters = Int32Array.from({ length: rows }, (_, row) => 7 + (row % subjects));
  const scores = Float64Array.from(clusters, (subject) => {
    const score = 1 / (1 + Math.exp(1 - own[subject - 7] - source.normal()));
    return steps === undefined ? score : Math.min(Math.max(Math.round(score * steps), 1), steps - 1) / steps;
  });
  const labels = Uint8Array.from(scores, (score) =>
    Number(source.bernoulli(1 / (1 + Math.exp(-shift - tilt * Math.log(score / (1 - score)))))),
  );
  return {
    scores,
    labels,
    ...(rowsPerSubject !== undefined && { clusters }),
    columns: columns.map((count, place) => randomColumn(`column ${place}`, count, rows, source)),
  };
}

/** Values become rarer from the first to the last. */
function randomColumn(name: string, count: number, rows: number, source: ReturnType<typeof random>): GroupColumn {
  const values = Array.from({ length: count }, (_, value) => `value ${value}`);
  const codes = Uint8Array.from({ length: rows }, () => Math.floor(count * source.uniform() ** 2));
  return { name, values, codes };
}

/** Rows of a group, as places in the table. */
export function rowsOfGroup(
  table: GroupedPredictions,
  group: readonly { readonly column: string; readonly value: string }[],
): Uint32Array {
  const wanted = group.map(({ column, value }) => {
    const found = table.columns.find(({ name }) => name === column);
    if (found === undefined) throw new Error(`no column ${column}`);
    return { codes: found.codes, code: found.values.indexOf(value) };
  });
  const rows = Array.from(table.scores, (_, row) => row);
  return Uint32Array.from(rows.filter((row) => wanted.every(({ codes, code }) => codes[row] === code)));
}
