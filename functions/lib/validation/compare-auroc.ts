import { type AurocOptions, checkedMinimum, rowCounts, tooFew } from './auroc.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { normalCdf, normalMultiplier } from './normal.ts';
import { placementVariance } from './placement-variance.ts';
import { placements } from './placements.ts';
import type { Predictions } from './predictions.ts';

/** First AUROC minus second. */
export interface AurocDifference extends Estimate {
  readonly first: number;
  readonly second: number;
  readonly standardError: number;
  readonly z: number;
  /** Two-sided. */
  readonly pValue: number;
}

/** More than a single AUROC needs, because this test is left on the normal quantile, as published. */
const MINIMUM_PER_CLASS = 10;

/** Said of two scores that are the same to an AUROC. */
export const PLACED_ALIKE = 'the two scores place every study alike, so that their difference has no variance';

/**
 * Paired DeLong test (doi 10.2307/2531595) of two scores for the same rows: difference, Wald interval, z and two-sided p.
 * With clusters the variance is Obuchowski's (doi 10.2307/2533958), applied to the differences of placements.
 */
export function compareAuroc(
  first: Predictions,
  secondScores: Float64Array,
  options: AurocOptions = {},
): AurocDifference | CannotTell {
  const level = checkedLevel(options.level);
  const one = placements(first);
  const two = placements({ ...first, scores: secondScores });
  const refusal = tooFew(one, checkedMinimum(options.minimumPerClass ?? MINIMUM_PER_CLASS));
  if (refusal) return refusal;
  const estimate = one.auroc - two.auroc;
  const { variance } = placementVariance({
    ...one,
    auroc: estimate,
    ofEvents: one.ofEvents.map((value, index) => value - two.ofEvents[index]),
    ofNonEvents: one.ofNonEvents.map((value, index) => value - two.ofNonEvents[index]),
  });
  const counts = rowCounts(one);
  if (!(variance > 0)) {
    const cannotTell =
      estimate === 0 ? PLACED_ALIKE : 'every study is placed apart by as much, so that the difference has no variance';
    return { cannotTell, n: counts.n, events: counts.events };
  }
  const standardError = Math.sqrt(variance);
  const half = normalMultiplier(level) * standardError;
  const z = estimate / standardError;
  const clustered = counts.clusters === undefined ? '' : ', Obuchowski clustered variance';
  return {
    estimate,
    lower: estimate - half,
    upper: estimate + half,
    level,
    method: `difference of AUROC, paired DeLong${clustered}, Wald interval`,
    ...counts,
    first: one.auroc,
    second: two.auroc,
    standardError,
    z,
    pValue: 2 * normalCdf(-Math.abs(z)),
  };
}
