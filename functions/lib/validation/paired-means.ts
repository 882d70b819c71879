import { type CannotTell, type Estimate, isCannotTell } from './estimate.ts';
import { ALL_ALIKE, meanOfRows } from './mean-of-rows.ts';

/** Two values of every row, such as the losses of two models. */
export interface Pairs {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
  /** Whose row it is. */
  readonly clusters?: Int32Array | undefined;
}

/** Mean of the second minus that of the first, over the same rows; of few people nothing is told. */
export function pairedMeans({ first, second, clusters }: Pairs, level?: number): Estimate | CannotTell {
  const differences = Float64Array.from(first, (value, row) => second[row] - value);
  const figure = meanOfRows(differences, clusters, { level, what: 'mean of paired differences' });
  if (!isCannotTell(figure)) return figure;
  if (figure.cannotTell === ALL_ALIKE) return { ...figure, cannotTell: 'every study changes alike' };
  const { cannotTell, n, events } = figure;
  return { cannotTell, n, events };
}
