import { clusterTotals, countClusters } from './cluster-totals.ts';
import { counted, fewerThan } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { logisticRegression } from './logistic-regression.ts';
import { expit } from './logit.ts';
import { normalMultiplier } from './normal.ts';
import { placements } from './placements.ts';
import { countEventsOfProbabilities, type Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';
import { tooFewForCalibration } from './recalibration.ts';
import { sum } from './sum.ts';

export interface CaseMixOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest people with, and fewest without the outcome, for a difference; twice as many in all for a benchmark. @default 10 */
  readonly minimumPerClass?: number;
  /** Limits scores to `clipTo … 1 − clipTo` where their logits are taken. */
  readonly clipTo: number;
}

export interface CaseMixConcordance {
  /** The AUROC that these scores would have if each were exactly right: what the mix of patients lets the model reach. */
  readonly benchmark: Estimate | CannotTell;
  /** The same after recalibrating the scores here (intercept and slope). */
  readonly recalibrated: Estimate | CannotTell;
  /** AUROC less benchmark: below 0 the model orders these patients worse than its own scores claim. */
  readonly excess: Estimate | CannotTell;
}

/**
 * Model-based concordance of van Klaveren et al. (doi 10.1002/sim.6997) and its calibrated form (doi
 * 10.1186/s41512-019-0055-8): the chance that of two patients, one with and one without the outcome drawn as the
 * probabilities say, the one with it has the higher score, ties half. It needs no labels, so that patients who are more
 * alike (a narrower case-mix) lower it and a model that fits worse does not. Order is always that of the scores.
 *
 * Intervals by the influence of each row (linearised ratio of U-statistics, with the rows' influence on the recalibration
 * where there is one), clusters summed, times G / (G − 1): on the logit scale, for the difference on its own scale.
 */
export function caseMixConcordance(predictions: Predictions, options: CaseMixOptions): CaseMixConcordance {
  const level = checkedLevel(options.level);
  const counts = { n: predictions.scores.length, events: countEventsOfProbabilities(predictions) };
  const people = predictions.clusters === undefined ? counts.n : countClusters(predictions.clusters);
  const minimum = options.minimumPerClass ?? MINIMUM_PER_CLASS;
  if (people < 2 * minimum) {
    const few = { cannotTell: `${counted(people, predictions.clusters)} ${fewerThan(people, 2 * minimum)}`, ...counts };
    return { benchmark: few, recalibrated: few, excess: few };
  }
  const asScored = concordance(predictions.scores, predictions.scores);
  if (!(asScored.spread > 0)) {
    const same = { cannotTell: 'all scores are equal', ...counts };
    return { benchmark: same, recalibrated: same, excess: same };
  }
  const context = { predictions, level, counts };
  return {
    benchmark: onLogitScale(asScored.value, asScored.influence, 'model-based concordance', context),
    recalibrated: recalibratedConcordance(context, options.clipTo),
    excess: excessOver(asScored, context, minimum),
  };
}

const MINIMUM_PER_CLASS = 10;

function excessOver({ value, influence }: Concordance, context: Context, minimum: number): Estimate | CannotTell {
  const refusal = tooFewForCalibration(context.predictions, context.counts.events, minimum);
  if (refusal) return refusal;
  const ofAuroc = aurocInfluence(context.predictions);
  const difference = ofAuroc.influence.map((own, row) => own - influence[row]);
  return plain(ofAuroc.auroc - value, difference, 'AUROC less model-based concordance', context);
}

interface Context {
  readonly predictions: Predictions;
  readonly level: number;
  readonly counts: { readonly n: number; readonly events: number };
}

function recalibratedConcordance(context: Context, clipTo: number): Estimate | CannotTell {
  const { scores, labels } = context.predictions;
  const refusal = tooFewForCalibration(context.predictions, context.counts.events);
  if (refusal) return refusal;
  const { logits } = probabilityLogits(scores, clipTo);
  const fit = logisticRegression({ columns: [new Float64Array(scores.length).fill(1), logits], labels });
  if (fit === undefined) return { cannotTell: 'the scores cannot be recalibrated here', ...context.counts };
  const [intercept, slope] = fit.coefficients;
  const probabilities = logits.map((logit) => expit(intercept + slope * logit));
  const { value, influence, gradient } = concordance(scores, probabilities);
  const weights = probabilities.map((p, row) => gradient[row] * p * (1 - p));
  const byIntercept = sum(weights);
  const bySlope = sum(weights.map((weight, row) => weight * logits[row]));
  const [first, second] = fit.covariance;
  const ofIntercept = byIntercept * first[0] + bySlope * second[0];
  const ofSlope = byIntercept * first[1] + bySlope * second[1];
  const total = influence.map(
    (own, row) => own + (labels[row] - probabilities[row]) * (ofIntercept + ofSlope * logits[row]),
  );
  return onLogitScale(value, total, 'calibrated model-based concordance', context);
}

interface Concordance {
  readonly value: number;
  /** Of each row on the value: they add up to 0. */
  readonly influence: Float64Array;
  /** Derivative of the value by each row's probability. */
  readonly gradient: Float64Array;
  /** Largest score less smallest. */
  readonly spread: number;
}

/** Σ p_j (1 − p_i) [s_j > s_i] / Σ p_j (1 − p_i) over all pairs i ≠ j, ties half, by one walk through the sorted scores. */
function concordance(scores: Float64Array, probabilities: Float64Array): Concordance {
  const n = scores.length;
  const order = Uint32Array.from({ length: n }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const sumP = sum(probabilities);
  const sumQ = n - sumP;
  // As the one with the outcome: weight of the others below. As the one without: weight of the others above.
  const below = new Float64Array(n);
  const above = new Float64Array(n);
  let [pSoFar, qSoFar] = [0, 0];
  for (let from = 0; from < n; ) {
    let [to, pTied, qTied] = [from, 0, 0];
    for (; to < n && scores[order[to]] === scores[order[from]]; to++) {
      pTied += probabilities[order[to]];
      qTied += 1 - probabilities[order[to]];
    }
    for (let place = from; place < to; place++) {
      const p = probabilities[order[place]];
      below[order[place]] = qSoFar + (qTied - (1 - p)) / 2;
      above[order[place]] = sumP - pSoFar - pTied + (pTied - p) / 2;
    }
    [pSoFar, qSoFar, from] = [pSoFar + pTied, qSoFar + qTied, to];
  }
  const ordered = sum(probabilities.map((p, row) => p * below[row]));
  const pairs = sum(probabilities.map((p) => p * (sumQ - (1 - p))));
  const value = ordered / pairs;
  const ofPairs = (p: number) => p * (sumQ - (1 - p)) + (1 - p) * (sumP - p);
  return {
    value,
    influence: probabilities.map((p, row) => (p * below[row] + (1 - p) * above[row] - value * ofPairs(p)) / pairs),
    gradient: probabilities.map((p, row) => (below[row] - above[row] - value * (sumQ - (1 - p) - (sumP - p))) / pairs),
    spread: scores[order[n - 1]] - scores[order[0]],
  };
}

/** The AUROC with the influence of each row: its centred placement by the size of its class. */
function aurocInfluence(predictions: Predictions) {
  const { auroc, ofEvents, ofNonEvents } = placements(predictions);
  let [event, nonEvent] = [0, 0];
  const influence = Float64Array.from(predictions.labels, (label) =>
    label === 1
      ? (ofEvents[event++] - auroc) / ofEvents.length
      : (ofNonEvents[nonEvent++] - auroc) / ofNonEvents.length,
  );
  return { auroc, influence };
}

function standardErrorOf(influence: Float64Array, clusters: Int32Array | undefined): number {
  const totals = clusters === undefined ? influence : clusterTotals(clusters, [influence])[0];
  const count = totals.length;
  return Math.sqrt((count / (count - 1)) * sum(totals.map((total) => total * total)));
}

function onLogitScale(value: number, influence: Float64Array, method: string, context: Context): Estimate | CannotTell {
  const { level, counts, predictions } = context;
  const error = standardErrorOf(influence, predictions.clusters);
  if (!(value > 0 && value < 1 && error > 0))
    return { cannotTell: 'the scores leave no uncertainty to measure', ...counts };
  const factor = Math.exp((normalMultiplier(level) * error) / (value * (1 - value)));
  const odds = value / (1 - value);
  return {
    estimate: value,
    lower: odds / factor / (1 + odds / factor),
    upper: (odds * factor) / (1 + odds * factor),
    level,
    method: `${method}, linearised variance, interval on the logit scale`,
    ...counts,
    ...clusterCount(predictions),
  };
}

function plain(value: number, influence: Float64Array, method: string, context: Context): Estimate {
  const { level, counts, predictions } = context;
  const half = normalMultiplier(level) * standardErrorOf(influence, predictions.clusters);
  const text = `${method}, linearised variance, Wald interval`;
  return {
    estimate: value,
    lower: value - half,
    upper: value + half,
    level,
    method: text,
    ...counts,
    ...clusterCount(predictions),
  };
}

const clusterCount = ({ clusters }: Predictions) =>
  clusters === undefined ? {} : { clusters: countClusters(clusters) };
