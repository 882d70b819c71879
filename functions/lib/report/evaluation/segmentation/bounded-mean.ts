import { countClusters } from '#lib/validation/cluster-totals.ts';
import { checkedLevel, isCannotTell } from '#lib/validation/estimate.ts';
import { ALL_ALIKE, meanOfRows } from '#lib/validation/mean-of-rows.ts';

/**
 * Mean of a figure that cannot be below 0 or above `most`. Where every study has the same value at the end of a finite scale, Clopper and
 * Pearson's bound of the share of people at that end is the interval (the mean is at least as far from the other end as that share).
 */
export function boundedMean(
  values: Float64Array,
  clusters: Int32Array | undefined,
  most: number,
): ReturnType<typeof meanOfRows> {
  const figure = meanOfRows(values, clusters);
  if (!isCannotTell(figure))
    return { ...figure, lower: Math.max(0, figure.lower), upper: Math.min(most, figure.upper) };
  const [value] = values;
  const isAtEnd = Number.isFinite(most) && (value === 0 || value === most);
  if (figure.cannotTell !== ALL_ALIKE || !isAtEnd) return figure;
  const level = checkedLevel();
  const people = clusters && countClusters(clusters);
  const bound = ((1 - level) / 2) ** (1 / (people ?? figure.n));
  return {
    ...{ estimate: value, level, n: figure.n, events: figure.events },
    ...(value === 0 ? { lower: 0, upper: most * (1 - bound) } : { lower: most * bound, upper: most }),
    method: 'mean, all alike, exact Clopper-Pearson bound over people',
    ...(people !== undefined && { clusters: people }),
  };
}
