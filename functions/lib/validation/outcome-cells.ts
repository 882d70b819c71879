import type { Random } from '#lib/simulate/random.ts';
import { bootstrap, bootstrapOfCells, bootstrapOfSingles } from './bootstrap.ts';
import type { CellCounts } from './cell-regression.ts';
import type { Predictions } from './predictions.ts';
import { type ScoreCells, scoreCells } from './score-cells.ts';

/** From so many rows a cell on, cells are drawn instead of independent rows: the same distribution, sooner. */
const MANY_PER_CELL = 10;

/**
 * Resamples for so many rows: 1,000, from 20,000 rows on 400 and from 200,000 on 200. The limit that a 97.5th percentile of B resamples
 * makes is good to 2.7 / √B of the figure's standard error: 0.08, 0.13 and 0.19 of what itself falls with the root of the rows.
 */
export const replicatesFor = (rows: number): number => (rows < 20_000 ? 1000 : rows < 200_000 ? 400 : 200);

/** Rows in cells of neighbouring scores, those with the event apart from the others. */
export interface OutcomeCells extends ScoreCells {
  /** Place of each row among the cells with the event and, behind them, those without. */
  readonly placeOfRow: Int32Array;
}

/** At most about `most` cells of each outcome. */
export function outcomeCells({ scores, labels }: Predictions, most: number): OutcomeCells {
  const cells = scoreCells(scores, most);
  const width = cells.scores.length;
  return { ...cells, placeOfRow: cells.cellOfRow.map((cell, row) => (labels[row] === 1 ? cell : cell + width)) };
}

/** Calls `see` with the counts of each bootstrap sample: people are drawn whole. The counts are the same arrays each time. */
export function resampleCells(
  { scores, placeOfRow }: OutcomeCells,
  clusters: Int32Array | undefined,
  { random, replicates }: { readonly random: Random; readonly replicates: number },
  see: (counts: CellCounts) => void,
): void {
  const times = new Float64Array(2 * scores.length);
  const draw = drawing(placeOfRow, times.length, clusters, random);
  const counts = { events: times.subarray(0, scores.length), nonEvents: times.subarray(scores.length) };
  for (let replicate = 0; replicate < replicates; replicate++) {
    draw(times);
    see(counts);
  }
}

function drawing(placeOfRow: Int32Array, places: number, clusters: Int32Array | undefined, random: Random) {
  if (placeOfRow.length <= MANY_PER_CELL * places) return bootstrap({ cellOfRow: placeOfRow, clusters }, random);
  return clusters === undefined
    ? bootstrapOfCells(countPlaces(placeOfRow, places), random)
    : bootstrapOfSingles({ cellOfRow: placeOfRow, clusters }, places, random);
}

function countPlaces(placeOfRow: Int32Array, places: number): Float64Array {
  const counts = new Float64Array(places);
  for (const place of placeOfRow) counts[place]++;
  return counts;
}
