import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { type Limits, moverDifference } from '#lib/validation/correlated-shares.ts';
import type { Estimate } from '#lib/validation/estimate.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { invertedPValue } from './auroc-gap.ts';
import { differenceTest, twoOneSided } from './compare-groups.ts';
import { detectableDifference } from './detectable.ts';
import { effectiveCounts } from './effective-counts.ts';
import { FEWEST_PEOPLE } from './group-figures.ts';
import {
  counted,
  detectableByT,
  LEVEL,
  refusalOf,
  type SampledFigure,
  type SampledGap,
  spreadOf,
  untold,
} from './sampled-gap.ts';
import { differenceInterval, differencePValue } from './score-difference.ts';

/** A share of a group: its rows, 1 where they count. */
export interface SampledShare {
  readonly outcomes: Uint8Array;
  readonly clusters?: Int32Array | undefined;
}

/**
 * Gap of two shares, first minus second. Different people: Miettinen and Nurminen's score interval and test (doi 10.1002/sim.4780040211) at
 * effective sizes, Fisher's exact test where few are expected. People in both groups: MOVER of both Wilson intervals with the
 * correlation of the shares (Zou and Donner, doi 10.1002/sim.2779), p by inverting it.
 */
export function shareGap(first: SampledShare, second: SampledShare, margin: number | null): SampledGap {
  const figures = [first, second].map(({ outcomes, clusters }) =>
    clusteredProportion(outcomes, clusters, { minimumRows: FEWEST_PEOPLE }),
  );
  const refusal = refusalOf(figures[0], figures[1]);
  if (refusal !== undefined) return untold(refusal);
  const [one, two] = figures as [Estimate, Estimate];
  const spread = spreadOf(sampledShare(first, one), sampledShare(second, two));
  if (spread.shared > 0) return sharesOfSamePeople([first, second], [one, two], spread.correlation, margin);
  const [a, b] = [first, second].map(({ outcomes, clusters }) => effectiveCounts(outcomes, clusters).effective);
  const seen = one.estimate - two.estimate;
  return {
    gap: {
      ...{ estimate: seen, ...differenceInterval(a, b, LEVEL), level: LEVEL },
      ...{ method: 'difference of group shares, Miettinen-Nurminen score interval', ...counted(one, two) },
    },
    pValue: differenceTest(a, b),
    equivalencePValue: margin === null ? null : twoOneSided((gap) => differencePValue(a, b, gap), seen, margin),
    detectable: (alpha) => detectableDifference({ n: a.n, referenceN: b.n, share: two.estimate, alpha }),
  };
}

const sampledShare = ({ outcomes, clusters }: SampledShare, figure: Estimate): SampledFigure => ({
  figure,
  influence: Float64Array.from(outcomes, (outcome) => (outcome - figure.estimate) / outcomes.length),
  clusters,
});

function sharesOfSamePeople(
  shares: readonly [SampledShare, SampledShare],
  [one, two]: readonly [Estimate, Estimate],
  correlation: number,
  margin: number | null,
): SampledGap {
  const at = (level: number): Limits => {
    const [a, b] = shares.map(
      ({ outcomes, clusters }) => clusteredProportion(outcomes, clusters, { level }) as Estimate,
    );
    return moverDifference(a, b, 1, correlation);
  };
  const seen = one.estimate - two.estimate;
  const test = (gap: number): number => invertedPValue(at, seen, gap);
  const width = at(LEVEL);
  const error = (width.upper - width.lower) / (2 * studentTMultiplier(LEVEL, Number.POSITIVE_INFINITY));
  const reach = (alpha: number): number => detectableByT(alpha, Number.POSITIVE_INFINITY) * error;
  return {
    gap: {
      ...width,
      ...{ level: LEVEL, method: 'difference of group shares, MOVER with the correlation of people in both' },
      ...counted(one, two),
    },
    pValue: test(0),
    equivalencePValue: margin === null ? null : twoOneSided(test, seen, margin),
    detectable: (alpha) => (reach(alpha) < 1 ? reach(alpha) : null),
  };
}
