import type { Random } from '#lib/simulate/random.ts';
import { binomialDeviate } from './binomial-deviate.ts';

/** Whose rows are drawn together. */
export interface Drawing {
  readonly rows: number;
  /** Rows of one cluster are drawn together; without clusters each row by itself. */
  readonly clusters?: Int32Array | undefined;
}

/**
 * A source of bootstrap samples (Efron, doi 10.1214/aos/1176344552): each call fills `times` with how often each row was drawn. As
 * many clusters are drawn, with replacement, as there are, and a cluster brings all of its rows (Davison and Hinkley 1997, section 3.8).
 */
export function bootstrap({ rows, clusters }: Drawing, random: Random): (times: Float64Array) => void {
  if (clusters === undefined) {
    return (times) => {
      times.fill(0);
      for (let draw = 0; draw < rows; draw++) times[random.integer(0, rows - 1)]++;
    };
  }
  const { clusterOfRow, count } = numbered(clusters);
  const drawn = new Float64Array(count);
  return (times) => {
    drawn.fill(0);
    for (let draw = 0; draw < count; draw++) drawn[random.integer(0, count - 1)]++;
    for (let row = 0; row < rows; row++) times[row] = drawn[clusterOfRow[row]];
  };
}

/**
 * The same for independent rows that stand in cells: each call fills `times` with how often rows of each cell were drawn, a multinomial
 * number made of binomial ones, at a cost that does not grow with the rows.
 */
export function bootstrapOfCells(counts: Float64Array, random: Random): (times: Float64Array) => void {
  const rows = counts.reduce((total, count) => total + count, 0);
  return (times) => {
    let [rowsLeft, drawsLeft] = [rows, rows];
    for (let cell = 0; cell < counts.length; cell++) {
      times[cell] = counts[cell] === 0 ? 0 : binomialDeviate(random, drawsLeft, counts[cell] / rowsLeft);
      rowsLeft -= counts[cell];
      drawsLeft -= times[cell];
    }
  };
}

function numbered(clusters: Int32Array): { clusterOfRow: Int32Array; count: number } {
  const numbers = new Map<number, number>();
  const clusterOfRow = clusters.map((cluster) => {
    const number = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, number);
    return number;
  });
  return { clusterOfRow, count: numbers.size };
}
