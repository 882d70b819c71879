import { checkFollowUp, type FollowUp } from './follow-up.ts';
import { productLimit, type Steps, stepsUntil, survivalAt } from './product-limit.ts';

/** Inverse probability of censoring weights for what is known at a horizon (Graf et al. 1999, Gerds and Schumacher 2006). */
export interface CensoringWeights {
  /** 1 / G(time −) of rows whose event (any) came up to the horizon, 1 / G(horizon) of those followed beyond, 0 of the censored. */
  readonly weights: Float64Array;
  /** What sums over rows of a · weight change by, per unit of weight of each row, because G itself is estimated. */
  readonly influenceOf: (a: Float64Array) => Float64Array;
}

export function censoringWeights(followUp: FollowUp, horizon: number): CensoringWeights {
  checkFollowUp(followUp);
  const { times, causes } = followUp;
  const uncensored = productLimit(followUp, (cause) => cause === 0);
  const weights = Float64Array.from(times, (time, row) => {
    if (time > horizon) return 1 / survivalAt(uncensored, horizon);
    return causes[row] === 0 ? 0 : 1 / survivalAt(uncensored, time, true);
  });
  return { weights, influenceOf: (a) => influence(followUp, uncensored, weights, horizon, a) };
}

/**
 * Σ a_c dw_c / dρ_i: censoring of row i at u multiplies every G after u by 1 − 1 / (Y (1 − λ)), and each step of G while i is
 * followed by 1 + λ / (Y (1 − λ)); prefix sums over the steps make it one pass.
 */
function influence(
  { times, causes }: FollowUp,
  steps: Steps,
  weights: Float64Array,
  horizon: number,
  a: Float64Array,
): Float64Array {
  const count = steps.times.length;
  const gain = new Float64Array(count + 1);
  for (let k = 0; k < count; k++) {
    const { falls, atRisk } = steps;
    const left = atRisk[k] - falls[k];
    gain[k + 1] = gain[k] + (left === 0 ? 0 : falls[k] / (atRisk[k] * left));
  }
  // Rows by how many steps of G stand in their weight.
  const massAt = new Float64Array(count + 1);
  times.forEach((time, row) => {
    massAt[time > horizon ? stepsUntil(steps, horizon) : stepsUntil(steps, time, true)] += a[row] * weights[row];
  });
  const massFrom = new Float64Array(count + 2);
  for (let k = count; k >= 0; k--) massFrom[k] = massFrom[k + 1] + massAt[k];
  const gained = new Float64Array(count + 2);
  for (let k = 0; k <= count; k++) gained[k + 1] = gained[k] + massAt[k] * gain[k];
  return Float64Array.from(times, (time, row) => {
    const seen = stepsUntil(steps, time);
    const kept = gained[seen + 1] + gain[seen] * massFrom[seen + 1];
    const k = seen - 1;
    const own = causes[row] === 0 && k >= 0 && steps.times[k] === time ? 1 : 0;
    const lost =
      own === 0 || steps.atRisk[k] === steps.falls[k] ? 0 : massFrom[seen] / (steps.atRisk[k] - steps.falls[k]);
    return lost - kept;
  });
}
