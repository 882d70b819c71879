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
  if (!(expected > 0)) return { cannotTell: 'the model expects no event at all', n, events };
  const estimate = events / expected;
  if (events === 0 || events === n) return exactRatio(predictions, events, expected, level);
  const error =
    predictions.clusters === undefined
      ? Math.sqrt((1 - events / n) / events)
      : clusteredError(predictions, estimate, events);
  if (!(error > 0)) return { cannotTell: 'the rows come from too few subjects', n, events };
  const factor = Math.exp(normalMultiplier(level) * error);
  const clusters = predictions.clusters === undefined ? {} : { clusters: countClusters(predictions.clusters) };
  const method = `observed : expected events, log-scale interval, ${predictions.clusters ? 'clustered' : 'binomial'} variance`;
  return { estimate, lower: estimate / factor, upper: estimate * factor, level, method, n, events, ...clusters };
}

function exactRatio(predictions: Predictions, events: number, expected: number, level: number): Estimate {
  const n = predictions.scores.length;
  const independent = predictions.clusters === undefined ? n : countClusters(predictions.clusters);
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
    ...(predictions.clusters !== undefined && { clusters: independent }),
  };
}

function clusteredError({ scores, labels, clusters }: Predictions, ratio: number, events: number): number {
  const residuals = scores.map((score, row) => labels[row] - ratio * score);
  const [totals] = clusterTotals(clusters ?? new Int32Array(0), [residuals]);
  return Math.sqrt((totals.length / (totals.length - 1)) * sum(totals.map((total) => total * total))) / events;
}
