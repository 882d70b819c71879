/** Quantiles of sorted values by linear interpolation: type 7 of Hyndman and Fan (doi 10.2307/2684934), R's and numpy's default. */
export function quantiles(sorted: Float64Array, probabilities: readonly number[]): number[] {
  if (sorted.length === 0) throw new RangeError('quantiles: found no values, allowed: at least one');
  return probabilities.map((probability) => {
    const place = (sorted.length - 1) * probability;
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  });
}
