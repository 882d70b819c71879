import { meanOfRows } from '#lib/validation/mean-of-rows.ts';

/** Mean of a figure that cannot be below 0 or above `most`. */
export function boundedMean(
  values: Float64Array,
  clusters: Int32Array | undefined,
  most: number,
): ReturnType<typeof meanOfRows> {
  const figure = meanOfRows(values, clusters);
  if ('cannotTell' in figure) return figure;
  return { ...figure, lower: Math.max(0, figure.lower), upper: Math.min(most, figure.upper) };
}
