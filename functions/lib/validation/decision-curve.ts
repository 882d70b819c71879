import { moverDifference } from './correlated-shares.ts';
import { type CannotTell, checkedLevel, type Estimate, isCannotTell } from './estimate.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { correlationOf, type ShareOfRows, shareOfRows } from './share-of-rows.ts';

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
  const { scores, labels, clusters } = predictions;
  const n = scores.length;
  const any = () => true;
  const shareWhere = (success: (row: number) => boolean) => shareOfRows(n, clusters, any, success, { level });
  const event = shareWhere((row) => labels[row] === 1);
  return thresholds.map((threshold) => {
    const odds = oddsOf(threshold);
    const called = (row: number) => scores[row] >= threshold;
    const truePositive = shareWhere((row) => called(row) && labels[row] === 1);
    const falsePositive = shareWhere((row) => called(row) && labels[row] === 0);
    const trueNegative = shareWhere((row) => !called(row) && labels[row] === 0);
    const falseNegative = shareWhere((row) => !called(row) && labels[row] === 1);
    const between = (first: ShareOfRows, second: ShareOfRows, weight: number, scale: number, name: string) =>
      difference(first, second, weight, scale, `${name}, MOVER interval from Wilson limits`, clusters, n, events);
    return {
      threshold,
      netBenefit: between(truePositive, falsePositive, odds, 1, 'net benefit'),
      treatAll: ofEverybody(event.share, odds),
      overTreatAll: between(trueNegative, falseNegative, 1 / odds, odds, 'net benefit less that of treating everybody'),
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
  first: ShareOfRows,
  second: ShareOfRows,
  weight: number,
  scale: number,
  method: string,
  clusters: Int32Array | undefined,
  n: number,
  events: number,
): Estimate | CannotTell {
  if (isCannotTell(first.share)) return { ...first.share, events };
  if (isCannotTell(second.share)) return { ...second.share, events };
  const correlation = correlationOf(first.influence, second.influence, clusters);
  const { estimate, lower, upper } = moverDifference(first.share, second.share, weight, correlation);
  const people = first.share.clusters === undefined ? {} : { clusters: first.share.clusters };
  const { level } = first.share;
  return {
    estimate: scale * estimate,
    lower: scale * lower,
    upper: scale * upper,
    level,
    method,
    n,
    events,
    ...people,
  };
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
