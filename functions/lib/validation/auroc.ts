import { countClusters } from './cluster-totals.ts';
import { people, studies } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { normalMultiplier } from './normal.ts';
import { type PlacementVariance, placementVariance } from './placement-variance.ts';
import { type Placements, placements } from './placements.ts';
import type { Predictions } from './predictions.ts';
import { studentTMultiplier } from './student-t.ts';
import { scoreInterval } from './wilson.ts';

export interface AurocOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest events and fewest non-events (in subjects, where clusters are given) that get an answer. @default 5, for a comparison 10 */
  readonly minimumPerClass?: number;
}

export interface AurocEstimate extends Estimate {
  /** Standard error of the AUROC itself; absent where every pair is ordered alike and only the exact bound is left. */
  readonly standardError?: number;
  /** Degrees of freedom of the t quantile behind `lower` and `upper`; absent where the standard error is. */
  readonly degreesOfFreedom?: number;
  /** DeLong's Wald interval, clipped to 0 … 1 as pROC prints it. Covers too rarely near 1: for comparison only. */
  readonly wald?: { readonly lower: number; readonly upper: number };
}

/** Fewest events and non-events that get an interval: the smallest for which `bench/coverage.ts` finds at least 93 % coverage. */
const MINIMUM_PER_CLASS = 5;

/**
 * Area under the ROC curve with ties counting half (Mann-Whitney), with DeLong's variance (doi 10.2307/2531595), or
 * Obuchowski's (doi 10.2307/2533958) where clusters are given.
 *
 * Interval: Wilson's score interval at the effective sample size AUROC (1 − AUROC) / variance (Mee,
 * doi 10.1080/01621459.1990.10474942), with Student's t for the normal quantile. Its degrees of freedom are
 * Satterthwaite's, as Brunner and Munzel take them (see `placementVariance`). One pseudo-subject per class with the largest
 * variance that a placement can have, AUROC (1 − AUROC), joins the variance: where a class is small, its few placements
 * often lie close together by chance and would claim a certainty that they do not have.
 *
 * An AUROC of exactly 0 or 1 has no variance estimate. Its interval then rests on k disjoint (event, non-event) pairs of
 * different subjects, k as large as it can be: they are independent and all k came out alike, so the Clopper-Pearson
 * bound (α/2)^(1/k) holds whatever the distributions. For independent rows no narrower bound does: k is the size of the
 * smaller class, and if a share 1 − θ of that class lies beyond all of the other, the scores still separate with chance θ^k.
 */
export function auroc(predictions: Predictions, options: AurocOptions = {}): AurocEstimate | CannotTell {
  const parts = placements(predictions);
  const { events: withEvents, nonEvents: withNonEvents } = subjectsPerClass(parts);
  const summary = { auroc: parts.auroc, ...rowCounts(parts), withEvents, withNonEvents };
  return aurocOf(summary, () => placementVariance(parts), options);
}

/** An AUROC and whom it rests on. */
export interface AurocSummary {
  readonly auroc: number;
  readonly n: number;
  readonly events: number;
  /** Subjects, where rows of one subject may depend on each other. */
  readonly clusters?: number;
  /** Subjects that have rows of each class; without `clusters` the rows themselves. */
  readonly withEvents: number;
  readonly withNonEvents: number;
}

/** The estimate with its interval, as `auroc` makes it, from sums over the rows. */
export function aurocOf(
  summary: AurocSummary,
  varianceOf: () => PlacementVariance,
  options: AurocOptions = {},
): AurocEstimate | CannotTell {
  const level = checkedLevel(options.level);
  const refusal = tooFewOf(summary, checkedMinimum(options.minimumPerClass ?? MINIMUM_PER_CLASS));
  if (refusal) return refusal;
  const { auroc: estimate, n, events, clusters } = summary;
  const counts = { n, events, ...(clusters !== undefined && { clusters }) };
  if (estimate === 0 || estimate === 1) return { ...separated(summary, level), level, ...counts };
  const { variance, degreesOfFreedom, uncorrected } = varianceOf();
  if (!(variance > 0)) return { n, events, cannotTell: 'the scores vary too little to estimate a variance' };
  const standardError = Math.sqrt(variance);
  const z = normalMultiplier(level);
  return {
    estimate,
    ...scoreInterval(estimate, effectiveSize(summary, uncorrected), studentTMultiplier(level, degreesOfFreedom)),
    level,
    method: `AUROC, ${clusters === undefined ? 'DeLong' : 'Obuchowski clustered'} variance, Mee score interval with Student's t and one pseudo-subject per class`,
    ...counts,
    standardError,
    degreesOfFreedom,
    wald: { lower: Math.max(0, estimate - z * standardError), upper: Math.min(1, estimate + z * standardError) },
  };
}

/** How many yes-or-no trials would be as uncertain as this AUROC, one pseudo-subject per class included. */
function effectiveSize({ auroc: area, withEvents, withNonEvents }: AurocSummary, uncorrected: number): number {
  const largest = area * (1 - area);
  return largest / (uncorrected + largest / withEvents ** 2 + largest / withNonEvents ** 2);
}

/** Rows of each class, or subjects that have rows of it where clusters are given. */
function subjectsPerClass({ ofEvents, ofNonEvents, eventClusters, nonEventClusters }: Placements) {
  const subjects = (rows: Float64Array, clusters?: Int32Array): number =>
    clusters === undefined ? rows.length : countClusters(clusters);
  return { events: subjects(ofEvents, eventClusters), nonEvents: subjects(ofNonEvents, nonEventClusters) };
}

/** Why an AUROC of these placements cannot be told, or nothing: one class absent or below the minimum. */
export function tooFew(parts: Placements, minimumPerClass: number): CannotTell | undefined {
  const { events: withEvents, nonEvents: withNonEvents } = subjectsPerClass(parts);
  return tooFewOf({ ...rowCounts(parts), withEvents, withNonEvents }, minimumPerClass);
}

/** The same from counts. */
export function tooFewOf(
  { n, events, clusters, withEvents, withNonEvents }: Omit<AurocSummary, 'auroc'>,
  minimumPerClass: number,
): CannotTell | undefined {
  if (withEvents >= minimumPerClass && withNonEvents >= minimumPerClass) return undefined;
  const cannotTell = `${clusters === undefined ? studies(withEvents) : people(withEvents)} with and ${withNonEvents} without the outcome: at least ${minimumPerClass} of each are needed`;
  return { cannotTell, n, events };
}

/** The fewest subjects per class asked for, checked: at least 2, because a variance needs two. */
export function checkedMinimum(minimumPerClass: number): number {
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
  const clusters = new Int32Array(eventClusters.length + nonEventClusters.length);
  clusters.set(eventClusters);
  clusters.set(nonEventClusters, eventClusters.length);
  return { ...counted(parts), clusters: countClusters(clusters) };
}

function separated(
  summary: AurocSummary,
  level: number,
): { estimate: number; lower: number; upper: number; method: string } {
  const pairs = disjointPairs(summary);
  const bound = ((1 - level) / 2) ** (1 / pairs);
  const estimate = summary.auroc;
  return {
    estimate,
    lower: estimate === 1 ? bound : 0,
    upper: estimate === 1 ? 1 : 1 - bound,
    method: `AUROC, exact Clopper-Pearson interval over ${pairs} disjoint pairs, all ordered alike`,
  };
}

/** Most (event, non-event) pairs that can be formed with no row, and no subject, in two of them. */
function disjointPairs({ withEvents, withNonEvents, clusters = Infinity }: AurocSummary): number {
  return Math.min(withEvents, withNonEvents, Math.floor(clusters / 2));
}
