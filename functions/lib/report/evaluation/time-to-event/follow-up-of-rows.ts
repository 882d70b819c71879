import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { cumulativeIncidence, incidenceInfluence } from '#lib/validation/survival/cumulative-incidence.ts';
import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import type { Untold } from '../../record.ts';

/** The follow-up of some of the studies, by their places. */
export function followUpOf({ times, causes, clusters }: FollowUp, places: Uint32Array): FollowUp {
  return {
    times: Float64Array.from(places, (place) => times[place]),
    causes: Uint8Array.from(places, (place) => causes[place]),
    ...(clusters !== undefined && { clusters: Int32Array.from(places, (place) => clusters[place]) }),
  };
}

/** Cumulative incidence; where too few had the event, what was seen without an interval. */
export function incidenceAt(own: FollowUp, at: number): Estimate | CannotTell | Untold {
  const figure = cumulativeIncidence(own, at);
  if (!('cannotTell' in figure) || own.times.every((time) => time < at)) return figure;
  return { ...figure, point: incidenceInfluence(own, at).estimate };
}
