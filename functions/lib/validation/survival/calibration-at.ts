import { chooseKnots, curveBand, curveColumns } from '../calibration-curve.ts';
import { clusterTotals, countClusters } from '../cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { logisticRegression } from '../logistic-regression.ts';
import { expit } from '../logit.ts';
import { normalMultiplier } from '../normal.ts';
import { probabilityLogits } from '../probability-logits.ts';
import { sum } from '../sum.ts';
import { censoringWeights } from './censoring-weights.ts';
import { eventsUntil, type FollowUp, timeText, tooFewOnSides } from './follow-up.ts';

/** Fewer people with the event, or known to be without, give no fit. */
const FEWEST = 20;

interface CalibrationAtOptions {
  readonly level?: number;
  /** Probabilities are held between this and 1 minus this where a logit is taken. @default 1e-6 */
  readonly clipTo?: number;
}

/**
 * Calibration slope at a horizon: of the event up to it on the logit of its predicted probability, by logistic regression weighted for
 * censoring (direct binomial regression, Scheike, Zhang and Gerds 2008, doi 10.1093/biomet/asm096); people with competing events are
 * known to be without. Variance by the infinitesimal jackknife, estimated weights included.
 */
export function slopeAt(
  followUp: FollowUp,
  probabilities: Float64Array,
  horizon: number,
  options: CalibrationAtOptions = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const { logits } = probabilityLogits(probabilities, options.clipTo ?? 1e-6);
  const columns = [new Float64Array(logits.length).fill(1), logits];
  const fit = weightedFit(followUp, horizon, columns);
  if ('cannotTell' in fit) return fit;
  const [, estimate] = fit.coefficients;
  const half = normalMultiplier(level) * Math.sqrt(fit.covariance[1][1]);
  return {
    ...{ estimate, lower: estimate - half, upper: estimate + half, level },
    method: `calibration slope at ${timeText(followUp, horizon)}, logistic regression with inverse probability of censoring weights, jackknife variance`,
    ...fit.counts,
  };
}

export interface CurveAt {
  readonly predicted: Float64Array;
  readonly observed: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly method: string;
}

/**
 * Flexible calibration curve at a horizon: the same regression on a restricted cubic spline of the logit (Austin, Harrell and van
 * Klaveren 2020, doi 10.1002/sim.8570, by the weights of Gerds, Andersen and Kattan 2014, doi 10.1002/sim.6152), with its pointwise band
 * at the probabilities `at`.
 */
export function curveAt(
  followUp: FollowUp,
  probabilities: Float64Array,
  horizon: number,
  at: Float64Array,
  options: CalibrationAtOptions = {},
): CurveAt | CannotTell {
  const level = checkedLevel(options.level);
  const clipTo = options.clipTo ?? 1e-6;
  const { logits } = probabilityLogits(probabilities, clipTo);
  const knots = chooseKnots(logits.toSorted());
  const counts = countsOf(followUp, horizon);
  if (knots === undefined)
    return { cannotTell: 'the probabilities take too few different values for a smooth curve', ...counts };
  const fit = weightedFit(followUp, horizon, curveColumns(logits, knots));
  if ('cannotTell' in fit) return fit;
  const band = curveBand(fit, curveColumns(probabilityLogits(at, clipTo).logits, knots), normalMultiplier(level));
  const method = `logistic regression on a restricted cubic spline of the logit, ${knots.length} knots, inverse probability of censoring weights`;
  return { predicted: at, ...band, method };
}

function countsOf(followUp: FollowUp, horizon: number) {
  const { times, clusters } = followUp;
  const people = clusters === undefined ? {} : { clusters: countClusters(clusters) };
  return { n: times.length, events: eventsUntil(followUp, horizon), ...people };
}

/** Coefficients of the weighted regression with their covariance over people. */
function weightedFit(followUp: FollowUp, horizon: number, columns: readonly Float64Array[]) {
  const { times, causes, clusters } = followUp;
  const counts = countsOf(followUp, horizon);
  const labels = Uint8Array.from(times, (time, row) => Number(causes[row] === 1 && time <= horizon));
  const few = tooFewOnSides(
    followUp,
    horizon,
    {
      isCase: (row) => labels[row] === 1,
      isControl: (row) => times[row] > horizon || causes[row] > 1,
    },
    FEWEST,
  );
  if (few !== undefined) return { cannotTell: few, ...counts };
  const { weights, influenceOf } = censoringWeights(followUp, horizon);
  const fit = logisticRegression({ columns, labels, weights });
  if (fit === undefined) return { cannotTell: 'the likelihood has no finite maximum', ...counts };
  const residuals = residualsOf(columns, labels, fit.coefficients);
  const scores = columns.map((column) => {
    const slope = column.map((value, row) => value * residuals[row]);
    const estimated = influenceOf(slope);
    return slope.map((value, row) => value * weights[row] + estimated[row]);
  });
  // fit.covariance is the inverse information: what each person adds to a coefficient is its product with the score.
  const added = fit.covariance.map((row) =>
    scores[0].map((_, place) => row.reduce((total, value, k) => total + value * scores[k][place], 0)),
  );
  const totals = clusters === undefined ? added : clusterTotals(clusters, added);
  const people = totals[0].length;
  const covariance = totals.map((a) =>
    Float64Array.from(totals, (b) => (people / (people - 1)) * sum(a.map((value, place) => value * b[place]))),
  );
  return { coefficients: fit.coefficients, covariance, counts };
}

function residualsOf(columns: readonly Float64Array[], labels: Uint8Array, coefficients: Float64Array): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    const predictor = columns.reduce((total, column, k) => total + coefficients[k] * column[row], 0);
    return label - expit(predictor);
  });
}
