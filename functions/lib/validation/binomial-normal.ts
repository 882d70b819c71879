import { chiSquaredUpperQuantile, decreasingRoot } from './chi-squared.ts';
import { checkedLevel } from './estimate.ts';
import { gaussHermite } from './gauss-hermite.ts';
import type { Range } from './heterogeneity.ts';
import { FEWEST_POOLED, FEWEST_PREDICTED, type Prediction, predictionOf } from './random-effects.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

/** Counts of several hospitals; fractional where rows are not independent (effective sample sizes). */
export interface Shares {
  readonly successes: Float64Array;
  readonly totals: Float64Array;
}

/** Mean logit of a share over hospitals; numbers on the logit scale. */
export interface BinomialNormal {
  readonly estimate: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  readonly degreesOfFreedom: number;
  readonly k: number;
  readonly tauSquared: number;
  readonly prediction: Prediction | null;
}

/**
 * Binomial-normal model of a share (Hamza, van Houwelingen and Stijnen, doi 10.1016/j.jclinepi.2007.03.016): the logit of
 * each hospital's share is normal around a mean, the counts are binomial, so that hospitals with none or all need no
 * continuity correction. Maximum likelihood by adaptive Gauss-Hermite quadrature (Pinheiro and Bates, doi
 * 10.1080/10618600.1995.10474663), interval with the observed information and t with k − 1 degrees of freedom. Undefined
 * where no finite maximum exists: none, or all, at every hospital.
 */
export function binomialNormal(shares: Shares, options: { readonly level?: number } = {}): BinomialNormal | undefined {
  const level = checkedLevel(options.level);
  const k = checkShares(shares);
  const events = sum(shares.successes);
  if (events === 0 || events === sum(shares.totals)) return undefined;
  const tau = maximumTau(shares);
  const mean = meanAt(shares, tau);
  const { information } = derivatives(shares, mean, tau);
  const [byMean, both, byTau] = information;
  const standardError = Math.sqrt(1 / (tau === 0 ? byMean : byMean - (both * both) / byTau));
  const half = studentTMultiplier(level, k - 1) * standardError;
  return {
    estimate: mean,
    standardError,
    lower: mean - half,
    upper: mean + half,
    level,
    degreesOfFreedom: k - 1,
    k,
    tauSquared: tau * tau,
    prediction: k < FEWEST_PREDICTED ? null : predictionOf(mean, standardError, tau * tau, k, level),
  };
}

function checkShares({ successes, totals }: Shares): number {
  if (successes.length !== totals.length || successes.length < FEWEST_POOLED) {
    throw new RangeError(
      `shares: found ${successes.length} counts and ${totals.length} totals, allowed: as many, at least ${FEWEST_POOLED}`,
    );
  }
  const wrong = successes.findIndex((count, place) => !(count >= 0 && count <= totals[place] && totals[place] > 0));
  if (wrong >= 0) {
    throw new RangeError(
      `share at index ${wrong}: found ${successes[wrong]} of ${totals[wrong]}, allowed: 0 <= count <= total, total above 0`,
    );
  }
  return successes.length;
}

/** The tau from 0 up at which the profile likelihood is highest: all places on a grid where its derivative falls through 0. */
function maximumTau(shares: Shares): number {
  let mean = crudeLogit(shares);
  const slopes = TAUS.map((tau) => {
    mean = meanAt(shares, tau, mean);
    return derivatives(shares, mean, tau).score[1];
  });
  const peaks = TAUS.flatMap((from, place) => {
    const to = TAUS[place + 1];
    return to !== undefined && slopes[place] > 0 && slopes[place + 1] <= 0 ? [peakBetween(shares, from, to)] : [];
  });
  return peaks.reduce((best, tau) => (profile(shares, tau) > profile(shares, best) ? tau : best), 0);
}

/** Highest log-likelihood with this tau. */
const profile = (shares: Shares, tau: number): number => derivatives(shares, meanAt(shares, tau), tau).logLikelihood;

/** Interval of tau² from the profile likelihood: where it falls below its maximum by half the quantile of chi-squared with 1 degree of freedom. */
export function tauSquaredInterval(shares: Shares, { tauSquared, level }: BinomialNormal): Range {
  const tau = Math.sqrt(tauSquared);
  const floor = profile(shares, tau) - chiSquaredUpperQuantile(1 - level, 1) / 2;
  const above = (value: number) => profile(shares, value) - floor;
  let high = Math.max(1, 2 * tau);
  while (above(high) > 0 && high < WIDEST_TAU) high *= 2;
  return {
    lower: above(0) >= 0 ? 0 : decreasingRoot((value) => -above(value), 0, tau) ** 2,
    upper: decreasingRoot(above, tau, high) ** 2,
  };
}

/** Standard deviations of logits beyond this tell nothing more. */
const WIDEST_TAU = 32;

/** Newton's method on the derivative of the profile likelihood, by halves where a step would leave the bracket. */
function peakBetween(shares: Shares, from: number, to: number): number {
  let [left, right] = [from, to];
  let tau = (left + right) / 2;
  let mean = meanAt(shares, tau);
  for (let iteration = 0; iteration < 200; iteration++) {
    mean = meanAt(shares, tau, mean);
    const { score, information } = derivatives(shares, mean, tau);
    if (score[1] > 0) left = tau;
    else right = tau;
    const step = score[1] / (information[2] - information[1] ** 2 / information[0]);
    const next = tau + step > left && tau + step < right ? tau + step : (left + right) / 2;
    if (Math.abs(next - tau) <= 1e-14 * tau) return next;
    tau = next;
  }
  return tau;
}

/** From where tau is as good as 0 to where shares jump from none to all between hospitals. */
const TAUS = Array.from({ length: 21 }, (_, place) => 1e-3 * 10 ** (place / 5));

/** The mean at the maximum for this tau: the marginal likelihood is log-concave in it, Newton's method with halved steps finds it. */
function meanAt(shares: Shares, tau: number, start: number = crudeLogit(shares)): number {
  let mean = start;
  let state = derivatives(shares, mean, tau);
  for (let iteration = 0; iteration < 100; iteration++) {
    let step = state.score[0] / state.information[0];
    if (Math.abs(step) < 1e-13 * Math.max(1, Math.abs(mean))) return mean;
    let next = derivatives(shares, mean + step, tau);
    while (next.logLikelihood < state.logLikelihood - 1e-12 * Math.abs(state.logLikelihood)) {
      step /= 2;
      next = derivatives(shares, mean + step, tau);
    }
    mean += step;
    state = next;
  }
  return mean;
}

/** Logit of all counts in one heap. */
function crudeLogit({ successes, totals }: Shares): number {
  const events = sum(successes);
  return Math.log(events / (sum(totals) - events));
}

interface Derivatives {
  readonly logLikelihood: number;
  /** By the mean and by tau. */
  readonly score: readonly [number, number];
  /** Minus the second derivatives: mean, mean and tau, tau. */
  readonly information: readonly [number, number, number];
}

/** Likelihood and derivatives as moments of each hospital's standard normal deviation u, given its counts. */
function derivatives({ successes, totals }: Shares, mean: number, tau: number): Derivatives {
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

/** Posterior means, over u, of the residual r = x − n p, of n p (1 − p), and of their products with u. */
function ofHospital(successes: number, total: number, mean: number, tau: number) {
  const { mode, width } = modeOf(successes, total, mean, tau);
  const scale = Math.SQRT2 * width;
  const highest = logJoint(successes, total, mean, tau, mode);
  let [mass, residual, residualTimes, residualSquared, crossed, residualTimesSquared] = [0, 0, 0, 0, 0, 0];
  let [curvature, curvatureTimes, curvatureSquares] = [0, 0, 0];
  for (let place = 0; place < RULE.nodes.length; place++) {
    const u = mode + scale * RULE.nodes[place];
    const weight = RULE.weights[place] * Math.exp(logJoint(successes, total, mean, tau, u) - highest);
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
  return {
    logLikelihood: highest + Math.log((mass * scale) / Math.sqrt(2 * Math.PI)),
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

/** Where the posterior of u is highest and how wide it is there; it is log-concave. */
function modeOf(successes: number, total: number, mean: number, tau: number) {
  let mode = 0;
  let width = 1;
  for (let iteration = 0; iteration < 200; iteration++) {
    const p = expit(mean + tau * mode);
    width = 1 / Math.sqrt(1 + tau * tau * total * p * (1 - p));
    const newton = (tau * (successes - total * p) - mode) * width * width;
    // Where the logistic curve is flat a full step overshoots: one standard deviation of the prior at most.
    const step = Math.max(-1, Math.min(1, newton));
    mode += step;
    if (Math.abs(step) < 1e-12) break;
  }
  return { mode, width };
}

/** ln of the binomial likelihood (without its coefficient) times exp(−u²/2). */
function logJoint(successes: number, total: number, mean: number, tau: number, u: number): number {
  const logit = mean + tau * u;
  const logOneMinus = -(Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))));
  return successes * logit + total * logOneMinus - (u * u) / 2;
}

const expit = (logit: number): number =>
  logit >= 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit));

const RULE = gaussHermite(31);
