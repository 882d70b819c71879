import { normalCdf } from '#lib/validation/normal.ts';

/**
 * Upper tail of the noncentral chi-squared distribution as its Poisson mixture of central ones (Abramowitz and Stegun 26.4.25),
 * each of which adds one positive term to the one before. A noncentrality of 0 is the central distribution.
 */
export function noncentralUpperTail(x: number, degreesOfFreedom: number, noncentrality: number): number {
  if (!(x >= 0 && noncentrality >= 0 && Number.isInteger(degreesOfFreedom) && degreesOfFreedom >= 1)) {
    throw new RangeError(
      `noncentral chi-squared: found ${x}, ${degreesOfFreedom} degrees of freedom, noncentrality ${noncentrality}, allowed: x and noncentrality from 0, whole degrees from 1`,
    );
  }
  if (x === 0) return 1;
  const half = x / 2;
  const isOdd = degreesOfFreedom % 2 === 1;
  let central = isOdd ? 2 * normalCdf(-Math.sqrt(x)) : 0;
  let shape = isOdd ? 0.5 : 0;
  // ln of half^shape exp(−half) / Γ(shape + 1).
  let logTerm = -half + (isOdd ? 0.5 * Math.log(half) - LOG_GAMMA_THREE_HALVES : 0);
  const next = (): void => {
    central += Math.exp(logTerm);
    shape += 1;
    logTerm += Math.log(half / shape);
  };
  while (shape < degreesOfFreedom / 2) next();
  const mean = noncentrality / 2;
  let logWeight = -mean;
  let tail = 0;
  for (let count = 0; ; count++) {
    const weight = Math.exp(logWeight);
    tail += weight * central;
    if (mean === 0 || (count > mean && weight < 1e-18)) return Math.min(1, tail);
    next();
    logWeight += Math.log(mean / (count + 1));
  }
}

/** ln Γ(3/2). */
const LOG_GAMMA_THREE_HALVES = 0.5 * Math.log(Math.PI) - Math.LN2;
