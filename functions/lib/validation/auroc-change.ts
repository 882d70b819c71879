import { type AurocOptions, checkedMinimum, rowCounts, tooFew } from './auroc.ts';
import { incompleteBeta } from './beta.ts';
import { countClusters } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { placementVariance } from './placement-variance.ts';
import { type Placements, placements } from './placements.ts';
import type { Predictions } from './predictions.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

/** After less before. */
export interface AurocChange extends Estimate {
  readonly standardError: number;
  /** Two-sided, from the same error as the interval. */
  readonly pValue: number;
}

/** As the paired test of two models has it. */
const MINIMUM_PER_CLASS = 10;

/**
 * Change of the AUROC when the scores of the same rows become others. The variance is that of the paired DeLong test (doi
 * 10.2307/2531595; with clusters Obuchowski's, doi 10.2307/2533958). Where few rows move, as under a slight disturbance or near an AUROC
 * of 1, its Wald interval covers too rarely (88 to 92 %, docs/statistics.md). So one pseudo-subject per class is added, as to the
 * interval of a single AUROC, with the largest square that a placement can have whose mean absolute change is the one seen; Student's t
 * with Satterthwaite's degrees of freedom. Without any change of a placement there is no interval.
 */
export function aurocChange(
  before: Predictions,
  after: Float64Array,
  options: AurocOptions = {},
): AurocChange | CannotTell {
  const level = checkedLevel(options.level);
  const [one, two] = [placements(before), placements({ ...before, scores: after })];
  const refusal = tooFew(one, checkedMinimum(options.minimumPerClass ?? MINIMUM_PER_CLASS));
  if (refusal) return refusal;
  const counts = rowCounts(one);
  const moved = differenceOf(two, one);
  const { variance, degreesOfFreedom } = placementVariance(moved);
  if (!(variance > 0)) {
    const cannotTell = 'every study stands where it stood among the others, so that the change has no variance';
    return { cannotTell, n: counts.n, events: counts.events };
  }
  const estimate = moved.auroc;
  const standardError = Math.sqrt(variance + ofPseudoSubjects(moved));
  const half = studentTMultiplier(level, degreesOfFreedom) * standardError;
  const clustered = counts.clusters === undefined ? 'paired DeLong' : 'Obuchowski clustered';
  return {
    estimate,
    lower: Math.max(-1, estimate - half),
    upper: Math.min(1, estimate + half),
    level,
    method: `change of AUROC, ${clustered} variance with one pseudo-subject per class, Student's t`,
    ...counts,
    standardError,
    pValue: incompleteBeta(
      degreesOfFreedom / (degreesOfFreedom + (estimate / standardError) ** 2),
      degreesOfFreedom / 2,
      0.5,
    ),
  };
}

function differenceOf(two: Placements, one: Placements): Placements {
  const less = (first: Float64Array, second: Float64Array) => first.map((value, row) => value - second[row]);
  return {
    ...one,
    auroc: two.auroc - one.auroc,
    ofEvents: less(two.ofEvents, one.ofEvents),
    ofNonEvents: less(two.ofNonEvents, one.ofNonEvents),
  };
}

function ofPseudoSubjects({ ofEvents, ofNonEvents, eventClusters, nonEventClusters }: Placements): number {
  const largest = Math.max(meanSize(ofEvents), meanSize(ofNonEvents));
  const subjects = (rows: Float64Array, clusters?: Int32Array): number =>
    clusters === undefined ? rows.length : countClusters(clusters);
  return largest / subjects(ofEvents, eventClusters) ** 2 + largest / subjects(ofNonEvents, nonEventClusters) ** 2;
}

const meanSize = (values: Float64Array): number => sum(values.map(Math.abs)) / values.length;
