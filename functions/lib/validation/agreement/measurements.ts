/** Two measurements of the same quantity, in the same unit, of every row: a model's and the reference, or two readers'. */
export interface PairedMeasurements {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Whose row it is. */
  readonly clusters?: Int32Array;
}

/** Fewer rows give no interval. */
export const FEWEST_ROWS = 10;

/** Differences, first minus second, after checking that both are finite and of one length. */
export function differencesOf({ first, second, clusters }: PairedMeasurements): Float64Array {
  const lengths = [second.length, clusters?.length ?? first.length];
  if (lengths.some((length) => length !== first.length))
    throw new RangeError(
      `measurements: found ${first.length} first, ${second.length} second and ${clusters?.length ?? 0} clusters, allowed: one for each`,
    );
  const differences = first.map((value, row) => value - second[row]);
  const wrong = differences.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new RangeError(`row ${wrong}: found ${first[wrong]} and ${second[wrong]}, allowed: finite numbers`);
  return differences;
}
