import type { AurocEstimate } from '#lib/validation/auroc.ts';
import { moverDifference } from '#lib/validation/correlated-shares.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { scoreInterval } from '#lib/validation/wilson.ts';

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Interval of a difference of two AUROC of different people, first minus second, from their own intervals (Newcombe's and
 * Zou and Donner's MOVER, doi 10.1002/sim.3095): those lie inside 0 to 1 and keep their coverage near 1, where DeLong's Wald
 * interval of the difference does not.
 */
export function aurocDifferenceInterval(first: AurocEstimate, second: AurocEstimate, level: number): Bounds {
  return differenceAt(first, second)(level);
}

/** The interval of the difference at any level. */
function differenceAt(first: AurocEstimate, second: AurocEstimate): (level: number) => Bounds {
  const [firstAt, secondAt] = [aurocAt(first), aurocAt(second)];
  return (level) => {
    const [{ estimate: one }, { estimate: two }] = [first, second];
    return moverDifference({ estimate: one, ...firstAt(level) }, { estimate: two, ...secondAt(level) }, 1, 0);
  };
}

/** Two-sided p of the hypothesis that the AUROC differ by exactly `difference`: one less the level of the interval that just reaches it. */
export function aurocDifferencePValue(first: AurocEstimate, second: AurocEstimate, difference = 0): number {
  return invertedPValue(differenceAt(first, second), first.estimate - second.estimate, difference);
}

/** Two-sided p of the hypothesis that a figure is `wanted`, by its intervals: one less the level of the one that just reaches it. */
export function invertedPValue(intervalAt: (level: number) => Bounds, seen: number, wanted: number): number {
  const isUp = wanted > seen;
  const outside = (logP: number): number => {
    const { lower, upper } = intervalAt(1 - Math.exp(logP));
    return isUp ? wanted - upper : lower - wanted;
  };
  if (outside(LOG_SMALLEST) >= 0) return Math.exp(LOG_SMALLEST);
  if (outside(LOG_LARGEST) <= 0) return 1;
  let low = LOG_SMALLEST;
  let high = LOG_LARGEST;
  while (high - low > 1e-11) {
    const middle = (low + high) / 2;
    if (outside(middle) > 0) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Levels nearer to 1 or to 0 than these are not looked at: the p-value is then told as this limit, or as 1. */
const LOG_SMALLEST = Math.log(1e-12);
const LOG_LARGEST = Math.log(1 - 1e-6);

/** The interval of `auroc` at another level. */
export function aurocInterval(of: AurocEstimate, level: number): Bounds {
  return aurocAt(of)(level);
}

/** The interval of `auroc` at any level, from what the one that is given tells: its effective size, or its disjoint pairs. */
function aurocAt({ estimate, lower, upper, level: given, degreesOfFreedom }: AurocEstimate): (level: number) => Bounds {
  if (degreesOfFreedom === undefined) {
    const pairs = Math.log((1 - given) / 2) / Math.log(estimate === 1 ? lower : 1 - upper);
    return (level) => {
      const bound = ((1 - level) / 2) ** (1 / pairs);
      return estimate === 1 ? { lower: bound, upper: 1 } : { lower: 0, upper: 1 - bound };
    };
  }
  const far = estimate - lower > upper - estimate ? lower : upper;
  const multiplier = studentTMultiplier(given, degreesOfFreedom);
  const size = (multiplier ** 2 * far * (1 - far)) / (estimate - far) ** 2;
  return (level) => scoreInterval(estimate, size, studentTMultiplier(level, degreesOfFreedom));
}
