import type { Rows } from './arrange.ts';
import { fold, foldedSums, foldedTotals, rowsPerFold } from './folded-sums.ts';
import { SCORE_GROUPS, type ScoreCuts } from './score-groups.ts';

/** Counts of the calibration groups of each group of rows, at [group · SCORE_GROUPS + calibration group]. */
export interface ScoreGroupCounts {
  readonly n: Uint32Array;
  readonly events: Uint32Array;
  readonly expected: Float64Array;
  /** Lowest and highest score. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Of clusters, where rows belong to some: how many, and Σ events², Σ events · rows, Σ rows². */
  readonly clusters: Uint32Array;
  readonly ofEvents: Float64Array;
  readonly ofBoth: Float64Array;
  readonly ofSizes: Float64Array;
}

/** The search for a score's group begins here. */
const MIDDLE = SCORE_GROUPS / 2 - 1;

/** One pass over the rows, those of each subject together. */
export function countScoreGroups(
  { scores, labels }: Rows,
  groups: Uint16Array,
  cuts: ScoreCuts,
  subjects: Int32Array | undefined,
): ScoreGroupCounts {
  const size = cuts.length;
  const counts = emptyCounts(size);
  const expected = foldedSums(size);
  const subjectOf = new Int32Array(size).fill(-1);
  const ownEvents = new Uint32Array(size);
  const ownRows = new Uint32Array(size);
  const every = rowsPerFold(expected);
  for (let start = 0; start < scores.length; start += every) {
    const end = Math.min(start + every, scores.length);
    for (let row = start; row < end; row++) {
      const score = scores[row];
      let place = groups[row] * SCORE_GROUPS;
      if (score > cuts[place + MIDDLE]) place += MIDDLE + 1;
      while (score > cuts[place]) place++;
      counts.n[place]++;
      counts.events[place] += labels[row];
      expected.values[place] += score;
      if (score < counts.from[place]) counts.from[place] = score;
      if (score > counts.to[place]) counts.to[place] = score;
      if (subjects === undefined) continue;
      if (subjectOf[place] !== subjects[row]) {
        if (ownRows[place] > 0) close(counts, place, ownEvents[place], ownRows[place]);
        subjectOf[place] = subjects[row];
        ownEvents[place] = 0;
        ownRows[place] = 0;
      }
      ownEvents[place] += labels[row];
      ownRows[place]++;
    }
    fold(expected);
  }
  for (let place = 0; place < size; place++) {
    if (ownRows[place] > 0) close(counts, place, ownEvents[place], ownRows[place]);
  }
  return { ...counts, expected: foldedTotals(expected) };
}

const emptyCounts = (size: number): Omit<ScoreGroupCounts, 'expected'> => ({
  n: new Uint32Array(size),
  events: new Uint32Array(size),
  from: new Float64Array(size).fill(Infinity),
  to: new Float64Array(size).fill(-Infinity),
  clusters: new Uint32Array(size),
  ofEvents: new Float64Array(size),
  ofBoth: new Float64Array(size),
  ofSizes: new Float64Array(size),
});

/** Adds the rows of one subject in one calibration group. */
function close(
  { clusters, ofEvents, ofBoth, ofSizes }: Omit<ScoreGroupCounts, 'expected'>,
  place: number,
  events: number,
  rows: number,
): void {
  clusters[place]++;
  ofEvents[place] += events * events;
  ofBoth[place] += events * rows;
  ofSizes[place] += rows * rows;
}
