/**
 * Many sums that grow side by side: terms are added plainly to `values`, and every few thousand rows `fold` adds these to
 * Neumaier's compensated totals, so that rounding does not grow with the number of rows.
 */
export interface FoldedSums {
  readonly values: Float64Array;
  readonly totals: Float64Array;
  readonly compensation: Float64Array;
}

/** Sums, all 0. */
export function foldedSums(count: number): FoldedSums {
  return {
    values: new Float64Array(count),
    totals: new Float64Array(count),
    compensation: new Float64Array(count),
  };
}

/** Rows between two folds: folding costs no more than adding. */
export const rowsPerFold = ({ values }: FoldedSums): number => Math.max(8192, values.length);

/** Moves what has gathered in `values` to the totals. */
export function fold({ values, totals, compensation }: FoldedSums): void {
  for (let place = 0; place < values.length; place++) {
    const term = values[place];
    if (term === 0) continue;
    const total = totals[place];
    const next = total + term;
    compensation[place] += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
    totals[place] = next;
    values[place] = 0;
  }
}

/** The sums, everything folded. */
export function foldedTotals(sums: FoldedSums): Float64Array {
  fold(sums);
  return sums.totals.map((total, place) => total + sums.compensation[place]);
}
