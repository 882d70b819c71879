import { clusterTotals } from './cluster-totals.ts';
import type { Placements } from './placements.ts';
import { sum } from './sum.ts';

export interface PlacementVariance {
  readonly variance: number;
  /** Satterthwaite's degrees of freedom of the variance; not a number where the variance is 0. */
  readonly degreesOfFreedom: number;
  /** The variance without its corrections k / (k − 1) for centring: plain sum of squares of what each cluster contributes. */
  readonly uncorrected: number;
}

/** A part of the variance that is estimated on its own, with its degrees of freedom. */
interface Component {
  readonly variance: number;
  readonly degreesOfFreedom: number;
  readonly uncorrected: number;
}

/**
 * Variance of an AUROC, or of a difference of two given the differences of their placements.
 * Without clusters DeLong's (doi 10.2307/2531595); with clusters Obuchowski's (doi 10.2307/2533958), in which rows of one
 * cluster, of the same class or of both, may depend on each other. The two agree when every cluster has one row.
 *
 * Degrees of freedom by Satterthwaite (doi 10.2307/3002019): without clusters from the two classes, as Brunner and Munzel
 * do (doi 10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U); with clusters from the clusters that hold events
 * only, non-events only, and both. These are disjoint, so that their parts of the variance are independent of each other;
 * single-row clusters give Brunner and Munzel's number, clusters that all hold both classes their count less one.
 */
export function placementVariance(placements: Placements): PlacementVariance {
  const { auroc, ofEvents, ofNonEvents, eventClusters, nonEventClusters } = placements;
  const fromEvents = ofEvents.map((value) => value - auroc);
  const fromNonEvents = ofNonEvents.map((value) => value - auroc);
  if (eventClusters === undefined || nonEventClusters === undefined) {
    return combine([meanVariance(fromEvents), meanVariance(fromNonEvents)]);
  }
  return combine(clusteredComponents(fromEvents, fromNonEvents, eventClusters, nonEventClusters));
}

function combine(components: readonly Component[]): PlacementVariance {
  const variance = sum(components.map((component) => component.variance));
  const uncertain = components.filter((component) => component.variance > 0);
  const spread = sum(uncertain.map((component) => component.variance ** 2 / component.degreesOfFreedom));
  const uncorrected = sum(components.map((component) => component.uncorrected));
  return { variance, degreesOfFreedom: variance ** 2 / spread, uncorrected };
}

/** Variance of the mean of values that are centred on 0. */
function meanVariance(centred: Float64Array): Component {
  const degreesOfFreedom = centred.length - 1;
  const uncorrected = sum(centred.map((value) => value * value)) / centred.length ** 2;
  return { variance: (uncorrected * centred.length) / degreesOfFreedom, degreesOfFreedom, uncorrected };
}

function clusteredComponents(
  fromEvents: Float64Array,
  fromNonEvents: Float64Array,
  eventClusters: Int32Array,
  nonEventClusters: Int32Array,
): Component[] {
  const { eventTotals, nonEventTotals, eventRows, nonEventRows } = totalsPerCluster(
    fromEvents,
    fromNonEvents,
    eventClusters,
    nonEventClusters,
  );
  const places = [...eventTotals.keys()];
  const withEvents = places.filter((place) => eventRows[place] > 0);
  const withNonEvents = places.filter((place) => nonEventRows[place] > 0);
  const correction = (clusters: readonly number[]): number => clusters.length / (clusters.length - 1);
  const ofEvents = (place: number): number => correction(withEvents) * (eventTotals[place] / fromEvents.length) ** 2;
  const ofNonEvents = (place: number): number =>
    correction(withNonEvents) * (nonEventTotals[place] / fromNonEvents.length) ** 2;
  const ofBoth = (place: number): number =>
    ofEvents(place) +
    ofNonEvents(place) +
    (2 * correction(places) * eventTotals[place] * nonEventTotals[place]) / (fromEvents.length * fromNonEvents.length);
  const component = (
    members: readonly number[],
    contribution: (place: number) => number,
    among: readonly number[],
  ): Component => ({
    variance: sum(members.map(contribution)),
    uncorrected: sum(
      members.map(
        (place) => (eventTotals[place] / fromEvents.length + nonEventTotals[place] / fromNonEvents.length) ** 2,
      ),
    ),
    // As many as there are clusters, less the share of the one lost by centring.
    degreesOfFreedom: members.length / correction(among),
  });
  return [
    component(
      withEvents.filter((place) => nonEventRows[place] === 0),
      ofEvents,
      withEvents,
    ),
    component(
      withNonEvents.filter((place) => eventRows[place] === 0),
      ofNonEvents,
      withNonEvents,
    ),
    component(
      withEvents.filter((place) => nonEventRows[place] > 0),
      ofBoth,
      places,
    ),
  ];
}

/** Sums of the centred placements, and numbers of rows, of each class in each cluster. */
function totalsPerCluster(
  fromEvents: Float64Array,
  fromNonEvents: Float64Array,
  eventClusters: Int32Array,
  nonEventClusters: Int32Array,
) {
  const rows = fromEvents.length + fromNonEvents.length;
  const clusters = new Int32Array(rows);
  clusters.set(eventClusters);
  clusters.set(nonEventClusters, fromEvents.length);
  const ofEvents = new Float64Array(rows);
  ofEvents.set(fromEvents);
  const ofNonEvents = new Float64Array(rows);
  ofNonEvents.set(fromNonEvents, fromEvents.length);
  const isEvent = new Uint8Array(rows).fill(1, 0, fromEvents.length);
  const isNonEvent = new Uint8Array(rows).fill(1, fromEvents.length);
  const [eventTotals, nonEventTotals, eventRows, nonEventRows] = clusterTotals(clusters, [
    ofEvents,
    ofNonEvents,
    isEvent,
    isNonEvent,
  ]);
  return { eventTotals, nonEventTotals, eventRows, nonEventRows };
}
