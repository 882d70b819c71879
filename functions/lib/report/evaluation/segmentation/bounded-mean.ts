import { type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { meanOfRows } from '#lib/validation/mean-of-rows.ts';

/**
 * Mean of a figure that cannot be below 0 or above `most`. Where every study has the same value, Student's t would give an interval of no
 * width: at the end of a finite scale Clopper and Pearson's bound of the share of people at that end stands in its place (the mean is
 * at least as far from the other end as that share), elsewhere there is none.
 */
export function boundedMean(
  values: Float64Array,
  clusters: Int32Array | undefined,
  most: number,
): ReturnType<typeof meanOfRows> {
  const figure = meanOfRows(values, clusters);
  if (isCannotTell(figure)) return figure;
  if (values.every((value) => value === values[0])) return sameEverywhere(figure, values[0], most);
  return { ...figure, lower: Math.max(0, figure.lower), upper: Math.min(most, figure.upper) };
}

function sameEverywhere(figure: Estimate, value: number, most: number): ReturnType<typeof meanOfRows> {
  const { n, events, level, clusters } = figure;
  if (!Number.isFinite(most) || (value !== 0 && value !== most))
    return { cannotTell: 'all studies have the same value', n, events, point: value };
  const bound = ((1 - level) / 2) ** (1 / (clusters ?? n));
  const limits = value === 0 ? { lower: 0, upper: most * (1 - bound) } : { lower: most * bound, upper: most };
  return { ...figure, ...limits, estimate: value, method: 'mean, all alike, exact Clopper-Pearson bound over people' };
}
