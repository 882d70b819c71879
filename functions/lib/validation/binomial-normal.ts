import { derivatives, type Shares } from './binomial-normal-likelihood.ts';
import { chiSquaredUpperQuantile, decreasingRoot } from './chi-squared.ts';
import { checkedLevel } from './estimate.ts';
import type { Range } from './heterogeneity.ts';
import { FEWEST_POOLED, FEWEST_PREDICTED, type Prediction, predictionOf } from './random-effects.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

export interface BinomialNormalOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** A tau near which a maximum is looked for first: that of almost the same counts. */
  readonly startTau?: number;
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
 * continuity correction. Maximum likelihood, interval with the observed information and t with k − 1 degrees of freedom. Undefined
 * where no finite maximum exists: none, or all, at every hospital.
 */
export function binomialNormal(shares: Shares, options: BinomialNormalOptions = {}): BinomialNormal | undefined {
  const level = checkedLevel(options.level);
  const k = checkShares(shares);
  const events = sum(shares.successes);
  if (events === 0 || events === sum(shares.totals)) return undefined;
  const tau = nearbyTau(shares, options.startTau) ?? maximumTau(shares);
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

/** The peak between a third and three times `start`, where there is one. */
function nearbyTau(shares: Shares, start: number | undefined): number | undefined {
  if (start === undefined || start === 0) return undefined;
  const slope = (tau: number) => derivatives(shares, meanAt(shares, tau), tau).score[1];
  return slope(start / 3) > 0 && slope(start * 3) <= 0 ? peakBetween(shares, start / 3, start * 3) : undefined;
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
    lower: above(0) >= 0 ? 0 : decreasingRoot((value) => -above(value), 0, tau, FINE) ** 2,
    upper: decreasingRoot(above, tau, high, FINE) ** 2,
  };
}

/** Standard deviations of logits need no more digits. */
const FINE = 1e-8;
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
    if (Math.abs(step * score[1]) < 1e-20) return tau;
    const next = tau + step > left && tau + step < right ? tau + step : (left + right) / 2;
    if (next === tau) return tau;
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
    // The squared step in units of the standard error.
    if (step * state.score[0] < 1e-21) return mean;
    let next = derivatives(shares, mean + step, tau);
    while (next.logLikelihood < state.logLikelihood - 1e-12 * Math.abs(state.logLikelihood)) {
      step /= 2;
      if (Math.abs(step) < 1e-12) return mean;
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
