import { normalCdf } from './normal.ts';

/**
 * Upper tail of the chi-squared distribution with a whole number of degrees of freedom, as its finite sum (Abramowitz and
 * Stegun 26.4.4 and 26.4.5): every term is positive, so that no digit is lost in the far tail.
 */
export function chiSquaredUpperTail(x: number, degreesOfFreedom: number): number {
  if (!(Number.isInteger(degreesOfFreedom) && degreesOfFreedom >= 1)) {
    throw new RangeError(`chi-squared: found ${degreesOfFreedom} degrees of freedom, allowed: a whole number from 1`);
  }
  if (!(x >= 0)) throw new RangeError(`chi-squared: found ${x}, allowed: a number from 0`);
  if (x === 0) return 1;
  const half = x / 2;
  const isOdd = degreesOfFreedom % 2 === 1;
  let tail = isOdd ? 2 * normalCdf(-Math.sqrt(x)) : 0;
  // ln of half^a exp(-half) / Γ(a + 1), for a = 0, 1, … or 1/2, 3/2, …
  let a = isOdd ? 0.5 : 0;
  let logTerm = -half + (isOdd ? 0.5 * Math.log(half) - LOG_GAMMA_THREE_HALVES : 0);
  for (; a < degreesOfFreedom / 2; a++, logTerm += Math.log(half / a)) tail += Math.exp(logTerm);
  return Math.min(1, tail);
}

/** The x with this upper tail, strictly between 0 and 1; by bisection to the last digit. */
export function chiSquaredUpperQuantile(upperTail: number, degreesOfFreedom: number): number {
  if (!(upperTail > 0 && upperTail < 1)) {
    throw new RangeError(`chi-squared quantile: found tail ${upperTail}, allowed: between 0 and 1`);
  }
  let high = degreesOfFreedom;
  while (chiSquaredUpperTail(high, degreesOfFreedom) > upperTail) high *= 2;
  return decreasingRoot((x) => chiSquaredUpperTail(x, degreesOfFreedom) - upperTail, 0, high);
}

/** Where a function that falls from `low` to `high` crosses 0, by bisection until the bracket is as narrow as `tolerance`, or no number lies in it. */
export function decreasingRoot(f: (x: number) => number, low: number, high: number, tolerance: number = 0): number {
  let [left, right] = [low, high];
  for (;;) {
    const middle = left + (right - left) / 2;
    if (middle <= left || middle >= right || right - left <= tolerance) return middle;
    if (f(middle) > 0) left = middle;
    else right = middle;
  }
}

/** ln Γ(3/2). */
const LOG_GAMMA_THREE_HALVES = 0.5 * Math.log(Math.PI) - Math.LN2;
