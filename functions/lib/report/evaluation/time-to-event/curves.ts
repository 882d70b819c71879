import type { TimeToEventAnswers } from '#lib/cohort/evaluation/time-to-event-answers.ts';
import { rowsByQuantile } from '#lib/validation/calibration-groups.ts';
import { clusterTotals } from '#lib/validation/cluster-totals.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
import { sum } from '#lib/validation/sum.ts';
import { brierAt } from '#lib/validation/survival/at-horizon.ts';
import { curveAt } from '#lib/validation/survival/calibration-at.ts';
import { incidenceInfluence } from '#lib/validation/survival/cumulative-incidence.ts';
import { eventsUntil, type FollowUp } from '#lib/validation/survival/follow-up.ts';
import { followUpOf, incidenceAt } from './follow-up-of-rows.ts';
import type { CurvePoint, HorizonCalibration, RiskBin, RiskGroup } from './record.ts';

/** Events that a bin should have, on average, so that most bins can be told. */
const EVENTS_PER_BIN = 20;
const CURVE_POINTS = 50;
const TIMES = 40;
const LEVEL = 0.95;

/** Observed against predicted at one horizon, in bins of equal size and as a smooth curve between the first and the last of them. */
export function horizonCalibration(followUp: FollowUp, risks: Float64Array, at: number): HorizonCalibration {
  const events = eventsUntil(followUp, at);
  const wanted = Math.min(10, Math.max(2, Math.floor(events / EVENTS_PER_BIN)));
  const bins = rowsByQuantile(risks, wanted).map((rows): RiskBin & { readonly predicted: number } => {
    const own = followUpOf(followUp, rows);
    return {
      n: rows.length,
      events: eventsUntil(own, at),
      predicted: sum(Float64Array.from(rows, (row) => risks[row])) / rows.length,
      observed: incidenceAt(own, at),
    };
  });
  const mean = followUp.times.length === 0 ? 0 : incidenceInfluence(followUp, at).estimate;
  return {
    at,
    bins,
    curve: smoothCurve(followUp, risks, at, bins),
    nullBrier: brierAt(followUp, new Float64Array(risks.length).fill(mean), at),
  };
}

function smoothCurve(
  followUp: FollowUp,
  risks: Float64Array,
  at: number,
  bins: readonly { readonly predicted: number }[],
): HorizonCalibration['curve'] {
  const [from, to] = [bins[0]?.predicted ?? 0, bins.at(-1)?.predicted ?? 0];
  const grid = Float64Array.from({ length: CURVE_POINTS + 1 }, (_, i) => from + ((to - from) * i) / CURVE_POINTS);
  const curve = curveAt(followUp, risks, at, grid);
  if ('cannotTell' in curve) return { cannotTell: curve.cannotTell, n: curve.n, events: curve.events };
  return Array.from(grid, (predicted, i) => ({
    predicted,
    observed: curve.observed[i],
    lower: curve.lower[i],
    upper: curve.upper[i],
  }));
}

/** Cumulative incidence by risk: thirds of the ranking, or the stated cut points of the risk at the last horizon that has one. */
export function riskGroups({ description, followUp, horizons, scores }: TimeToEventAnswers): RiskGroup[] {
  const last = horizons[horizons.length - 1].at;
  const cuts = description.riskGroups;
  const risks = horizons.findLast((horizon) => horizon.risks !== null)?.risks;
  if (cuts !== undefined && risks !== undefined && risks !== null) {
    const percent = (cut: number): string => `${Number((100 * cut).toPrecision(6))} %`;
    const names = [
      `Risk below ${percent(cuts[0])}`,
      ...cuts.slice(1).map((cut, i) => `Risk ${percent(cuts[i])} to below ${percent(cut)}`),
      `Risk ${percent(cuts[cuts.length - 1])} and above`,
    ];
    return names.flatMap((name, place) => {
      const rows = rowsWhere(risks, (risk) => cuts.filter((cut) => risk >= cut).length === place);
      return rows.length === 0 ? [] : [riskGroup(name, followUpOf(followUp, rows), last)];
    });
  }
  const thirds = rowsByQuantile(scores, 3);
  const names = thirds.length === 3 ? ['Lowest third', 'Middle third', 'Highest third'] : undefined;
  return thirds.map((rows, i) =>
    riskGroup(names?.[i] ?? `Group ${i + 1} of ${thirds.length}`, followUpOf(followUp, rows), last),
  );
}

const rowsWhere = (values: Float64Array, is: (value: number) => boolean): Uint32Array =>
  Uint32Array.from(values.keys()).filter((row) => is(values[row]));

function riskGroup(name: string, own: FollowUp, last: number): RiskGroup {
  const end = own.times.reduce((most, time) => Math.max(most, time), 0);
  const grid = Array.from({ length: TIMES }, (_, i) => ((i + 1) * last) / TIMES).filter((time) => time <= end);
  return {
    name,
    n: own.times.length,
    events: eventsUntil(own, last),
    curve: grid.map((time) => curvePoint(own, time)),
  };
}

/** Incidence by a time with its pointwise interval (complementary log-log); the interval is the point where nothing happened yet. */
function curvePoint(own: FollowUp, time: number): CurvePoint {
  const { estimate, influence } = incidenceInfluence(own, time);
  const totals = own.clusters === undefined ? influence : clusterTotals(own.clusters, [influence])[0];
  const error = Math.sqrt(sum(totals.map((value) => value * value)));
  const counts = { atRisk: own.times.reduce((n, end) => n + Number(end > time), 0), events: eventsUntil(own, time) };
  if (!(estimate > 0 && estimate < 1))
    return { time, incidence: estimate, lower: estimate, upper: estimate, ...counts };
  const scale = Math.log(-Math.log1p(-estimate));
  const half = (normalMultiplier(LEVEL) * error) / Math.abs((1 - estimate) * Math.log1p(-estimate));
  const back = (value: number): number => -Math.expm1(-Math.exp(value));
  return { time, incidence: estimate, lower: back(scale - half), upper: back(scale + half), ...counts };
}
