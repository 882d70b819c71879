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
 * The same for independent rows of which each cell has so many: each call fills `times` with how often rows of each cell were drawn, a
 * multinomial number made of binomial ones, at a cost that does not grow with the rows. As many are drawn as there are rows, or as told.
 */
export function bootstrapOfCells(counts: Float64Array, random: Random): (times: Float64Array, draws?: number) => void {
  const rows = counts.reduce((total, count) => total + count, 0);
  return (times, draws = rows) => {
    let [rowsLeft, drawsLeft] = [rows, draws];
    for (let cell = 0; cell < counts.length; cell++) {
      times[cell] = counts[cell] === 0 ? 0 : binomialDeviate(random, drawsLeft, Math.min(1, counts[cell] / rowsLeft));
      rowsLeft -= counts[cell];
      drawsLeft -= times[cell];
    }
  };
}

/** The same as `bootstrap` for clusters of which many have one row: how many of those are drawn, and of which cells, is drawn at once. */
export function bootstrapOfSingles(
  { cellOfRow, clusters }: { readonly cellOfRow: Int32Array; readonly clusters: Int32Array },
  cells: number,
  random: Random,
): (times: Float64Array) => void {
  const { places, count } = numberClusters(clusters);
  const sizes = new Int32Array(count);
  for (const place of places) sizes[place]++;
  const { starts, rows } = rowsOfSeveral(sizes, places, cellOfRow);
  const singles = new Float64Array(cells);
  for (let row = 0; row < places.length; row++) if (sizes[places[row]] === 1) singles[cellOfRow[row]]++;
  const several = starts.length - 1;
  const drawSingles = bootstrapOfCells(singles, random);
  const draw = several === 0 ? () => 0 : drawingBelow(several, random);
  return (times) => {
    const ofSeveral = binomialDeviate(random, count, several / count);
    drawSingles(times, count - ofSeveral);
    for (let drawn = 0; drawn < ofSeveral; drawn++) {
      const cluster = draw();
      for (let place = starts[cluster]; place < starts[cluster + 1]; place++) times[rows[place]]++;
    }
  };
}

/** Cells of the rows of clusters with several rows, one cluster behind the other, and where each begins. */
function rowsOfSeveral(sizes: Int32Array, places: Int32Array, cellOfRow: Int32Array) {
  const numberOf = new Int32Array(sizes.length).fill(-1);
  const starts = [0];
  sizes.forEach((size, cluster) => {
    if (size === 1) return;
    numberOf[cluster] = starts.length - 1;
    starts.push(starts[starts.length - 1] + size);
  });
  const next = Int32Array.from(starts);
  const rows = new Int32Array(starts[starts.length - 1]);
  places.forEach((cluster, row) => {
    if (numberOf[cluster] >= 0) rows[next[numberOf[cluster]]++] = cellOfRow[row];
  });
  return { starts: Int32Array.from(starts), rows };
}
