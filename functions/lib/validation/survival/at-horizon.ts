import { clusterTotals } from '../cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { normalMultiplier } from '../normal.ts';
import { sum } from '../sum.ts';
import { censoringWeights } from './censoring-weights.ts';
import { logitLimits } from './concordance.ts';
import { cumulativeIncidence } from './cumulative-incidence.ts';
import { eventsUntil, type FollowUp, timeText, tooFewEvents, tooFewOnSides } from './follow-up.ts';

/** Fewer on either side give no interval. */
const FEWEST = 10;

interface AtHorizon {
  readonly level?: number;
}

/**
 * Time-dependent AUROC (cumulative cases, dynamic controls): the chance that somebody who had the event up to the horizon scores
 * above somebody who was followed beyond without any, or had a competing event. Weighted for censoring (Blanche et al. 2013,
 * doi 10.1002/sim.5958); variance by influence functions that allow for the estimated weights, interval on the logit scale.
 */
export function aurocAt(
  followUp: FollowUp,
  scores: Float64Array,
  horizon: number,
  options: AtHorizon = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const { times } = followUp;
  const { isCase, isControl } = sidesAt(followUp, horizon);
  const refusal = tooFew(followUp, horizon, isCase, isControl);
  if (refusal) return refusal;
  if (scores.every((score) => score === scores[0]))
    return { cannotTell: 'all scores are equal', n: times.length, events: sum(isCase) };
  const { estimate, influence } = aurocInfluence(followUp, scores, horizon);
  const limits = logitLimits(estimate, errorOf(influence, followUp.clusters), normalMultiplier(level));
  const [n, events] = [times.length, sum(isCase)];
  if (limits === undefined) return { cannotTell: 'every pair is ordered alike', n, events };
  const method = `AUROC at ${timeText(followUp, horizon)}, inverse probability of censoring weights, logit interval`;
  return { estimate, ...limits, level, method, n, events, ...people(followUp) };
}

/** A figure and what each row adds to it, estimated weights included; they sum to 0. */
interface Influenced {
  readonly estimate: number;
  readonly influence: Float64Array;
}

/** The AUROC at a horizon without its interval. */
export function aurocInfluence(followUp: FollowUp, scores: Float64Array, horizon: number): Influenced {
  const { isCase, isControl } = sidesAt(followUp, horizon);
  const { weights, influenceOf } = censoringWeights(followUp, horizon);
  const ofCases = weights.map((weight, row) => weight * isCase[row]);
  const ofControls = weights.map((weight, row) => weight * isControl[row]);
  const [caseMass, controlMass] = [sum(ofCases), sum(ofControls)];
  const beaten = beatenWeights(scores, ofCases, ofControls);
  const estimate = sum(ofCases.map((weight, row) => weight * beaten.controls[row])) / (caseMass * controlMass);
  const slope = Float64Array.from(scores, (_, row) =>
    isCase[row]
      ? (beaten.controls[row] / controlMass - estimate) / caseMass
      : isControl[row]
        ? (beaten.cases[row] / caseMass - estimate) / controlMass
        : 0,
  );
  const estimated = influenceOf(slope);
  return { estimate, influence: slope.map((value, row) => value * weights[row] + estimated[row]) };
}

/** Who had the event up to the horizon, and who is known to be without. */
function sidesAt({ times, causes }: FollowUp, horizon: number) {
  return {
    isCase: Uint8Array.from(times, (time, row) => Number(causes[row] === 1 && time <= horizon)),
    isControl: Uint8Array.from(times, (time, row) => Number(time > horizon || causes[row] > 1)),
  };
}

/** For each row the weight of cases with higher scores and of controls with lower ones, ties half. */
function beatenWeights(scores: Float64Array, ofCases: Float64Array, ofControls: Float64Array) {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const cases = new Float64Array(scores.length);
  const controls = new Float64Array(scores.length);
  const allCases = sum(ofCases);
  let [casesBelow, controlsBelow] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    let [tiedCases, tiedControls] = [0, 0];
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++) {
      tiedCases += ofCases[order[end]];
      tiedControls += ofControls[order[end]];
    }
    for (const row of order.subarray(start, end)) {
      controls[row] = controlsBelow + tiedControls / 2;
      cases[row] = allCases - casesBelow - tiedCases / 2;
    }
    casesBelow += tiedCases;
    controlsBelow += tiedControls;
    start = end;
  }
  return { cases, controls };
}

/**
 * Brier score at a horizon of predicted probabilities of the event up to it, weighted for censoring (Graf et al. 1999,
 * doi 10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5). Variance allows for the estimated weights.
 */
export function brierAt(
  followUp: FollowUp,
  probabilities: Float64Array,
  horizon: number,
  options: AtHorizon = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  checkProbabilities(probabilities);
  const events = eventsUntil(followUp, horizon);
  const n = probabilities.length;
  const few = tooFewEvents(followUp, horizon, FEWEST);
  if (few !== undefined) return { cannotTell: few, n, events };
  const { estimate, influence } = brierInfluence(followUp, probabilities, horizon);
  const half = normalMultiplier(level) * errorOf(influence, followUp.clusters);
  const method = `Brier score at ${timeText(followUp, horizon)}, inverse probability of censoring weights, Wald interval`;
  const limits = { lower: Math.max(0, estimate - half), upper: Math.min(1, estimate + half) };
  return { estimate, ...limits, level, method, n, events, ...people(followUp) };
}

/** The Brier score at a horizon without its interval. */
export function brierInfluence(followUp: FollowUp, probabilities: Float64Array, horizon: number): Influenced {
  const { times, causes } = followUp;
  const n = times.length;
  const { weights, influenceOf } = censoringWeights(followUp, horizon);
  const losses = probabilities.map(
    (probability, row) => (Number(causes[row] === 1 && times[row] <= horizon) - probability) ** 2,
  );
  const estimate = sum(losses.map((loss, row) => loss * weights[row])) / n;
  const slope = losses.map((loss) => loss / n);
  const estimated = influenceOf(slope);
  return { estimate, influence: slope.map((value, row) => value * weights[row] - estimate / n + estimated[row]) };
}

/** Observed by expected events at a horizon: cumulative incidence by the mean predicted probability, which is taken as fixed. */
export function observedExpectedAt(
  followUp: FollowUp,
  probabilities: Float64Array,
  horizon: number,
  options: AtHorizon = {},
): Estimate | CannotTell {
  checkProbabilities(probabilities);
  const observed = cumulativeIncidence(followUp, horizon, options);
  if ('cannotTell' in observed) return observed;
  const expected = sum(probabilities) / probabilities.length;
  const method = `observed : expected at ${timeText(followUp, horizon)}, ${observed.method}`;
  const [estimate, lower, upper] = [observed.estimate, observed.lower, observed.upper].map((one) => one / expected);
  return { ...observed, estimate, lower, upper, method };
}

function checkProbabilities(probabilities: Float64Array): void {
  const wrong = probabilities.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong >= 0)
    throw new RangeError(`probability at index ${wrong}: found ${probabilities[wrong]}, allowed: between 0 and 1`);
}

function tooFew(
  followUp: FollowUp,
  horizon: number,
  isCase: Uint8Array,
  isControl: Uint8Array,
): CannotTell | undefined {
  const few = tooFewOnSides(
    followUp,
    horizon,
    { isCase: (row) => isCase[row] === 1, isControl: (row) => isControl[row] === 1 },
    FEWEST,
  );
  return few === undefined ? undefined : { cannotTell: few, n: followUp.times.length, events: sum(isCase) };
}

function errorOf(influence: Float64Array, clusters: Int32Array | undefined): number {
  const totals = clusters === undefined ? influence : clusterTotals(clusters, [influence])[0];
  return Math.sqrt((totals.length / (totals.length - 1)) * sum(totals.map((value) => value * value)));
}

const people = ({ clusters }: FollowUp) => (clusters === undefined ? {} : { clusters: new Set(clusters).size });
