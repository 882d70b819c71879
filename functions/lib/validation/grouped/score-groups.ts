/** Groups of a calibration plot. */
export const SCORE_GROUPS = 10;

/** Highest score of each calibration group of each group of rows; places that are not used hold infinity. */
export type ScoreCuts = Float64Array;

/** Ranks between which the quantiles of a group lie: below and above, for each tenth. */
const RANKS = 2 * SCORE_GROUPS;

/**
 * The cuts that `calibrationGroups` makes (each distinct score where there are at most ten, otherwise the tenths by type 7
 * without repeats) for every group at once, in one pass over the rows by score.
 */
export function scoreCuts(scores: Float64Array, groups: Uint16Array, n: Uint32Array): ScoreCuts {
  const size = n.length;
  const wanted = wantedRanks(n);
  const found = new Float64Array(RANKS * size);
  const next = new Uint8Array(size);
  const seen = new Uint32Array(size);
  const distinct = new Uint8Array(size);
  const firstScores = new Float64Array(SCORE_GROUPS * size);
  const last = new Float64Array(size).fill(Number.NaN);
  for (let row = 0; row < scores.length; row++) {
    const group = groups[row];
    const score = scores[row];
    const rank = seen[group]++;
    while (next[group] < RANKS && wanted[RANKS * group + next[group]] === rank) {
      found[RANKS * group + next[group]++] = score;
    }
    if (score === last[group]) continue;
    last[group] = score;
    if (distinct[group] < SCORE_GROUPS) firstScores[SCORE_GROUPS * group + distinct[group]] = score;
    if (distinct[group] <= SCORE_GROUPS) distinct[group]++;
  }
  const cuts = new Float64Array(SCORE_GROUPS * size).fill(Infinity);
  for (let group = 0; group < size; group++) {
    const own =
      distinct[group] <= SCORE_GROUPS
        ? firstScores.subarray(SCORE_GROUPS * group, SCORE_GROUPS * group + distinct[group])
        : quantileCuts(found.subarray(RANKS * group, RANKS * (group + 1)), n[group]);
    cuts.set(own, SCORE_GROUPS * group);
  }
  return cuts;
}

function wantedRanks(n: Uint32Array): Uint32Array {
  const wanted = new Uint32Array(RANKS * n.length);
  for (let group = 0; group < n.length; group++) {
    for (let tenth = 0; tenth < SCORE_GROUPS; tenth++) {
      const below = Math.floor(placeOf(tenth, n[group]));
      wanted[RANKS * group + 2 * tenth] = below;
      wanted[RANKS * group + 2 * tenth + 1] = Math.min(below + 1, n[group] - 1);
    }
  }
  return wanted;
}

const placeOf = (tenth: number, n: number): number => (n - 1) * ((tenth + 1) / SCORE_GROUPS);

function quantileCuts(found: Float64Array, n: number): number[] {
  const cuts = new Set<number>();
  for (let tenth = 0; tenth < SCORE_GROUPS; tenth++) {
    const place = placeOf(tenth, n);
    const below = found[2 * tenth];
    cuts.add(below + (place - Math.floor(place)) * (found[2 * tenth + 1] - below));
  }
  return [...cuts];
}
