import { clopperPearson } from './clopper-pearson.ts';
import { numberClusters } from './cluster-totals.ts';
import { people } from './counted.ts';
import type { CannotTell, Estimate } from './estimate.ts';
import { type ProportionOptions, proportion } from './proportion.ts';
import { sum } from './sum.ts';
import { wilson } from './wilson.ts';

/**
 * A proportion over rows of which several may belong to one cluster (subject): Wilson's interval at the effective sample
 * size n / D, with D the design effect of the ratio estimator (Rao and Scott, doi 10.2307/2532311), never below 1.
 * At 0 or n the exact interval with one row per cluster counted. With single-row clusters it is the plain proportion.
 */
export function clusteredProportion(
  outcomes: Uint8Array,
  clusters: Int32Array | undefined,
  options: ProportionOptions = {},
): Estimate | CannotTell {
  const n = outcomes.length;
  const events = sum(outcomes);
  if (clusters === undefined || n === 0) return proportion(events, n, options);
  return proportionOfClusters(clusteredCounts(outcomes, clusters), options);
}

/** The sums over clusters that a proportion needs. */
export function clusteredCounts(outcomes: Uint8Array, clusters: Int32Array): ClusteredCounts {
  const { places, count } = numberClusters(clusters);
  const [totals, sizes] = [new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < places.length; row++) {
    totals[places[row]] += outcomes[row];
    sizes[places[row]]++;
  }
  let [events, ofEvents, ofBoth, ofSizes] = [0, 0, 0, 0];
  for (let cluster = 0; cluster < count; cluster++) {
    events += totals[cluster];
    ofEvents += totals[cluster] * totals[cluster];
    ofBoth += totals[cluster] * sizes[cluster];
    ofSizes += sizes[cluster] * sizes[cluster];
  }
  return { events, n: outcomes.length, clusters: count, ofEvents, ofBoth, ofSizes };
}

/** Counts of a proportion, and sums over its clusters; all are whole numbers, so that no digit is lost in them. */
export interface ClusteredCounts {
  readonly events: number;
  readonly n: number;
  readonly clusters: number;
  /** Σ events², Σ events · rows and Σ rows² of the clusters. */
  readonly ofEvents: number;
  readonly ofBoth: number;
  readonly ofSizes: number;
}

/** The same from sums over the clusters. */
export function proportionOfClusters(counts: ClusteredCounts, options: ProportionOptions = {}): Estimate | CannotTell {
  const { events, n, clusters: count } = counts;
  const plain = proportion(events, n, options);
  if ('cannotTell' in plain) return plain;
  if (count === n) return { ...plain, clusters: count };
  if (count < Math.max(2, options.minimumRows ?? 1)) {
    return { cannotTell: `the studies come from only ${people(count)}`, n, events };
  }
  const { level, estimate } = plain;
  const exact = events === 0 || events === n;
  const effective = effectiveRows(counts);
  const interval = exact
    ? clopperPearson(events === 0 ? 0 : count, count, level)
    : wilson(estimate * effective, effective, level);
  const method = exact
    ? 'proportion, exact Clopper-Pearson interval counting each person once'
    : 'proportion, Wilson interval at the Rao-Scott effective sample size';
  return { estimate, ...interval, level, method, n, events, clusters: count };
}

/** How many independent rows would be as uncertain: one per cluster at 0 and at n. */
export function effectiveRows(counts: ClusteredCounts): number {
  const { events, n, clusters } = counts;
  return events === 0 || events === n ? clusters : n / designEffect(counts);
}

function designEffect({ events, n, clusters, ofEvents, ofBoth, ofSizes }: ClusteredCounts): number {
  const share = events / n;
  const squares = ofEvents - 2 * share * ofBoth + share * share * ofSizes;
  const variance = ((clusters / (clusters - 1)) * squares) / (n * n);
  return Math.max(1, variance / ((share * (1 - share)) / n));
}
