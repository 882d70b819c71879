import { clusterTotals } from '../cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { normalMultiplier } from '../normal.ts';
import { sum } from '../sum.ts';
import { checkFollowUp, eventsUntil, type FollowUp, orderOf, timeText, tooFewEvents } from './follow-up.ts';

/** Fewer events, or events of fewer people, give no interval. */
const FEWEST_EVENTS = 10;

/**
 * Probability of the event of interest up to a time in the presence of competing events (Aalen and Johansen 1978); without
 * competing events it is one minus Kaplan and Meier. Variance by the infinitesimal jackknife over people, as R survival's survfit
 * gives it; interval on the complementary log-log scale.
 */
export function cumulativeIncidence(
  followUp: FollowUp,
  horizon: number,
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  checkFollowUp(followUp);
  const level = checkedLevel(options.level);
  const n = followUp.times.length;
  const events = eventsUntil(followUp, horizon);
  const few = tooFewEvents(followUp, horizon, FEWEST_EVENTS);
  if (few !== undefined) return { cannotTell: few, n, events };
  if (followUp.times.every((time) => time < horizon))
    return { cannotTell: `nobody was followed up to ${timeText(followUp, horizon)}`, n, events };
  const { estimate, influence } = incidenceInfluence(followUp, horizon);
  const { clusters } = followUp;
  const totals = clusters === undefined ? influence : clusterTotals(clusters, [influence])[0];
  const error = Math.sqrt(sum(totals.map((value) => value * value)));
  const scale = Math.log(-Math.log1p(-estimate));
  const half = (normalMultiplier(level) * error) / Math.abs((1 - estimate) * Math.log1p(-estimate));
  const back = (value: number) => -Math.expm1(-Math.exp(value));
  return {
    estimate,
    lower: back(scale - half),
    upper: back(scale + half),
    level,
    method: 'cumulative incidence (Aalen-Johansen), jackknife variance, complementary log-log interval',
    n,
    events,
    ...(clusters !== undefined && { clusters: totals.length }),
  };
}

/** The incidence at a time, and how much it changes per unit of weight of each row. */
export function incidenceInfluence(
  followUp: FollowUp,
  horizon: number,
): { readonly estimate: number; readonly influence: Float64Array } {
  const steps = incidenceSteps(followUp, horizon);
  const { times, causes } = followUp;
  const last = steps.length - 1;
  const estimate = last < 0 ? 0 : steps[last].incidence;
  const influence = Float64Array.from(times, (time, row) => {
    const at = lastStep(steps, Math.min(time, horizon));
    if (at < 0) return 0;
    // While it is followed, a row lowers the hazards of every step; its own event then raises those of one.
    const { drift, hazardSum, incidence } = steps[at];
    const own = time <= horizon && steps[at].time === time ? causes[row] : 0;
    const { atRisk, before, allHazard } = steps[at];
    const rises = own === 1 ? before / atRisk : 0;
    const falls = own === 0 ? 0 : 1 / (atRisk * (1 - allHazard));
    const after = allHazard === 1 ? 0 : (hazardSum - falls) * (estimate - incidence);
    return drift + rises + after;
  });
  return { estimate, influence };
}

interface Step {
  readonly time: number;
  readonly atRisk: number;
  /** Probability of no event before the time. */
  readonly before: number;
  readonly allHazard: number;
  readonly incidence: number;
  /** Σ allHazard / (atRisk (1 − allHazard)): by how much a row that stays raises the share of those without an event. */
  readonly hazardSum: number;
  /** Change of the incidence up to here by a row that is followed and has no event. */
  readonly drift: number;
}

function incidenceSteps(followUp: FollowUp, horizon: number): Step[] {
  const { times, causes } = followUp;
  const order = orderOf(followUp);
  const steps: Step[] = [];
  let [free, incidence, hazardSum, drift] = [1, 0, 0, 0];
  for (let start = 0; start < order.length && times[order[start]] <= horizon; ) {
    const time = times[order[start]];
    let [wanted, all, end] = [0, 0, start];
    for (; end < order.length && times[order[end]] === time; end++) {
      wanted += Number(causes[order[end]] === 1);
      all += Number(causes[order[end]] !== 0);
    }
    if (all > 0) {
      const atRisk = order.length - start;
      const [hazard, allHazard] = [wanted / atRisk, all / atRisk];
      drift += free * hazardSum * hazard - (free * hazard) / atRisk;
      incidence += free * hazard;
      hazardSum += allHazard === 1 ? 0 : allHazard / (atRisk * (1 - allHazard));
      steps.push({ time, atRisk, before: free, allHazard, incidence, hazardSum, drift });
      free *= 1 - allHazard;
    }
    start = end;
  }
  return steps;
}

function lastStep(steps: readonly Step[], time: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle].time <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
