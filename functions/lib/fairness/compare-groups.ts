import type { AurocEstimate } from '#lib/validation/auroc.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { normalCdf, normalMultiplier } from '#lib/validation/normal.ts';
import { aurocDifferenceInterval, aurocDifferencePValue } from './auroc-gap.ts';
import { detectableDifference, detectableShift } from './detectable.ts';
import type { Counts } from './effective-counts.ts';
import { fisherTwoSided } from './fisher.ts';
import type { Gap, Margins } from './gap.ts';
import type { GroupFigures, Rate } from './group-figures.ts';
import { differenceInterval, differencePValue } from './score-difference.ts';
import { ratioInterval } from './score-ratio.ts';

const LEVEL = 0.95;

type Named = Pick<Gap, 'metric' | 'threshold' | 'group' | 'reference' | 'groupFigure' | 'referenceFigure' | 'margin'>;

/** All gaps between a group and the reference: rates at each threshold, ranking, calibration. */
export function gapsBetween(group: GroupFigures, reference: GroupFigures, margins: Margins): Gap[] {
  const names = { group: group.group, reference: reference.group };
  return [
    ...group.rates.map((rate, place) => rateGap(rate, reference.rates[place], names, margins.rate)),
    aurocGap(group, reference, names, margins.auroc),
    calibrationGap(group, reference, names, margins.observedExpectedRatio),
  ];
}

type Names = Pick<Gap, 'group' | 'reference'>;

/** Difference and ratio of two shares by Miettinen and Nurminen's score intervals, at effective sizes where people have several rows. */
function rateGap(one: Rate, two: Rate, names: Names, margin: number): Gap {
  const { metric, threshold } = one;
  const named = { metric, threshold, ...names, groupFigure: one.figure, referenceFigure: two.figure, margin };
  if (isCannotTell(one.figure) || isCannotTell(two.figure)) return untold(named);
  const [first, second] = [one.counts.effective, two.counts.effective];
  const [share, other] = [one.counts.successes / one.counts.rows, two.counts.successes / two.counts.rows];
  const pooled = counted(one.figure, two.figure);
  const how =
    'clusters' in pooled ? 'Miettinen-Nurminen score interval at effective sizes' : 'Miettinen-Nurminen score interval';
  const ratio = ratioInterval(first, second, LEVEL);
  return {
    ...named,
    difference: {
      ...{ estimate: share - other, ...differenceInterval(first, second, LEVEL), level: LEVEL },
      ...{ method: `difference of shares, ${how}`, ...pooled },
    },
    ratio:
      ratio === undefined
        ? { cannotTell: `the share of the reference group ${names.reference} is 0`, n: pooled.n, events: pooled.events }
        : { estimate: share / other, ...ratio, level: LEVEL, method: `ratio of shares, ${how}`, ...pooled },
    pValue: differenceTest(first, second),
    equivalencePValue: twoOneSided((at) => differencePValue(first, second, at), share - other, margin),
    detectable: (alpha) => detectableDifference({ n: first.n, referenceN: second.n, share: other, alpha }),
  };
}

/** Below this many expected in any cell of the fourfold table, the normal approximation claims too much. */
const FEWEST_EXPECTED = 20;

/** p of no difference: by the score statistic, where counts are few by Fisher's exact test (effective counts in whole trials). */
export function differenceTest(first: Counts, second: Counts): number {
  const pooled = (first.successes + second.successes) / (first.n + second.n);
  const fewest = Math.min(pooled, 1 - pooled) * Math.min(first.n, second.n);
  if (fewest >= FEWEST_EXPECTED) return differencePValue(first, second);
  const whole = ({ successes, n }: Counts) => ({ successes: Math.round(successes), n: Math.round(n) });
  return fisherTwoSided(whole(first), whole(second));
}

function aurocGap(one: GroupFigures, two: GroupFigures, names: Names, margin: number): Gap {
  const [groupFigure, referenceFigure] = [one.auroc, two.auroc];
  const named: Named = { metric: 'auroc', threshold: null, ...names, groupFigure, referenceFigure, margin };
  if (isCannotTell(groupFigure) || isCannotTell(referenceFigure)) return untold(named);
  const interval = aurocDifferenceInterval(groupFigure, referenceFigure, LEVEL);
  const estimate = groupFigure.estimate - referenceFigure.estimate;
  const pooled = counted(groupFigure, referenceFigure);
  const test = (at: number) => aurocDifferencePValue(groupFigure, referenceFigure, at);
  const standardError = Math.hypot(errorOf(groupFigure), errorOf(referenceFigure));
  const method = 'difference of AUROC of different people, MOVER of their score intervals';
  return {
    ...named,
    difference: { estimate, ...interval, level: LEVEL, method, ...pooled },
    ratio: { cannotTell: 'AUROC are compared by their difference', n: pooled.n, events: pooled.events },
    pValue: test(0),
    equivalencePValue: twoOneSided(test, estimate, margin),
    detectable: (alpha) => withinUnit(detectableShift(standardError, alpha)),
  };
}

/** Standard error as the interval has it, half its width by the normal quantile: it is there also where all pairs are ordered alike. */
const errorOf = ({ lower, upper, level }: AurocEstimate): number => (upper - lower) / (2 * normalMultiplier(level));

const withinUnit = (gap: number): number | null => (gap < 1 ? gap : null);

/** Ratio of O:E on the log scale, difference of intercepts on the logit scale, Wald from the standard errors of both. */
function calibrationGap(one: GroupFigures, two: GroupFigures, names: Names, margin: number): Gap {
  const [groupFigure, referenceFigure] = [one.observedExpected, two.observedExpected];
  const named: Named = { metric: 'calibration', threshold: null, ...names, groupFigure, referenceFigure, margin };
  if (isCannotTell(groupFigure) || isCannotTell(referenceFigure)) return untold(named);
  const pooled = counted(groupFigure, referenceFigure);
  const shift = Math.log(groupFigure.estimate / referenceFigure.estimate);
  const logWidth = ({ lower, upper }: Estimate): number => Math.log(upper / lower);
  const error = Math.hypot(logWidth(groupFigure), logWidth(referenceFigure)) / (2 * normalMultiplier(LEVEL));
  const half = normalMultiplier(LEVEL) * error;
  const test = (at: number) => 2 * normalCdf(-Math.abs(shift - at) / error);
  return {
    ...named,
    difference: interceptDifference(one.intercept, two.intercept, names),
    ratio: {
      ...{ estimate: Math.exp(shift), lower: Math.exp(shift - half), upper: Math.exp(shift + half), level: LEVEL },
      ...{ method: 'ratio of observed : expected, Wald interval on the log scale', ...pooled },
    },
    pValue: test(0),
    equivalencePValue: twoOneSided(test, shift, Math.log(margin)),
    detectable: (alpha) => Math.exp(detectableShift(error, alpha)),
  };
}

function interceptDifference(
  one: Estimate | CannotTell,
  two: Estimate | CannotTell,
  names: Names,
): Estimate | CannotTell {
  if (isCannotTell(one) || isCannotTell(two)) return noAnswer(one, two, names);
  const estimate = one.estimate - two.estimate;
  const half = Math.hypot(one.upper - one.lower, two.upper - two.lower) / 2;
  const method = 'difference of calibration intercepts, Wald interval';
  return { estimate, lower: estimate - half, upper: estimate + half, level: LEVEL, method, ...counted(one, two) };
}

/** p of the two one-sided tests of −margin and +margin: the larger of the two. */
export function twoOneSided(pValueAt: (gap: number) => number, seen: number, margin: number): number {
  const above = seen > -margin ? pValueAt(-margin) / 2 : 1 - pValueAt(-margin) / 2;
  const below = seen < margin ? pValueAt(margin) / 2 : 1 - pValueAt(margin) / 2;
  return Math.max(above, below);
}

/** Why two figures cannot be compared: the group's reason, else that of the reference. */
function noAnswer(one: Estimate | CannotTell, two: Estimate | CannotTell, { group, reference }: Names): CannotTell {
  const counts = { n: one.n + two.n, events: one.events + two.events };
  if (isCannotTell(one)) return { cannotTell: `${group}: ${one.cannotTell}`, ...counts };
  return { cannotTell: `${reference}: ${isCannotTell(two) ? two.cannotTell : 'no figure'}`, ...counts };
}

function untold(named: Named): Gap {
  const answer = noAnswer(named.groupFigure, named.referenceFigure, named);
  return { ...named, difference: answer, ratio: answer, pValue: null, equivalencePValue: null, detectable: () => null };
}

/** Rows, events and people behind both. */
function counted(one: Estimate, two: Estimate): { n: number; events: number; clusters?: number } {
  const clusters =
    one.clusters === undefined && two.clusters === undefined
      ? {}
      : { clusters: (one.clusters ?? one.n) + (two.clusters ?? two.n) };
  return { n: one.n + two.n, events: one.events + two.events, ...clusters };
}
