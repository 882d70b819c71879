import { clusterTotals, countClusters } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { logitInterval } from './influence-variance.ts';
import { logisticRegression } from './logistic-regression.ts';
import { expit } from './logit.ts';
import { normalMultiplier } from './normal.ts';
import { sum } from './sum.ts';

/** Scored studies of which only some have the reference standard. */
export interface Verification {
  readonly scores: Float64Array;
  /** Score minus threshold: at or above 0 is positive. */
  readonly margins: Float64Array;
  /** 1 with the outcome, 0 without, −1 not verified. */
  readonly labels: Int8Array;
  /** Stratum of each study, 0, 1, …: within one, who is verified may not depend on the outcome. All of one side of the threshold. */
  readonly strata: Int32Array;
  readonly clusters?: Int32Array;
}

export interface CorrectedRates {
  readonly sensitivity: Estimate | CannotTell;
  readonly specificity: Estimate | CannotTell;
}

/** Fewest verified studies with the outcome, and without it, that get an answer. */
const FEWEST = 10;

/**
 * Sensitivity and specificity corrected for selective verification as Begg and Greenes do (doi 10.2307/2530820): the share with
 * the outcome among the verified of a stratum stands for all of its studies. Holds where, within a stratum, the decision to verify does
 * not depend on the outcome. Interval on the logit scale by the delta method, here from each study's influence (its mean is
 * the multinomial delta method's), by clusters where given.
 */
export function beggGreenes(verification: Verification, options: { readonly level?: number } = {}): CorrectedRates {
  const refusal = refusalOf(verification) ?? unverifiedStratum(verification);
  if (refusal !== undefined) return { sensitivity: refusal, specificity: refusal };
  const { labels, strata, margins } = verification;
  const all = new Float64Array(countOf(strata));
  const verified = new Float64Array(all.length);
  const withOutcome = new Float64Array(all.length);
  for (let row = 0; row < labels.length; row++) {
    all[strata[row]] += 1;
    if (labels[row] < 0) continue;
    verified[strata[row]] += 1;
    withOutcome[strata[row]] += labels[row];
  }
  const share = withOutcome.map((count, stratum) => count / verified[stratum]);
  // What a study counts as: the share of its stratum, and for a verified one its own distance from it, weighed up.
  const outcome = Float64Array.from(labels, (label, row) => {
    const stratum = strata[row];
    return share[stratum] + (label < 0 ? 0 : (all[stratum] / verified[stratum]) * (label - share[stratum]));
  });
  const positive = (row: number) => margins[row] >= 0;
  const method = 'corrected for selective verification by strata (Begg and Greenes), delta interval on the logit scale';
  return {
    sensitivity: ratioOf(verification, outcome, positive, method, options.level),
    specificity: ratioOf(
      verification,
      outcome.map((value) => 1 - value),
      (row) => !positive(row),
      method,
      options.level,
    ),
  };
}

export interface WeightedFigures extends CorrectedRates {
  readonly auroc: Estimate | CannotTell;
}

/**
 * The same, and the AUROC, by weighing each verified study with the inverse of its probability of being verified (Horvitz and Thompson's
 * estimator as Alonzo and Pepe apply it, doi 10.1111/j.1467-9876.2005.00477.x). The probabilities are taken for known: where
 * they were estimated the intervals are a little too wide.
 */
export function weightedFigures(
  verification: Verification,
  probabilities: Float64Array,
  options: { readonly level?: number } = {},
): WeightedFigures {
  const { labels, margins } = verification;
  const refusal = refusalOf(verification) ?? tooSmall(verification, probabilities);
  if (refusal !== undefined) return { sensitivity: refusal, specificity: refusal, auroc: refusal };
  const weights = probabilities.map((probability, row) => (labels[row] < 0 ? 0 : 1 / probability));
  const events = weights.map((weight, row) => (labels[row] === 1 ? weight : 0));
  const nonEvents = weights.map((weight, row) => (labels[row] === 0 ? weight : 0));
  const method = 'weighed by the inverse probability of verification, linearised interval on the logit scale';
  return {
    sensitivity: ratioOf(verification, events, (row) => margins[row] >= 0, method, options.level),
    specificity: ratioOf(verification, nonEvents, (row) => margins[row] < 0, method, options.level),
    auroc: weightedAuroc(verification, events, nonEvents, method, options.level),
  };
}

/** Probability of being verified by logistic regression on columns (a column of ones is added); nothing where it cannot be fitted. */
export function verificationProbabilities(
  labels: Int8Array,
  columns: readonly Float64Array[],
): Float64Array | undefined {
  const design = [new Float64Array(labels.length).fill(1), ...columns];
  const verified = Uint8Array.from(labels, (label) => (label < 0 ? 0 : 1));
  const fit = logisticRegression({ columns: design, labels: verified });
  if (fit === undefined) return undefined;
  return Float64Array.from(labels, (_, row) => {
    const predictor = fit.coefficients.reduce((all, coefficient, index) => all + coefficient * design[index][row], 0);
    return expit(predictor);
  });
}

function refusalOf({ labels, scores, margins, strata, clusters }: Verification): CannotTell | undefined {
  for (const column of [labels, margins, strata, ...(clusters ? [clusters] : [])]) {
    if (column.length !== scores.length)
      throw new RangeError(
        `verification: found ${column.length} rows beside ${scores.length} scores, allowed: as many`,
      );
  }
  const wrong = labels.findIndex((label) => label < -1 || label > 1);
  if (wrong >= 0) throw new RangeError(`label at index ${wrong}: found ${labels[wrong]}, allowed: -1, 0 or 1`);
  const events = labels.filter((label) => label === 1).length;
  const nonEvents = labels.filter((label) => label === 0).length;
  if (Math.min(events, nonEvents) >= FEWEST) return undefined;
  const cannotTell = `${events} verified studies with and ${nonEvents} without the outcome: at least ${FEWEST} of each are needed`;
  return { cannotTell, n: scores.length, events };
}

function unverifiedStratum({ labels, strata }: Verification): CannotTell | undefined {
  const verified = new Set(strata.filter((_, row) => labels[row] >= 0));
  const silent = new Set(strata).size - verified.size;
  if (silent === 0) return undefined;
  const events = labels.filter((label) => label === 1).length;
  return { cannotTell: `no study of ${silent} of the score bands was verified`, n: labels.length, events };
}

/** A study that is nearly never verified would stand for more others than can be believed. */
const SMALLEST_PROBABILITY = 0.01;

function tooSmall({ labels }: Verification, probabilities: Float64Array): CannotTell | undefined {
  const wrong = probabilities.findIndex((probability) => !(probability > 0 && probability <= 1));
  if (wrong >= 0)
    throw new RangeError(`probability at index ${wrong}: found ${probabilities[wrong]}, allowed: above 0 to 1`);
  const rare = probabilities.filter((probability) => probability < SMALLEST_PROBABILITY).length;
  if (rare === 0) return undefined;
  const events = labels.filter((label) => label === 1).length;
  return {
    cannotTell: `${rare} studies had less than a one per cent chance of being verified`,
    n: labels.length,
    events,
  };
}

/** Σ of what lies on the counted side over Σ of all, with the linearised variance of the ratio. */
function ratioOf(
  { clusters, labels }: Verification,
  amounts: Float64Array,
  isCounted: (row: number) => boolean,
  method: string,
  asked: number | undefined,
): Estimate | CannotTell {
  const total = sum(amounts);
  const part = sum(amounts.map((amount, row) => (isCounted(row) ? amount : 0)));
  const estimate = part / total;
  const influence = amounts.map((amount, row) => (amount * ((isCounted(row) ? 1 : 0) - estimate)) / total);
  return interval(estimate, influence, labels, clusters, method, asked);
}

/** Logit interval around an estimate from its rows' influences; G / (G − 1) for the clusters. */
function interval(
  estimate: number,
  influence: Float64Array,
  labels: Int8Array,
  clusters: Int32Array | undefined,
  method: string,
  asked: number | undefined,
): Estimate | CannotTell {
  const level = checkedLevel(asked);
  const events = labels.filter((label) => label === 1).length;
  const counts = { n: labels.length, events };
  const parts = clusters === undefined ? influence : clusterTotals(clusters, [influence])[0];
  const variance = (parts.length / (parts.length - 1)) * sum(parts.map((value) => value * value));
  if (!(estimate > 0 && estimate < 1 && variance > 0))
    return { ...counts, cannotTell: 'all verified studies that count are on one side' };
  return {
    estimate,
    ...logitInterval(estimate, variance, normalMultiplier(level)),
    ...{ level, method, ...counts },
    ...(clusters !== undefined && { clusters: countClusters(clusters) }),
  };
}

/** Weighted share of ordered pairs, ties half, with the influence of each row from its weighted placement. */
function weightedAuroc(
  { scores, clusters, labels }: Verification,
  events: Float64Array,
  nonEvents: Float64Array,
  method: string,
  asked: number | undefined,
): Estimate | CannotTell {
  const order = Int32Array.from({ length: scores.length }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const [allEvents, allNonEvents] = [sum(events), sum(nonEvents)];
  const placement = new Float64Array(scores.length);
  let [eventsBelow, nonEventsBelow] = [0, 0];
  for (let start = 0, end = 0; start < order.length; start = end) {
    let [tiedEvents, tiedNonEvents] = [0, 0];
    for (end = start; end < order.length && scores[order[end]] === scores[order[start]]; end++) {
      tiedEvents += events[order[end]];
      tiedNonEvents += nonEvents[order[end]];
    }
    for (let place = start; place < end; place++) {
      const row = order[place];
      placement[row] =
        labels[row] === 1
          ? (nonEventsBelow + tiedNonEvents / 2) / allNonEvents
          : (allEvents - eventsBelow - tiedEvents / 2) / allEvents;
    }
    eventsBelow += tiedEvents;
    nonEventsBelow += tiedNonEvents;
  }
  const estimate = sum(events.map((weight, row) => weight * placement[row])) / allEvents;
  const influence = placement.map((value, row) => {
    if (labels[row] === 1) return (events[row] * (value - estimate)) / allEvents;
    return labels[row] === 0 ? (nonEvents[row] * (value - estimate)) / allNonEvents : 0;
  });
  return interval(estimate, influence, labels, clusters, `AUROC ${method}`, asked);
}

const countOf = (strata: Int32Array): number => strata.reduce((most, stratum) => Math.max(most, stratum), -1) + 1;
