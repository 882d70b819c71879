import { clusterTotals } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { normalMultiplier } from './normal.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { sum } from './sum.ts';

/**
 * Brier score (doi 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2) of a binary outcome: mean squared difference of score
 * and label, 0 is best. Wald interval from the variance of that mean (by cluster totals where clusters are given); none where the errors
 * do not vary, as where every score is exactly right or exactly wrong.
 */
export function brier(predictions: Predictions, options: { readonly level?: number } = {}): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const { scores, labels, clusters } = predictions;
  const n = scores.length;
  const losses = scores.map((score, row) => (score - labels[row]) ** 2);
  const estimate = sum(losses) / n;
  const deviations = losses.map((loss) => loss - estimate);
  const totals = clusters === undefined ? deviations : clusterTotals(clusters, [deviations])[0];
  const squares = sum(totals.map((total) => total * total));
  const subjects = clusters === undefined ? {} : { clusters: totals.length };
  return brierOf({ estimate, n, events, squares, independent: totals.length, ...subjects }, level);
}

/** A mean of losses and what its interval rests on. */
export interface MeanSummary {
  readonly estimate: number;
  readonly n: number;
  readonly events: number;
  /** Sum, over rows or over clusters, of the squared total of the deviations from the mean. */
  readonly squares: number;
  /** How many independent rows or clusters `squares` is a sum over. */
  readonly independent: number;
  /** Present where rows of one cluster may depend on each other. */
  readonly clusters?: number;
}

/** The Brier score with its interval, as `brier` makes it, from sums over the rows. */
export function brierOf(
  { estimate, n, events, squares, independent, clusters }: MeanSummary,
  level: number,
): Estimate | CannotTell {
  if (independent < 2) return { cannotTell: 'an interval needs at least two independent studies', n, events };
  const error = Math.sqrt((independent / (independent - 1)) * squares) / n;
  // Rounding leaves some 1e-17 where equal errors are no binary fractions.
  if (!(error > 1e-12)) return { cannotTell: 'the errors do not vary', n, events };
  const half = normalMultiplier(level) * error;
  return {
    estimate,
    lower: Math.max(0, estimate - half),
    upper: Math.min(1, estimate + half),
    level,
    method: `Brier score, Wald interval${clusters === undefined ? '' : ', clustered variance'}`,
    n,
    events,
    ...(clusters !== undefined && { clusters }),
  };
}
