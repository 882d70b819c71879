import type { Rows } from './arrange.ts';

export interface GroupRanks {
  /**
   * By row, in the order of `places` where it is given: twice the number of rows of the other class and the same group that
   * score lower, those that score the same counting one.
   */
  readonly halfCounts: Uint32Array;
  /** By group: sum of the half counts of the events. */
  readonly halfWins: Float64Array;
}

/** Ranks of every row within its group, in one pass over the rows by score. */
export function rankWithinGroups(
  { scores, labels }: Rows,
  groups: Uint16Array,
  size: number,
  halfCounts: Uint32Array,
  places?: Uint32Array,
): GroupRanks {
  const halfWins = new Float64Array(size);
  // By group and class: rows below the score at hand, and rows at it.
  const below = new Uint32Array(2 * size);
  const level = new Uint32Array(2 * size);
  for (let from = 0; from < scores.length; ) {
    const score = scores[from];
    let to = from + 1;
    while (to < scores.length && scores[to] === score) to++;
    if (to > from + 1) for (let row = from; row < to; row++) level[2 * groups[row] + labels[row]]++;
    for (let row = from; row < to; row++) {
      const group = groups[row];
      const label = labels[row];
      const other = 2 * group + 1 - label;
      const half = 2 * below[other] + level[other];
      if (label === 1) halfWins[group] += half;
      halfCounts[places === undefined ? row : places[row]] = half;
      if (to === from + 1) below[2 * group + label]++;
    }
    if (to > from + 1) {
      for (let row = from; row < to; row++) {
        const slot = 2 * groups[row] + labels[row];
        below[slot] += level[slot];
        level[slot] = 0;
      }
    }
    from = to;
  }
  return { halfCounts, halfWins };
}
