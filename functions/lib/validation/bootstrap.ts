import type { Random } from '#lib/simulate/random.ts';
import { binomialDeviate } from './binomial-deviate.ts';
import { numberClusters } from './cluster-totals.ts';

/** Rows that stand in cells: all that a statistic has to know of them is how many of each cell there are. */
export interface CelledRows {
  readonly cellOfRow: Int32Array;
  /** Rows of one cluster are drawn together; without clusters each row by itself. */
  readonly clusters?: Int32Array | undefined;
}

/**
 * A source of bootstrap samples (Efron, doi 10.1214/aos/1176344552): each call fills `times` with how many rows of each cell were drawn. As
 * many clusters are drawn, with replacement, as there are, and a cluster brings all of its rows (Davison and Hinkley 1997, section 3.8).
 */
export function bootstrap({ cellOfRow, clusters }: CelledRows, random: Random): (times: Float64Array) => void {
  if (clusters === undefined) {
    const draw = drawingBelow(cellOfRow.length, random);
    return (times) => {
      times.fill(0);
      for (let row = 0; row < cellOfRow.length; row++) times[cellOfRow[draw()]]++;
    };
  }
  const { places, count } = numberClusters(clusters);
  const drawn = new Uint16Array(count);
  const draw = drawingBelow(count, random);
  return (times) => {
    drawn.fill(0);
    for (let cluster = 0; cluster < count; cluster++) drawn[draw()]++;
    times.fill(0);
    for (let row = 0; row < places.length; row++) times[cellOfRow[row]] += drawn[places[row]];
  };
}

/** The numbers of `random.integer(0, count - 1)`, its bounds worked out once. */
function drawingBelow(count: number, { uint32 }: Random): () => number {
  const limit = Math.floor(2 ** 32 / count) * count;
  return () => {
    let draw = uint32();
    while (draw >= limit) draw = uint32();
    return draw - Math.floor(draw / count) * count;
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
