import { LARGE_SQUARE_MM, MM_PER_MILLIVOLT } from './scale.ts';

/** Samples of a lead from `from` up to, not including, `to`. */
export interface SampleRange {
  readonly from: number;
  readonly to: number;
}

/** How much paper a row needs above and below its line, in mm. */
export interface Room {
  readonly aboveMm: number;
  readonly belowMm: number;
}

const LEAST: Room = { aboveMm: 15, belowMm: 5 };
/** 2.5 mV up and 2 mV down: what lies beyond is cut at the edge, so that one artefact does not take the page. */
const MOST: Room = { aboveMm: 25, belowMm: 20 };
const MARGIN_MM = 1;
/** Shares of the samples between which the signal must fit; a spike beyond may be cut. */
const SHARES = [0.001, 0.5, 0.999];

/** The median amplitude in mV, on which a row is centred; 0 where no sample is valid. */
export function levelOf(samplesMv: Float32Array, { from, to }: SampleRange): number {
  return amplitudes(samplesMv, { from, to })?.[1] ?? 0;
}

/** Paper that all of these rows fit on, in whole large squares. */
export function roomFor(samplesMv: Float32Array, rows: readonly SampleRange[]): Room {
  let [above, below] = [LEAST.aboveMm, LEAST.belowMm];
  for (const row of rows) {
    const [low, middle, high] = amplitudes(samplesMv, row) ?? [0, 0, 0];
    above = Math.max(above, (high - middle) * MM_PER_MILLIVOLT + MARGIN_MM);
    below = Math.max(below, (middle - low) * MM_PER_MILLIVOLT + MARGIN_MM);
  }
  const squares = (value: number, most: number) => Math.min(most, Math.ceil(value / LARGE_SQUARE_MM) * LARGE_SQUARE_MM);
  return { aboveMm: squares(above, MOST.aboveMm), belowMm: squares(below, MOST.belowMm) };
}

/** True where a sample of the row lies beyond the paper. */
export function isCut(samplesMv: Float32Array, { from, to }: SampleRange, levelMv: number, room: Room): boolean {
  for (let n = from; n < to; n++) {
    const up = (samplesMv[n] - levelMv) * MM_PER_MILLIVOLT;
    if (up > room.aboveMm || up < -room.belowMm) return true;
  }
  return false;
}

/** The samples at these shares of the valid ones in order, without sorting all: drawing a page asks for each lead. */
function amplitudes(samplesMv: Float32Array, { from, to }: SampleRange): number[] | undefined {
  const values = new Float32Array(to - from);
  let valid = 0;
  for (let n = from; n < to; n++) if (!Number.isNaN(samplesMv[n])) values[valid++] = samplesMv[n];
  if (valid === 0) return undefined;
  return SHARES.map((share) => selected(values.subarray(0, valid), Math.round(share * (valid - 1))));
}

/** The value that stands at this place once the values are in order; moves the values (Hoare 1961, doi 10.1145/366622.366647). */
function selected(values: Float32Array, place: number): number {
  let [left, right] = [0, values.length - 1];
  while (left < right) {
    const pivot = values[place];
    let [low, high] = [left, right];
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (pivot < values[high]) high--;
      if (low > high) break;
      const swapped = values[low];
      values[low++] = values[high];
      values[high--] = swapped;
    }
    if (high < place) left = low;
    if (place < low) right = high;
  }
  return values[place];
}
