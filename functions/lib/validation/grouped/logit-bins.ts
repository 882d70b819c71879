/** Widest bin of logit(score). */
const WIDTH = 1 / 32;

/** Powers of the distance from the bin's middle that are summed: 0 to 7. */
export const POWERS = 8;

/** Rows by ascending score cut into runs of nearly equal logit(score). */
export interface LogitBins {
  /** First row of each bin, and after the last one the number of rows. */
  readonly from: Uint32Array;
  readonly middles: Float64Array;
}

/** Bins at most 1/32 wide; where there are no scores there is no bin. */
export function logitBins(logits: Float64Array): LogitBins {
  const from: number[] = [];
  const middles: number[] = [];
  let end = -Infinity;
  for (let row = 0; row < logits.length; row++) {
    if (logits[row] < end) continue;
    from.push(row);
    middles.push(logits[row] + WIDTH / 2);
    end = logits[row] + WIDTH;
  }
  return { from: Uint32Array.from([...from, logits.length]), middles: Float64Array.from(middles) };
}

/**
 * For every bin and every group that has a place: sums over its rows of the powers of logit(score) less the bin's middle, at
 * [(bin · places + place) · POWERS + power].
 */
export function binMoments(
  logits: Float64Array,
  groups: Uint16Array,
  { from, middles }: LogitBins,
  placeOfGroup: Int32Array,
  places: number,
): Float64Array {
  const moments = new Float64Array(middles.length * places * POWERS);
  for (let bin = 0; bin < middles.length; bin++) {
    const base = bin * places;
    for (let row = from[bin]; row < from[bin + 1]; row++) {
      const place = placeOfGroup[groups[row]];
      if (place < 0) continue;
      const slot = (base + place) * POWERS;
      const away = logits[row] - middles[bin];
      const square = away * away;
      const fourth = square * square;
      moments[slot]++;
      moments[slot + 1] += away;
      moments[slot + 2] += square;
      moments[slot + 3] += square * away;
      moments[slot + 4] += fourth;
      moments[slot + 5] += fourth * away;
      moments[slot + 6] += fourth * square;
      moments[slot + 7] += fourth * square * away;
    }
  }
  return moments;
}
