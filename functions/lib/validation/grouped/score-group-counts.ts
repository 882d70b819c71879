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
}

/**
 * One pass over the rows by score, so that the calibration group of each group of rows only moves up. Leaves the calibration group
 * of each row in `tenths`, in the order of `places` where it is given.
 */
export function countScoreGroups(
  { scores, labels }: Rows,
  groups: Uint16Array,
  cuts: ScoreCuts,
  tenths: Uint8Array,
  places: Uint32Array | undefined,
): ScoreGroupCounts {
  const size = cuts.length;
  const n = new Uint32Array(size);
  const events = new Uint32Array(size);
  const from = new Float64Array(size);
  const to = new Float64Array(size);
  const expected = foldedSums(size);
  const reached = new Uint8Array(size / SCORE_GROUPS);
  const every = rowsPerFold(expected);
  for (let start = 0; start < scores.length; start += every) {
    const end = Math.min(start + every, scores.length);
    for (let row = start; row < end; row++) {
      const group = groups[row];
      const score = scores[row];
      while (score > cuts[group * SCORE_GROUPS + reached[group]]) reached[group]++;
      const place = group * SCORE_GROUPS + reached[group];
      if (n[place] === 0) from[place] = score;
      to[place] = score;
      n[place]++;
      events[place] += labels[row];
      expected.values[place] += score;
      if (places !== undefined) tenths[places[row]] = reached[group];
    }
    fold(expected);
  }
  return { n, events, from, to, expected: foldedTotals(expected) };
}

/** Clusters behind a calibration group: how many, and Σ events², Σ events · rows, Σ rows² of them. */
export interface ScoreGroupClusters {
  readonly clusters: number;
  readonly ofEvents: number;
  readonly ofBoth: number;
  readonly ofSizes: number;
}

// Places of what the subject at hand has in a calibration group, then of the sums over its subjects.
const [SUBJECT, EVENTS, ROWS, CLUSTERS, OF_EVENTS, OF_BOTH, OF_SIZES] = [0, 1, 2, 3, 4, 5, 6];
const WIDTH = 8;

/** One pass over the rows by subject; the answer is by the same places as the counts. All sums are of whole numbers. */
export function clusterScoreGroups(
  labels: Uint8Array,
  groups: Uint16Array,
  tenths: Uint8Array,
  subjects: Int32Array,
  size: number,
): ScoreGroupClusters[] {
  const state = new Float64Array(WIDTH * size);
  for (let row = 0; row < labels.length; row++) {
    const at = (groups[row] * SCORE_GROUPS + tenths[row]) * WIDTH;
    // Subjects are numbered from 0; one more, so that 0 is nobody.
    if (state[at + SUBJECT] !== subjects[row] + 1) {
      closeSubject(state, at);
      state[at + SUBJECT] = subjects[row] + 1;
      state[at + EVENTS] = 0;
      state[at + ROWS] = 0;
    }
    state[at + EVENTS] += labels[row];
    state[at + ROWS]++;
  }
  return Array.from({ length: size }, (_, place) => {
    const at = place * WIDTH;
    closeSubject(state, at);
    return {
      clusters: state[at + CLUSTERS],
      ofEvents: state[at + OF_EVENTS],
      ofBoth: state[at + OF_BOTH],
      ofSizes: state[at + OF_SIZES],
    };
  });
}

function closeSubject(state: Float64Array, at: number): void {
  const events = state[at + EVENTS];
  const rows = state[at + ROWS];
  if (rows === 0) return;
  state[at + CLUSTERS]++;
  state[at + OF_EVENTS] += events * events;
  state[at + OF_BOTH] += events * rows;
  state[at + OF_SIZES] += rows * rows;
}
