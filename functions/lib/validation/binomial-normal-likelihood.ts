import { expit } from './logit.ts';

/** Counts of several hospitals; fractional where rows are not independent (effective sample sizes). */
export interface Shares {
  readonly successes: Float64Array;
  readonly totals: Float64Array;
}

export interface Derivatives {
  readonly logLikelihood: number;
  /** By the mean and by tau. */
  readonly score: readonly [number, number];
  /** Minus the second derivatives: mean, mean and tau, tau. */
  readonly information: readonly [number, number, number];
}

/** Likelihood and derivatives as moments of each hospital's standard normal deviation u, given its counts. */
export function derivatives({ successes, totals }: Shares, mean: number, tau: number): Derivatives {
  let logLikelihood = 0;
  const score: [number, number] = [0, 0];
  const information: [number, number, number] = [0, 0, 0];
  for (let place = 0; place < successes.length; place++) {
    const own = ofHospital(successes[place], totals[place], mean, tau);
    logLikelihood += own.logLikelihood;
    score[0] += own.residual;
    score[1] += own.residualTimes;
    information[0] += own.curvature - (own.residualSquared - own.residual ** 2);
    information[1] += own.curvatureTimes - (own.crossed - own.residual * own.residualTimes);
    information[2] += own.curvatureSquares - (own.residualTimesSquared - own.residualTimes ** 2);
  }
  return { logLikelihood, score, information };
}

/** ln of what an integrand may have fallen to, from its highest, before it is left out: a double's last digit. */
const NEGLIGIBLE = -38;

/**
 * Posterior means, over u, of the residual r = x − n p, of n p (1 − p), and of their products with u. By the trapezoidal
 * rule on both sides of the mode, which converges geometrically for such integrands (Trefethen and Weideman, doi
 * 10.1137/130932132): steps of 0.4 of the width at the mode, and of 0.25 / tau, as many counts alike fall off like
 * exp(−exp(−tau u)), which oscillates π / (2 tau) beside the real axis. Gauss-Hermite nodes about the mode would miss the
 * long flat side of hospitals that found all.
 */
function ofHospital(successes: number, total: number, mean: number, tau: number) {
  const { mode, width } = modeOf(successes, total, mean, tau);
  const step = Math.min(0.4 * width, 0.25 / Math.max(tau, 1e-300));
  const highest = logJoint(successes, total, mean, tau, mode);
  let [mass, residual, residualTimes, residualSquared, crossed, residualTimesSquared] = [0, 0, 0, 0, 0, 0];
  let [curvature, curvatureTimes, curvatureSquares] = [0, 0, 0];
  for (const side of [1, -1]) {
    for (let place = side === 1 ? 0 : 1; ; place++) {
      const u = mode + side * place * step;
      const height = logJoint(successes, total, mean, tau, u) - highest;
      if (height < NEGLIGIBLE) break;
      const weight = Math.exp(height);
      const p = expit(mean + tau * u);
      const r = successes - total * p;
      const c = total * p * (1 - p);
      mass += weight;
      residual += weight * r;
      residualTimes += weight * r * u;
      residualSquared += weight * r * r;
      crossed += weight * r * r * u;
      residualTimesSquared += weight * r * r * u * u;
      curvature += weight * c;
      curvatureTimes += weight * c * u;
      curvatureSquares += weight * c * u * u;
    }
  }
  return {
    logLikelihood: highest + Math.log((mass * step) / Math.sqrt(2 * Math.PI)),
    residual: residual / mass,
    residualTimes: residualTimes / mass,
    residualSquared: residualSquared / mass,
    crossed: crossed / mass,
    residualTimesSquared: residualTimesSquared / mass,
    curvature: curvature / mass,
    curvatureTimes: curvatureTimes / mass,
    curvatureSquares: curvatureSquares / mass,
  };
}

/**
 * Where the posterior of u is highest and how wide it is there. It is log-concave, its slope falls by at least 1 per unit of u, so that
 * the mode lies between 0 and the slope at 0: Newton's method, by halves where a step would leave what is known to hold it.
 */
function modeOf(successes: number, total: number, mean: number, tau: number) {
  const slopeAtZero = tau * (successes - total * expit(mean));
  let [low, high] = [Math.min(0, slopeAtZero), Math.max(0, slopeAtZero)];
  let mode = 0;
  let width = 1;
  for (let iteration = 0; iteration < 200; iteration++) {
    const p = expit(mean + tau * mode);
    width = 1 / Math.sqrt(1 + tau * tau * total * p * (1 - p));
    const slope = tau * (successes - total * p) - mode;
    if (slope > 0) low = mode;
    else high = mode;
    const newton = mode + slope * width * width;
    const next = newton >= low && newton <= high ? newton : (low + high) / 2;
    const moved = Math.abs(next - mode);
    mode = next;
    // The points need only lie about the mode.
    if (moved < 1e-8) break;
  }
  return { mode, width };
}

/** ln of the binomial likelihood (without its coefficient) times exp(−u²/2). */
function logJoint(successes: number, total: number, mean: number, tau: number, u: number): number {
  const logit = mean + tau * u;
  const logOneMinus = -(Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))));
  return successes * logit + total * logOneMinus - (u * u) / 2;
}
