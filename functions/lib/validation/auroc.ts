import { countClusters } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { normalMultiplier } from './normal.ts';
import { placementVariance } from './placement-variance.ts';
import { type Placements, placements } from './placements.ts';
import type { Predictions } from './predictions.ts';

export interface AurocOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest events and fewest non-events (in subjects, where clusters are given) that get an answer. @default 10 */
  readonly minimumPerClass?: number;
}

export interface AurocEstimate extends Estimate {
  /** Standard error of the AUROC itself; absent where every pair is ordered alike and only the exact bound is left. */
  readonly standardError?: number;
  /** DeLong's Wald interval, clipped to 0 … 1 as pROC prints it. Covers too rarely near 1: for comparison only. */
  readonly wald?: { readonly lower: number; readonly upper: number };
}

/**
 * Area under the ROC curve with ties counting half (Mann-Whitney), DeLong's variance (doi 10.2307/2531595), or
 * Obuchowski's (doi 10.2307/2533958) where clusters are given, and the Wald interval on the logit scale (Pepe 2003,
 * The Statistical Evaluation of Medical Tests, section 5.2.5).
 *
 * An AUROC of exactly 0 or 1 has no variance estimate. Its interval then rests on k disjoint (event, non-event) pairs of
 * different subjects, k as large as it can be: they are independent and all k came out alike, so the Clopper-Pearson
 * bound (α/2)^(1/k) holds whatever the distributions.
 */
export function auroc(predictions: Predictions, options: AurocOptions = {}): AurocEstimate | CannotTell {
  const level = checkedLevel(options.level);
  const parts = placements(predictions);
  const refusal = tooFew(parts, checkedMinimum(options.minimumPerClass));
  if (refusal) return refusal;
  const counts = rowCounts(parts);
  const estimate = parts.auroc;
  if (estimate === 0 || estimate === 1) return { ...separated(parts, level), level, ...counts };
  const variance = placementVariance(parts);
  if (!(variance > 0)) return { ...counted(parts), cannotTell: 'the scores vary too little to estimate a variance' };
  const standardError = Math.sqrt(variance);
  const z = normalMultiplier(level);
  const logit = Math.log(estimate / (1 - estimate));
  const half = (z * standardError) / (estimate * (1 - estimate));
  return {
    estimate,
    lower: expit(logit - half),
    upper: expit(logit + half),
    level,
    method: `AUROC, ${counts.clusters === undefined ? 'DeLong' : 'Obuchowski clustered'} variance, logit interval`,
    ...counts,
    standardError,
    wald: { lower: Math.max(0, estimate - z * standardError), upper: Math.min(1, estimate + z * standardError) },
  };
}

/** Why an AUROC of these placements cannot be told, or nothing: one class absent or below the minimum. */
export function tooFew(parts: Placements, minimumPerClass: number): CannotTell | undefined {
  const subjects = (rows: Float64Array, clusters?: Int32Array): number =>
    clusters === undefined ? rows.length : countClusters(clusters);
  const events = subjects(parts.ofEvents, parts.eventClusters);
  const nonEvents = subjects(parts.ofNonEvents, parts.nonEventClusters);
  if (events >= minimumPerClass && nonEvents >= minimumPerClass) return undefined;
  const who = parts.eventClusters === undefined ? 'rows' : 'subjects';
  const cannotTell = `${events} ${who} with and ${nonEvents} without the event: at least ${minimumPerClass} of each are needed`;
  return { cannotTell, ...counted(parts) };
}

/** The fewest rows per class asked for, checked: at least 2, because a variance needs two. */
export function checkedMinimum(minimumPerClass: number = 10): number {
  if (!Number.isInteger(minimumPerClass) || minimumPerClass < 2) {
    throw new RangeError(`minimum per class: found ${minimumPerClass}, allowed: a whole number from 2`);
  }
  return minimumPerClass;
}

function counted(parts: Placements): { n: number; events: number } {
  return { n: parts.ofEvents.length + parts.ofNonEvents.length, events: parts.ofEvents.length };
}

/** Rows, events and, where clusters are given, subjects behind the placements. */
export function rowCounts(parts: Placements): { n: number; events: number; clusters?: number } {
  const { eventClusters, nonEventClusters } = parts;
  if (eventClusters === undefined || nonEventClusters === undefined) return counted(parts);
  return { ...counted(parts), clusters: new Set(eventClusters).union(new Set(nonEventClusters)).size };
}

function separated(
  parts: Placements,
  level: number,
): { estimate: number; lower: number; upper: number; method: string } {
  const pairs = disjointPairs(parts);
  const bound = ((1 - level) / 2) ** (1 / pairs);
  const estimate = parts.auroc;
  return {
    estimate,
    lower: estimate === 1 ? bound : 0,
    upper: estimate === 1 ? 1 : 1 - bound,
    method: `AUROC, exact Clopper-Pearson interval over ${pairs} disjoint pairs, all ordered alike`,
  };
}

/** Most (event, non-event) pairs that can be formed with no row, and no subject, in two of them. */
function disjointPairs({ ofEvents, ofNonEvents, eventClusters, nonEventClusters }: Placements): number {
  if (eventClusters === undefined || nonEventClusters === undefined)
    return Math.min(ofEvents.length, ofNonEvents.length);
  const withEvents = new Set(eventClusters);
  const withNonEvents = new Set(nonEventClusters);
  return Math.min(withEvents.size, withNonEvents.size, Math.floor(withEvents.union(withNonEvents).size / 2));
}

function expit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
