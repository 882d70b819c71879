/** A figure with its limits, and nothing else. */
export interface Limits {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Interval of first − weight · second from the intervals of the two (method of variance estimates recovery, MOVER: Zou, Huang and
 * Zhang, doi 10.1016/j.csda.2008.09.033), with the correlation of their estimates (Zou and Donner, doi 10.1002/sim.2779). It takes over
 * the good coverage that Wilson's limits have for few events, and no share needs to lie off 0 or 1.
 */
export function moverDifference(first: Limits, second: Limits, weight: number, correlation: number): Limits {
  const estimate = first.estimate - weight * second.estimate;
  const half = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one * one + other * other - 2 * correlation * one * other));
  const down = [first.estimate - first.lower, second.estimate - second.lower] as const;
  const up = [first.upper - first.estimate, second.upper - second.estimate] as const;
  return {
    estimate,
    lower: estimate - half(down[0], weight * up[1]),
    upper: estimate + half(up[0], weight * down[1]),
  };
}

/**
 * Interval of first / second, both from 0 on, likewise (Donner and Zou, doi 10.1177/0962280210383082). The upper limit is infinite
 * where the second's interval reaches 0.
 */
export function moverRatio(first: Limits, second: Limits, correlation: number): Limits {
  const [a, b] = [first.estimate, second.estimate];
  const limit = (ofFirst: number, ofSecond: number, side: 1 | -1): number => {
    if (ofSecond === 0) return Number.POSITIVE_INFINITY;
    const middle = a * b - correlation * (ofFirst - a) * (b - ofSecond);
    const scale = ofSecond * (2 * b - ofSecond);
    const root = Math.sqrt(Math.max(0, middle * middle - ofFirst * (2 * a - ofFirst) * scale));
    return (middle + side * root) / scale;
  };
  return {
    estimate: a / b,
    lower: Math.max(0, limit(first.lower, second.upper, -1)),
    upper: limit(first.upper, second.lower, 1),
  };
}
