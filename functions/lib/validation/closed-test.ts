import { chiSquaredUpperTail } from './chi-squared.ts';
import { invertPositiveDefinite, logisticRegression } from './logistic-regression.ts';
import type { UpdateMethod } from './model-update.ts';
import type { Predictions } from './predictions.ts';
import { probabilityLogits } from './probability-logits.ts';

export interface ClosedTest {
  /** What the tests choose. */
  readonly choice: 'none' | Exclude<UpdateMethod, 'isotonic'>;
  /** p of the largest update that is allowed against no update. */
  readonly pOfAny: number;
  /** p of slope and intercept against the intercept alone; absent where the first test ends it, or only the intercept is allowed. */
  readonly pOfSlope?: number;
}

/**
 * Closed test for how far to update (Vergouwe et al., doi 10.1002/sim.7179): the largest update against none; if it is no better at
 * `level`, none. Then against the next smaller: if no better, that one. Likelihood-ratio tests; with clusters, Wald tests with the
 * sandwich variance, because likelihoods of dependent rows do not add. Nothing where no finite fit exists.
 */
export function closedTest(
  predictions: Predictions,
  options: { readonly slopeAllowed: boolean; readonly level?: number; readonly clipTo?: number },
): ClosedTest | undefined {
  const alpha = 1 - (options.level ?? 0.95);
  const { scores, labels, clusters } = predictions;
  const { logits } = probabilityLogits(scores, options.clipTo);
  const ones = new Float64Array(labels.length).fill(1);
  const design = { labels, ...(clusters !== undefined && { clusters }) };
  const shifted = logisticRegression({ ...design, columns: [ones], offset: logits });
  const full = logisticRegression({ ...design, columns: [ones, logits] });
  if (shifted === undefined || full === undefined) return undefined;
  const asTold = logLikelihood(logits, labels);
  const wald = clusters !== undefined;
  const waldOne = (value: number, variance: number) => chiSquaredUpperTail((value * value) / variance, 1);
  const ratio = (larger: number, smaller: number, df: number) =>
    chiSquaredUpperTail(Math.max(0, 2 * (larger - smaller)), df);
  if (!options.slopeAllowed) {
    const [value] = shifted.coefficients;
    const pOfAny = wald ? waldOne(value, shifted.covariance[0][0]) : ratio(shifted.logLikelihood, asTold, 1);
    return { choice: pOfAny < alpha ? 'intercept' : 'none', pOfAny };
  }
  const [a, b] = full.coefficients;
  const pOfAny = wald ? waldTwo(a, b - 1, full.covariance) : ratio(full.logLikelihood, asTold, 2);
  if (!(pOfAny < alpha)) return { choice: 'none', pOfAny };
  const pOfSlope = wald ? waldOne(b - 1, full.covariance[1][1]) : ratio(full.logLikelihood, shifted.logLikelihood, 1);
  return { choice: pOfSlope < alpha ? 'slope' : 'intercept', pOfAny, pOfSlope };
}

function waldTwo(first: number, second: number, covariance: readonly Float64Array[]): number {
  const inverse = invertPositiveDefinite(covariance);
  if (inverse === undefined) return 0;
  const statistic =
    inverse[0][0] * first * first + 2 * inverse[0][1] * first * second + inverse[1][1] * second * second;
  return chiSquaredUpperTail(statistic, 2);
}

/** Of labels whose probabilities have these logits. */
function logLikelihood(logits: Float64Array, labels: Uint8Array): number {
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const towards = labels[row] === 1 ? logits[row] : -logits[row];
    total += Math.min(towards, 0) - Math.log1p(Math.exp(-Math.abs(towards)));
  }
  return total;
}
