import { clusteredProportion } from './clustered-proportion.ts';
import {
  accuracyOf,
  balancedAccuracyOf,
  type ConfusionCounts,
  confusionCounts,
  type Decisions,
  f1Of,
  matthewsCorrelationOf,
  negativePredictiveValueOf,
  precisionOf,
  sensitivityOf,
  specificityOf,
  totalOf,
} from './confusion.ts';
import { type CannotTell, checkedLevel, type Estimate, isCannotTell } from './estimate.ts';
import { fisherInterval, influenceVariance } from './influence-variance.ts';
import type { ProportionOptions } from './proportion.ts';

type Answer = Estimate | CannotTell;

/** Everything that a table of four counts says, each with its interval. */
export interface DecisionMetrics {
  readonly counts: ConfusionCounts;
  readonly sensitivity: Answer;
  readonly specificity: Answer;
  /** Precision. It changes with the prevalence, as do all that follow but balanced accuracy. */
  readonly positivePredictiveValue: Answer;
  readonly negativePredictiveValue: Answer;
  readonly accuracy: Answer;
  readonly balancedAccuracy: Answer;
  readonly f1: Answer;
  readonly matthewsCorrelation: Answer;
}

/** Fewest rows in a denominator that get an answer, unless told otherwise. */
const MINIMUM_ROWS = 10;

/**
 * Metrics of yes-or-no answers, definitions as in STARD 2015 (doi 10.1136/bmj.h5527). Shares have Wilson's interval, Clopper-Pearson's at
 * 0 and 1, at the Rao-Scott effective size where clusters are given. Denominators below `minimumRows` (10 unless told) give no answer.
 */
export function decisionMetrics(decisions: Decisions, given: ProportionOptions = {}): DecisionMetrics {
  const counts = confusionCounts(decisions);
  const options = { level: checkedLevel(given.level), minimumRows: given.minimumRows ?? MINIMUM_ROWS };
  const { positive, labels } = decisions;
  const share = (member: (row: number) => boolean, success: (row: number) => boolean): Answer =>
    shareOf(decisions, member, success, options);
  const isCalled = (row: number): boolean => positive[row] === 1;
  const isEvent = (row: number): boolean => labels[row] === 1;
  const isRight = (row: number): boolean => positive[row] === labels[row];
  const sensitivity = share(isEvent, isCalled);
  const specificity = share((row) => !isEvent(row), isRight);
  return {
    counts,
    sensitivity,
    specificity,
    positivePredictiveValue: share(isCalled, isEvent),
    negativePredictiveValue: share((row) => !isCalled(row), isRight),
    accuracy: share(() => true, isRight),
    balancedAccuracy: balancedAccuracy(counts, sensitivity, specificity),
    f1: f1(share((row) => isEvent(row) || isCalled(row), isRight)),
    matthewsCorrelation: matthewsCorrelation(decisions, counts, { sensitivity, specificity, level: options.level }),
  };
}

function shareOf(
  { labels, clusters }: Decisions,
  member: (row: number) => boolean,
  success: (row: number) => boolean,
  options: ProportionOptions,
): Answer {
  const rows: number[] = [];
  for (let row = 0; row < labels.length; row++) if (member(row)) rows.push(row);
  const outcomes = Uint8Array.from(rows, (row) => Number(success(row)));
  return clusteredProportion(outcomes, clusters && Int32Array.from(rows, (row) => clusters[row]), options);
}

/**
 * F1 = 2 J / (1 + J) with J = TP / (TP + FP + FN): given that sum J is a plain share, so its interval carries over. It covers
 * better than the bootstrap (`bench/coverage`) and stays exact at 0 and 1.
 */
export function f1(jaccard: Answer): Answer {
  if (isCannotTell(jaccard)) return jaccard;
  const fromShare = (share: number): number => (2 * share) / (1 + share);
  const exact = jaccard.method.includes('exact');
  return {
    ...jaccard,
    estimate: fromShare(jaccard.estimate),
    lower: fromShare(jaccard.lower),
    upper: fromShare(jaccard.upper),
    method: `F1, ${exact ? 'exact Clopper-Pearson' : 'Wilson'} interval of TP / (TP + FP + FN)`,
  };
}

/**
 * (sensitivity + specificity) / 2; its interval adds the squared distances to the limits of both (MOVER, Zou and Donner, doi
 * 10.1002/sim.3095). The bootstrap covers 88 to 91 % where few events were missed.
 */
function balancedAccuracy(counts: ConfusionCounts, sensitivity: Answer, specificity: Answer): Answer {
  const lacking = [sensitivity, specificity].find(isCannotTell);
  if (lacking !== undefined) return { ...lacking, n: totalOf(counts), events: rightOf(counts) };
  const [a, b] = [sensitivity as Estimate, specificity as Estimate];
  const estimate = balancedAccuracyOf(counts);
  return {
    estimate,
    lower: Math.max(0, estimate - Math.hypot(a.estimate - a.lower, b.estimate - b.lower) / 2),
    upper: Math.min(1, estimate + Math.hypot(a.upper - a.estimate, b.upper - b.estimate) / 2),
    level: a.level,
    method: 'balanced accuracy, MOVER interval from those of sensitivity and specificity',
    n: totalOf(counts),
    events: rightOf(counts),
  };
}

const rightOf = ({ truePositives, trueNegatives }: ConfusionCounts): number => truePositives + trueNegatives;

interface CorrelationContext {
  readonly sensitivity: Answer;
  readonly specificity: Answer;
  readonly level: number;
}

/**
 * Matthews' correlation with the interval on Fisher's z scale, its variance from the influence of each subject. With no wrong answer the
 * lower limit is where sensitivity and specificity at their exact limits would put it, one at a time, distances added as squares.
 */
function matthewsCorrelation(decisions: Decisions, counts: ConfusionCounts, context: CorrelationContext): Answer {
  const estimate = matthewsCorrelationOf(counts);
  const n = totalOf(counts);
  const about = { n, events: rightOf(counts) };
  const { sensitivity, specificity } = context;
  if (isCannotTell(sensitivity)) return { ...sensitivity, ...about };
  if (isCannotTell(specificity)) return { ...specificity, ...about };
  if (Number.isNaN(estimate)) return { cannotTell: 'all studies are, or all are called, the same', ...about };
  const shared = { estimate, level: context.level, ...about };
  if (about.events === n) return withoutErrors(shared, counts, sensitivity.lower, specificity.lower);
  const added = correlationContributions(decisions, counts, estimate);
  const { variance, multiplier, ...clustered } = influenceVariance(added, decisions.clusters, context.level);
  if (!(variance > 0) || Math.abs(estimate) >= 1) {
    return { cannotTell: 'the answers vary too little to estimate a variance', ...about };
  }
  return {
    ...shared,
    ...clustered,
    ...fisherInterval(estimate, variance, multiplier),
    method: "Matthews correlation, interval on Fisher's z scale with influence variance",
  };
}

function withoutErrors(
  shared: Pick<Estimate, 'estimate' | 'level' | 'n' | 'events'>,
  { truePositives: events, trueNegatives: nonEvents }: ConfusionCounts,
  leastSensitivity: number,
  leastSpecificity: number,
): Answer {
  const correlation = (found: number, cleared: number): number =>
    matthewsCorrelationOf({
      truePositives: events * found,
      falseNegatives: events * (1 - found),
      trueNegatives: nonEvents * cleared,
      falsePositives: nonEvents * (1 - cleared),
    });
  const missed = 1 - correlation(leastSensitivity, 1);
  const alarmed = 1 - correlation(1, leastSpecificity);
  const method = 'Matthews correlation, MOVER bound from the exact ones of sensitivity and specificity';
  return { ...shared, lower: 1 - Math.hypot(missed, alarmed), upper: 1, method };
}

/** Influence of each row on the correlation of two columns, u v − r (u² + v²) / 2 with u and v standardised, by n. */
function correlationContributions({ positive, labels }: Decisions, counts: ConfusionCounts, r: number): Float64Array {
  const n = labels.length;
  const called = (counts.truePositives + counts.falsePositives) / n;
  const events = (counts.truePositives + counts.falseNegatives) / n;
  return Float64Array.from(positive, (answer, row) => {
    const u = (answer - called) / Math.sqrt(called * (1 - called));
    const v = (labels[row] - events) / Math.sqrt(events * (1 - events));
    return (u * v - (r * (u * u + v * v)) / 2) / n;
  });
}

/** What was seen, without an interval: for the metrics that cannot be told. Not a number where it is not defined. */
export const SEEN: { readonly [Name in keyof Omit<DecisionMetrics, 'counts'>]: (counts: ConfusionCounts) => number } = {
  sensitivity: sensitivityOf,
  specificity: specificityOf,
  positivePredictiveValue: precisionOf,
  negativePredictiveValue: negativePredictiveValueOf,
  accuracy: accuracyOf,
  balancedAccuracy: balancedAccuracyOf,
  f1: f1Of,
  matthewsCorrelation: matthewsCorrelationOf,
};
