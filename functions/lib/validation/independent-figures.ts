import { type Limits, moverDifference } from './correlated-shares.ts';
import type { Estimate } from './estimate.ts';

/**
 * Second figure minus first, where the samples are independent of each other: the interval is recovered from the two that are
 * given (MOVER: Zou and Donner 2008, doi 10.1002/sim.3095), so that it inherits their asymmetry. Where people are the same and
 * the figures go together, it is too wide. `n` and `events` are those of both together.
 */
export function differenceByMover(first: Estimate, second: Estimate): Estimate {
  return { ...both(first, second), ...moverDifference(second, first, 1, 0), method: words('difference') };
}

/** Second figure by first, both above 0: the same on the logarithms. */
export function ratioByMover(first: Estimate, second: Estimate): Estimate {
  const { estimate, lower, upper } = moverDifference(logarithm(second), logarithm(first), 1, 0);
  const ratio = { estimate: Math.exp(estimate), lower: Math.exp(lower), upper: Math.exp(upper) };
  return { ...both(first, second), ...ratio, method: words('ratio') };
}

const words = (what: string): string => `${what} of independent figures, interval recovered from both (MOVER)`;

function both(first: Estimate, second: Estimate): Pick<Estimate, 'level' | 'n' | 'events'> {
  if (first.level !== second.level)
    throw new RangeError(`confidence levels: found ${first.level} and ${second.level}, allowed: one and the same`);
  return { level: first.level, n: first.n + second.n, events: first.events + second.events };
}

function logarithm({ estimate, lower, upper }: Estimate): Limits {
  if (!(lower > 0)) throw new RangeError(`ratio: found a lower limit of ${lower}, allowed: above 0`);
  return { estimate: Math.log(estimate), lower: Math.log(lower), upper: Math.log(upper) };
}
