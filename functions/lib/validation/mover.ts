import type { Estimate } from './estimate.ts';

/**
 * Change between two independent figures, second minus first, with the interval recovered from both of theirs (MOVER: Zou and Donner,
 * doi 10.1002/sim.3095; Newcombe's method for two proportions is the case of Wilson intervals).
 */
export function differenceByMover(first: Estimate, second: Estimate): Estimate {
  checkLevels(first, second);
  const estimate = second.estimate - first.estimate;
  return {
    estimate,
    lower: estimate - Math.hypot(second.estimate - second.lower, first.upper - first.estimate),
    upper: estimate + Math.hypot(second.upper - second.estimate, first.estimate - first.lower),
    level: first.level,
    method: 'difference of independent figures, MOVER interval',
    n: first.n + second.n,
    events: first.events + second.events,
  };
}

/** Second by first, likewise on the log scale; both intervals must lie above 0. */
export function ratioByMover(first: Estimate, second: Estimate): Estimate {
  for (const { lower } of [first, second]) {
    if (!(lower > 0)) throw new RangeError(`ratio: found a lower limit of ${lower}, allowed: above 0`);
  }
  const { estimate, lower, upper, ...counts } = differenceByMover(logarithm(first), logarithm(second));
  return {
    ...counts,
    estimate: Math.exp(estimate),
    lower: Math.exp(lower),
    upper: Math.exp(upper),
    method: 'ratio of independent figures, MOVER interval on the log scale',
  };
}

const logarithm = (figure: Estimate): Estimate => ({
  ...figure,
  estimate: Math.log(figure.estimate),
  lower: Math.log(figure.lower),
  upper: Math.log(figure.upper),
});

function checkLevels(first: Estimate, second: Estimate): void {
  if (first.level !== second.level) {
    throw new RangeError(`levels: found ${first.level} and ${second.level}, allowed: the same`);
  }
}
