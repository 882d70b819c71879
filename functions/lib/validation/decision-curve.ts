import { clusteredProportion } from './clustered-proportion.ts';
import { moverDifference } from './correlated-shares.ts';
import { type CannotTell, checkedLevel, type Estimate, isCannotTell } from './estimate.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { correlationOfPair, type PairOfCounts, shareOf, sumsAtThresholds } from './sums-at-thresholds.ts';

export interface DecisionPoint {
  /** Threshold probability: a true positive is worth (1 − threshold) / threshold false positives. */
  readonly threshold: number;
  /** True positives less weighted false positives, per row. Treating nobody has 0. */
  readonly netBenefit: Estimate | CannotTell;
  /** Of treating everybody. */
  readonly treatAll: Estimate | CannotTell;
  /** Net benefit of the model less that of treating everybody. */
  readonly overTreatAll: Estimate | CannotTell;
}

/**
 * Decision curve (Vickers and Elkin, doi 10.1177/0272989X06295361): net benefit TP/n − FP/n · t/(1 − t) of treating who has a score of t or
 * more. Treating all has π − (1 − π) t/(1 − t), and the model's lead over it is TN/n · t/(1 − t) − FN/n. Each is a weighted difference of
 * two shares of the same rows: MOVER interval from Wilson's limits of the shares and the correlation of their estimates. A Wald interval
 * (Sande et al., doi 10.1002/sim.8588) shrinks to nothing where no row is positive. With clusters both come from people.
 */
export function decisionCurve(
  predictions: Predictions,
  thresholds: readonly number[],
  options: { readonly level?: number } = {},
): DecisionPoint[] {
  const level = checkedLevel(options.level);
  const events = countEventsOfProbabilities(predictions);
  const { labels, clusters } = predictions;
  const ill = clusteredProportion(labels, clusters, { level });
  const sums = sumsAtThresholds(predictions, thresholds);
  return thresholds.map((threshold, place) => {
    const odds = oddsOf(threshold);
    const { called, left } = sums[place];
    const between = (pair: PairOfCounts, weight: number, scale: number, name: string) =>
      difference(pair, weight, scale, `${name}, MOVER interval from Wilson limits`, level, events);
    return {
      threshold,
      netBenefit: between(called, odds, 1, 'net benefit'),
      treatAll: ofEverybody(ill, odds),
      overTreatAll: between(left, 1 / odds, odds, 'net benefit less that of treating everybody'),
    };
  });
}

function oddsOf(threshold: number): number {
  if (!(threshold > 0 && threshold < 1)) {
    throw new RangeError(`threshold probability: found ${threshold}, allowed: between 0 and 1`);
  }
  return threshold / (1 - threshold);
}

/** scale · (first − weight · second). */
function difference(
  pair: PairOfCounts,
  weight: number,
  scale: number,
  method: string,
  level: number,
  events: number,
): Estimate | CannotTell {
  const [first, second] = [pair.first, pair.second].map((counts) => shareOf(counts, pair.clustered, level));
  if (isCannotTell(first)) return { ...first, events };
  if (isCannotTell(second)) return { ...second, events };
  const { estimate, lower, upper } = moverDifference(first, second, weight, correlationOfPair(pair));
  const people = first.clusters === undefined ? {} : { clusters: first.clusters };
  const limits = { estimate: scale * estimate, lower: scale * lower, upper: scale * upper };
  return { ...limits, level, method, n: pair.first.n, events, ...people };
}

function ofEverybody(share: Estimate | CannotTell, odds: number): Estimate | CannotTell {
  if (isCannotTell(share)) return share;
  const benefit = (value: number) => value - (1 - value) * odds;
  return {
    ...share,
    estimate: benefit(share.estimate),
    lower: benefit(share.lower),
    upper: benefit(share.upper),
    method: 'net benefit of treating everybody, from the Wilson interval of the share with the outcome',
  };
}
