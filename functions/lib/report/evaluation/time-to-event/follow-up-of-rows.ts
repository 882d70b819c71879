import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { observedExpectedAt } from '#lib/validation/survival/at-horizon.ts';
import { cumulativeIncidence, incidenceInfluence } from '#lib/validation/survival/cumulative-incidence.ts';
import { eventsUntil, type FollowUp } from '#lib/validation/survival/follow-up.ts';
import type { Untold } from '../../record.ts';

/** The follow-up of some of the studies, by their places. */
export function followUpOf({ times, causes, clusters, timeUnit }: FollowUp, places: Uint32Array): FollowUp {
  return {
    times: Float64Array.from(places, (place) => times[place]),
    causes: Uint8Array.from(places, (place) => causes[place]),
    ...(timeUnit !== undefined && { timeUnit }),
    ...(clusters !== undefined && { clusters: Int32Array.from(places, (place) => clusters[place]) }),
  };
}

/** Cumulative incidence; where too few had the event, what was seen without an interval. */
export function incidenceAt(own: FollowUp, at: number): Estimate | CannotTell | Untold {
  const figure = cumulativeIncidence(own, at);
  if (!('cannotTell' in figure) || own.times.every((time) => time < at)) return figure;
  return { ...figure, point: incidenceInfluence(own, at).estimate };
}

/** Observed by expected events; where every predicted risk is 0 there is no ratio. */
export function ratioAt(own: FollowUp, risks: Float64Array, at: number): Estimate | CannotTell {
  const nothing = risks.length > 0 && risks.every((risk) => risk === 0);
  if (!nothing) return observedExpectedAt(own, risks, at);
  return { cannotTell: 'every predicted risk is 0', n: risks.length, events: eventsUntil(own, at) };
}
