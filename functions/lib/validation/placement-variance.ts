import { clusterTotals, countClusters } from './cluster-totals.ts';
import type { Placements } from './placements.ts';
import { sum } from './sum.ts';

/**
 * Variance of an AUROC, or of a difference of two given the differences of their placements.
 * Without clusters DeLong's (doi 10.2307/2531595); with clusters Obuchowski's (doi 10.2307/2533958), in which rows of one
 * cluster, of the same class or of both, may depend on each other. The two agree when every cluster has one row.
 */
export function placementVariance(placements: Placements): number {
  const { auroc, ofEvents, ofNonEvents, eventClusters, nonEventClusters } = placements;
  const fromEvents = ofEvents.map((value) => value - auroc);
  const fromNonEvents = ofNonEvents.map((value) => value - auroc);
  if (eventClusters === undefined || nonEventClusters === undefined) {
    return meanVariance(fromEvents) + meanVariance(fromNonEvents);
  }
  return clusteredVariance(fromEvents, fromNonEvents, eventClusters, nonEventClusters);
}

/** Variance of the mean of values that are centred on 0. */
function meanVariance(centred: Float64Array): number {
  return sum(centred.map((value) => value * value)) / (centred.length * (centred.length - 1));
}

function clusteredVariance(
  fromEvents: Float64Array,
  fromNonEvents: Float64Array,
  eventClusters: Int32Array,
  nonEventClusters: Int32Array,
): number {
  const events = fromEvents.length;
  const nonEvents = fromNonEvents.length;
  const clusters = new Int32Array(events + nonEvents);
  clusters.set(eventClusters);
  clusters.set(nonEventClusters, events);
  const ofEvents = new Float64Array(events + nonEvents);
  const ofNonEvents = new Float64Array(events + nonEvents);
  ofEvents.set(fromEvents);
  ofNonEvents.set(fromNonEvents, events);
  const [eventTotals, nonEventTotals] = clusterTotals(clusters, [ofEvents, ofNonEvents]);
  const products = (a: Float64Array, b: Float64Array): number => sum(a.map((value, index) => value * b[index]));
  const correction = (count: number): number => count / (count - 1);
  return (
    (correction(countClusters(eventClusters)) * products(eventTotals, eventTotals)) / (events * events) +
    (correction(countClusters(nonEventClusters)) * products(nonEventTotals, nonEventTotals)) / (nonEvents * nonEvents) +
    (2 * correction(eventTotals.length) * products(eventTotals, nonEventTotals)) / (events * nonEvents)
  );
}
