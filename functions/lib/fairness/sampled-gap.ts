import { type Limits, moverDifference } from '#lib/validation/correlated-shares.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { errorOfInfluence, logitInterval } from '#lib/validation/influence-variance.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { invertedPValue } from './auroc-gap.ts';
import { twoOneSided } from './compare-groups.ts';

/** A figure of a group, with what each of its rows adds to it. */
export interface SampledFigure {
  readonly figure: Estimate | CannotTell;
  /** On the figure's own scale; they sum to 0. */
  readonly influence: Float64Array;
  /** Whose rows these are, numbered alike in every group; undefined where each is another person's. */
  readonly clusters?: Int32Array | undefined;
  /** Its own interval at any level, where that is better than one on the logit scale. */
  readonly limitsAt?: ((level: number) => { readonly lower: number; readonly upper: number }) | undefined;
}

/** How two groups are held against each other: by a difference, by a ratio, or by a difference of figures between 0 and 1. */
export type GapScale = 'difference' | 'ratio' | 'bounded';

/** One group against another, before the number of comparisons is known. */
export interface SampledGap {
  /** First minus second, or first by second. */
  readonly gap: Estimate | CannotTell;
  /** Two-sided, of no gap; null where it cannot be told. */
  readonly pValue: number | null;
  /** Two one-sided tests of a gap as large as the margin; null without one. */
  readonly equivalencePValue: number | null;
  /** Smallest gap found with 80 % power at this two-sided level; null where none would be. */
  readonly detectable: (alpha: number) => number | null;
}

export const LEVEL = 0.95;
/** Level of the two-sided interval whose upper end is the 80 % quantile. */
const POWER_LEVEL = 0.6;

/**
 * Gap of two figures that each row adds to. `difference` and `ratio` (on the logarithms): Welch's t (doi 10.1093/biomet/34.1-2.28) on the
 * variances over people. `bounded`, for figures between 0 and 1: the interval recovered from both on the logit scale (MOVER, doi
 * 10.1002/sim.3095), or from the figures' own intervals, p by inverting it. People with rows in both groups: their covariance is taken
 * off, with the degrees of freedom of the smaller group, as in a paired test.
 */
export function sampledGap(
  first: SampledFigure,
  second: SampledFigure,
  scale: GapScale,
  margin: number | null,
): SampledGap {
  const refusal = refusalOf(first.figure, second.figure);
  if (refusal !== undefined) return untold(refusal);
  const [one, two] = [first.figure as Estimate, second.figure as Estimate];
  const spread = spreadOf(first, second);
  if (spread.one.degreesOfFreedom < 1 || spread.two.degreesOfFreedom < 1)
    return untold({ cannotTell: 'all studies of a group are of one person', ...counted(one, two) });
  if (!(spread.one.standardError > 0 && spread.two.standardError > 0))
    return untold({ cannotTell: 'a figure has no variance', ...counted(one, two) });
  return scale === 'bounded'
    ? boundedGap([first, one], [second, two], spread, margin)
    : welchGap(one, two, spread, { scale, margin });
}

interface Spread {
  readonly one: ReturnType<typeof errorOfInfluence>;
  readonly two: ReturnType<typeof errorOfInfluence>;
  readonly correlation: number;
  /** People with rows in both groups. */
  readonly shared: number;
}

export function spreadOf(first: SampledFigure, second: SampledFigure): Spread {
  const one = errorOfInfluence(first.influence, first.clusters);
  const two = errorOfInfluence(second.influence, second.clusters);
  const { products, shared } = productsOfPeople(first, second);
  const factor = (freedom: number): number => Math.sqrt((freedom + 1) / freedom);
  const covariance = products * factor(one.degreesOfFreedom) * factor(two.degreesOfFreedom);
  const scale = one.standardError * two.standardError;
  return { one, two, shared, correlation: scale > 0 ? Math.min(1, Math.max(-1, covariance / scale)) : 0 };
}

/** Σ over people in both groups of the product of what they add to each. */
function productsOfPeople(first: SampledFigure, second: SampledFigure): { products: number; shared: number } {
  if (first.clusters === undefined || second.clusters === undefined) return { products: 0, shared: 0 };
  const own = totalsByPerson(first.influence, first.clusters);
  let [products, shared] = [0, 0];
  for (const [person, total] of totalsByPerson(second.influence, second.clusters)) {
    const other = own.get(person);
    if (other === undefined) continue;
    products += total * other;
    shared++;
  }
  return { products, shared };
}

function totalsByPerson(influence: Float64Array, clusters: Int32Array): Map<number, number> {
  const totals = new Map<number, number>();
  influence.forEach((value, row) => {
    totals.set(clusters[row], (totals.get(clusters[row]) ?? 0) + value);
  });
  return totals;
}

interface Welch {
  readonly scale: 'difference' | 'ratio';
  readonly margin: number | null;
}

function welchGap(one: Estimate, two: Estimate, { shared, correlation, ...of }: Spread, { scale, margin }: Welch) {
  const isRatio = scale === 'ratio';
  if (isRatio && !(one.estimate > 0 && two.estimate > 0))
    return untold({ cannotTell: 'a figure is 0, and a ratio has none', ...counted(one, two) });
  const value = ({ estimate }: Estimate): number => (isRatio ? Math.log(estimate) : estimate);
  const back = (number: number): number => (isRatio ? Math.exp(number) : number);
  const errors = [
    of.one.standardError / (isRatio ? one.estimate : 1),
    of.two.standardError / (isRatio ? two.estimate : 1),
  ];
  const variance = errors[0] ** 2 + errors[1] ** 2 - 2 * correlation * errors[0] * errors[1];
  // A gap that is the same in everybody leaves a rounding error.
  if (!(variance > 1e-12 * (errors[0] ** 2 + errors[1] ** 2)))
    return untold({ cannotTell: 'the figures of both groups go together without variance', ...counted(one, two) });
  const error = Math.sqrt(variance);
  const [f1, f2] = [of.one.degreesOfFreedom, of.two.degreesOfFreedom];
  const freedom = shared > 0 ? Math.min(f1, f2) : variance ** 2 / (errors[0] ** 4 / f1 + errors[1] ** 4 / f2);
  const seen = value(one) - value(two);
  const at = (level: number) => {
    const half = studentTMultiplier(level, freedom) * error;
    return { lower: seen - half, upper: seen + half };
  };
  const test = (gap: number): number => invertedPValue(at, seen, gap);
  const { lower, upper } = at(LEVEL);
  const limit = margin === null ? null : isRatio ? Math.log(margin) : margin;
  const tested = shared > 0 ? 'clustered covariance of people in both, t of the smaller group' : "Welch's t";
  return {
    gap: {
      ...{ estimate: back(seen), lower: back(lower), upper: back(upper), level: LEVEL },
      ...{ method: `${isRatio ? 'ratio of group figures' : 'difference of group figures'}, ${tested}` },
      ...counted(one, two),
    },
    pValue: test(0),
    equivalencePValue: limit === null ? null : twoOneSided(test, seen, limit),
    detectable: (alpha: number) => back(detectableByT(alpha, freedom) * error),
  };
}

/** How many standard errors a gap must have to be found with 80 % power. */
export const detectableByT = (alpha: number, freedom: number): number =>
  studentTMultiplier(1 - alpha, freedom) + studentTMultiplier(POWER_LEVEL, freedom);

function boundedGap(
  [ofOne, one]: readonly [SampledFigure, Estimate],
  [ofTwo, two]: readonly [SampledFigure, Estimate],
  { shared, correlation, ...of }: Spread,
  margin: number | null,
) {
  const limitsAt = (own: SampledFigure, { estimate }: Estimate, { standardError, degreesOfFreedom }: Spread['one']) => {
    const { limitsAt: given } = own;
    if (given !== undefined) return (level: number): Limits => ({ estimate, ...given(level) });
    return (level: number): Limits => ({
      estimate,
      ...logitInterval(estimate, standardError ** 2, studentTMultiplier(level, degreesOfFreedom)),
    });
  };
  const [first, second] = [limitsAt(ofOne, one, of.one), limitsAt(ofTwo, two, of.two)];
  const scale = ofOne.limitsAt === undefined ? 'logit intervals' : 'intervals';
  const at = (level: number): Limits => moverDifference(first(level), second(level), 1, correlation);
  const seen = one.estimate - two.estimate;
  const test = (gap: number): number => invertedPValue(at, seen, gap);
  const [e1, e2] = [of.one.standardError, of.two.standardError];
  const error = Math.sqrt(Math.max(0, e1 ** 2 + e2 ** 2 - 2 * correlation * e1 * e2));
  const freedom = Math.min(of.one.degreesOfFreedom, of.two.degreesOfFreedom);
  const both = shared > 0 ? ', with the correlation of people in both' : '';
  const reach = (alpha: number): number => detectableByT(alpha, freedom) * error;
  return {
    gap: {
      ...at(LEVEL),
      ...{ level: LEVEL, method: `difference of group figures, MOVER of their ${scale}${both}` },
      ...counted(one, two),
    },
    pValue: test(0),
    equivalencePValue: margin === null ? null : twoOneSided(test, seen, margin),
    detectable: (alpha: number) => (reach(alpha) < 1 ? reach(alpha) : null),
  };
}

export function refusalOf(one: Estimate | CannotTell, two: Estimate | CannotTell): CannotTell | undefined {
  const wanting = isCannotTell(one) ? one : isCannotTell(two) ? two : undefined;
  return wanting && { cannotTell: wanting.cannotTell, n: one.n + two.n, events: one.events + two.events };
}

export const untold = (gap: CannotTell): SampledGap => ({
  gap,
  pValue: null,
  equivalencePValue: null,
  detectable: () => null,
});

export const counted = (one: Estimate, two: Estimate) => ({ n: one.n + two.n, events: one.events + two.events });
