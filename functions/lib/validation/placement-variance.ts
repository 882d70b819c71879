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
    return independentVariance(squares(fromEvents), ofEvents.length, squares(fromNonEvents), ofNonEvents.length);
  }
  return clusteredVariance(clusterSums(fromEvents, fromNonEvents, eventClusters, nonEventClusters));
}

const squares = (values: Float64Array): number => sum(values.map((value) => value * value));

/** The variance from the sums of squares of the centred placements of independent rows. */
export function independentVariance(
  ofEvents: number,
  events: number,
  ofNonEvents: number,
  nonEvents: number,
): PlacementVariance {
  return combine([meanVariance(ofEvents, events), meanVariance(ofNonEvents, nonEvents)]);
}

/** What clusters contribute: numbers of clusters, and sums over clusters of squares of the totals of their centred placements. */
export interface ClusterSums {
  /** Rows of each class. */
  readonly events: number;
  readonly nonEvents: number;
  readonly clusters: number;
  readonly clustersWithEvents: number;
  readonly clustersWithNonEvents: number;
  /** Squared totals of clusters that hold events only, and non-events only. */
  readonly eventsOnly: number;
  readonly nonEventsOnly: number;
  /** Of clusters that hold both: squared totals of their events, of their non-events, and the products of the two. */
  readonly bothEvents: number;
  readonly bothNonEvents: number;
  readonly bothProducts: number;
}

/** Obuchowski's variance from sums over clusters. */
export function clusteredVariance(sums: ClusterSums): PlacementVariance {
  const { events, nonEvents, clusters, clustersWithEvents, clustersWithNonEvents } = sums;
  const both = clustersWithEvents + clustersWithNonEvents - clusters;
  const correction = (count: number): number => count / (count - 1);
  const eventsOnly = sums.eventsOnly / events ** 2;
  const nonEventsOnly = sums.nonEventsOnly / nonEvents ** 2;
  const bothEvents = sums.bothEvents / events ** 2;
  const bothNonEvents = sums.bothNonEvents / nonEvents ** 2;
  const bothProducts = (2 * sums.bothProducts) / (events * nonEvents);
  // Degrees of freedom: as many as there are clusters, less the share of the one lost by centring.
  const component = (variance: number, uncorrected: number, members: number, among: number): Component => ({
    variance,
    uncorrected,
    degreesOfFreedom: members / correction(among),
  });
  return combine([
    component(correction(clustersWithEvents) * eventsOnly, eventsOnly, clustersWithEvents - both, clustersWithEvents),
    component(
      correction(clustersWithNonEvents) * nonEventsOnly,
      nonEventsOnly,
      clustersWithNonEvents - both,
      clustersWithNonEvents,
    ),
    component(
      correction(clustersWithEvents) * bothEvents +
        correction(clustersWithNonEvents) * bothNonEvents +
        correction(clusters) * bothProducts,
      bothEvents + bothNonEvents + bothProducts,
      both,
      clusters,
    ),
  ]);
}

function combine(components: readonly Component[]): PlacementVariance {
  const variance = sum(components.map((component) => component.variance));
  const uncertain = components.filter((component) => component.variance > 0);
  const spread = sum(uncertain.map((component) => component.variance ** 2 / component.degreesOfFreedom));
  const uncorrected = sum(components.map((component) => component.uncorrected));
  return { variance, degreesOfFreedom: variance ** 2 / spread, uncorrected };
}

/** Variance of the mean of values that are centred on 0. */
function meanVariance(sumOfSquares: number, count: number): Component {
  const degreesOfFreedom = count - 1;
  const uncorrected = sumOfSquares / count ** 2;
  return { variance: (uncorrected * count) / degreesOfFreedom, degreesOfFreedom, uncorrected };
}

function clusterSums(
  fromEvents: Float64Array,
  fromNonEvents: Float64Array,
  eventClusters: Int32Array,
  nonEventClusters: Int32Array,
): ClusterSums {
  const { eventTotals, nonEventTotals, eventRows, nonEventRows } = totalsPerCluster(
    fromEvents,
    fromNonEvents,
    eventClusters,
    nonEventClusters,
  );
  const hasBoth = (place: number): boolean => eventRows[place] > 0 && nonEventRows[place] > 0;
  const products = (left: Float64Array, right: Float64Array, wanted: boolean): number =>
    sum(left.map((value, place) => (hasBoth(place) === wanted ? value * right[place] : 0)));
  return {
    events: fromEvents.length,
    nonEvents: fromNonEvents.length,
    clusters: eventRows.length,
    clustersWithEvents: eventRows.filter((rows) => rows > 0).length,
    clustersWithNonEvents: nonEventRows.filter((rows) => rows > 0).length,
    eventsOnly: products(eventTotals, eventTotals, false),
    nonEventsOnly: products(nonEventTotals, nonEventTotals, false),
    bothEvents: products(eventTotals, eventTotals, true),
    bothNonEvents: products(nonEventTotals, nonEventTotals, true),
    bothProducts: products(eventTotals, nonEventTotals, true),
  };
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
