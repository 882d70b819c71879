import { clopperPearson } from './clopper-pearson.ts';
import { clusterTotals, countClusters } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { normalMultiplier } from './normal.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { sum } from './sum.ts';

/**
 * Calibration-in-the-large as the ratio of observed to expected events (1 is right, above 1 the model predicts too few).
 * Interval on the log scale with the binomial standard error √((1 − O/n) / O), E taken as known (Debray et al.,
 * doi 10.1136/bmj.i6460); at 0 or n events Clopper and Pearson's bounds of O/n, divided by E/n. With clusters the standard
 * error comes from the totals of (label − O/E · score) per cluster.
 */
export function observedExpected(
  predictions: Predictions,
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const n = predictions.scores.length;
  const expected = sum(predictions.scores);
  const { clusters } = predictions;
  if (clusters === undefined) return observedExpectedOf({ n, events, expected, squares: 0 }, level);
  const ratio = events / expected;
  const squares = expected > 0 ? residualSquares(predictions, ratio, clusters) : 0;
  return observedExpectedOf({ n, events, expected, squares, clusters: countClusters(clusters) }, level);
}

/** Observed and expected events and what their ratio's interval rests on. */
export interface ExpectedSummary {
  readonly n: number;
  readonly events: number;
  /** Sum of the scores. */
  readonly expected: number;
  /** Sum over clusters of the squared total of (label − O/E · score); not used without `clusters`. */
  readonly squares: number;
  readonly clusters?: number;
}

/** The ratio with its interval, as `observedExpected` makes it, from sums over the rows. */
export function observedExpectedOf(summary: ExpectedSummary, level: number): Estimate | CannotTell {
  const { n, events, expected, clusters } = summary;
  if (!(expected > 0)) return { cannotTell: 'the model expects no event at all', n, events };
  const estimate = events / expected;
  if (events === 0 || events === n) return exactRatio(summary, level);
  const error =
    clusters === undefined
      ? Math.sqrt((1 - events / n) / events)
      : Math.sqrt((clusters / (clusters - 1)) * summary.squares) / events;
  if (!(error > 0 && error < Infinity)) return { cannotTell: 'the studies come from too few people', n, events };
  const factor = Math.exp(normalMultiplier(level) * error);
  const method = `observed : expected events, log-scale interval, ${clusters === undefined ? 'binomial' : 'clustered'} variance`;
  const counts = { n, events, ...(clusters !== undefined && { clusters }) };
  return { estimate, lower: estimate / factor, upper: estimate * factor, level, method, ...counts };
}

function exactRatio({ n, events, expected, clusters }: ExpectedSummary, level: number): Estimate {
  const independent = clusters ?? n;
  const share = clopperPearson(events === 0 ? 0 : independent, independent, level);
  const scale = n / expected;
  return {
    estimate: events / expected,
    lower: share.lower * scale,
    upper: share.upper * scale,
    level,
    method: 'observed : expected events, exact Clopper-Pearson interval',
    n,
    events,
    ...(clusters !== undefined && { clusters }),
  };
}

/** Limits of a ratio at another level; without an event, or events only, a little wider than the exact ones. */
export function ratioLimits(ratio: Estimate, level: number): { readonly lower: number; readonly upper: number } {
  const { estimate, lower, upper, n, events } = ratio;
  if (events > 0 && events < n) {
    const factor = (upper / lower) ** (normalMultiplier(level) / normalMultiplier(ratio.level) / 2);
    return { lower: estimate / factor, upper: estimate * factor };
  }
  // Exact limits are powers of the error level.
  const power = Math.log((1 - level) / 2) / Math.log((1 - ratio.level) / 2);
  if (estimate === 0) return { lower: 0, upper: upper * power };
  return { lower: estimate * (lower / estimate) ** power, upper };
}

function residualSquares({ scores, labels }: Predictions, ratio: number, clusters: Int32Array): number {
  const [totals] = clusterTotals(clusters, [scores.map((score, row) => labels[row] - ratio * score)]);
  return sum(totals.map((total) => total * total));
}
