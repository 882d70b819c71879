import { expit } from './logit.ts';
import { normalQuantile } from './normal.ts';

/**
 * Regularised incomplete beta function I_x(a, b): distribution function of Beta(a, b) at x (DLMF 8.17).
 * Continued fraction of DiDonato and Morris by Lentz's method; the prefactor by Loader's saddle-point form (C. Loader, 2000, Fast and
 * accurate computation of binomial probabilities), which keeps relative precision for a and b in the millions.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(x >= 0 && x <= 1)) throw new RangeError(`incompleteBeta: found x ${x}, allowed: 0 to 1`);
  if (x === 0 || x === 1) return x;
  return Math.exp(logIncompleteBeta(x, 1 - x, a, b));
}

/**
 * Quantile of Beta(a, b): the x with I_x(a, b) = p.
 * Newton's method on ln I over t = ln(x / (1 − x)): that function is concave (its density is log-concave in t), so the
 * first step lands left of the root and every later one moves right towards it, from any start.
 */
export function incompleteBetaInverse(p: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`incompleteBetaInverse: found probability ${p}, allowed: 0 to 1`);
  if (p === 0 || p === 1) return p;
  // The smaller tail, so that ln I is not lost near 0.
  return p <= 0.5 ? expit(logitQuantile(p, a, b)) : expit(-logitQuantile(1 - p, b, a));
}

/** ln(x / (1 − x)) of the quantile x of Beta(a, b) for p from above 0 to 0.5: keeps its digits where x is near 0 or 1. */
export function betaQuantileLogit(p: number, a: number, b: number): number {
  checkShape(a, b);
  if (!(p > 0 && p <= 0.5)) throw new RangeError(`betaQuantileLogit: found probability ${p}, allowed: above 0 to 0.5`);
  return logitQuantile(p, a, b);
}

function logitQuantile(p: number, a: number, b: number): number {
  const target = Math.log(p);
  let t = Math.log(a / b) + normalQuantile(p) * Math.sqrt(1 / a + 1 / b);
  for (let iteration = 0; iteration < 200; iteration++) {
    const x = expit(t);
    const complement = expit(-t);
    const logValue = logIncompleteBeta(x, complement, a, b);
    // d ln I / dt = density of x times dx/dt = x (1 − x), over I.
    const slope = Math.exp(logBetaPower(x, complement, a, b) - logValue);
    const step = (target - logValue) / slope;
    t += step;
    if (Math.abs(step) <= 4e-16 * Math.max(1, Math.abs(t))) return t;
    if (iteration > 2 && step < 0 && Math.abs(step) < 1e-11) return t; // rounding has begun to push it back and forth
  }
  return t;
}

/** ln I_x(a, b), with 1 − x given so that x near 1 keeps its digits. */
function logIncompleteBeta(x: number, complement: number, a: number, b: number): number {
  const logPower = logBetaPower(x, complement, a, b);
  if (a * complement >= b * x) return logPower - Math.log(continuedFraction(x, complement, a, b));
  const upper = Math.exp(logPower) / continuedFraction(complement, x, b, a);
  return Math.log1p(-Math.min(upper, 1));
}

/** ln of x^a (1 − x)^b / B(a, b). */
function logBetaPower(x: number, complement: number, a: number, b: number): number {
  const n = a + b;
  const error = stirlingError(n) - stirlingError(a) - stirlingError(b);
  const shape = 0.5 * (Math.log(a) + Math.log(b) - Math.log(n) - Math.log(2 * Math.PI));
  return error - deviance(a, n * x) - deviance(b, n * complement) + shape;
}

/**
 * The continued fraction of DiDonato and Morris (doi 10.1145/131766.131776, equation 9): I = x^a (1 − x)^b / B(a, b)
 * divided by this. Written with y = 1 − x, it has no cancellation for x up to the mean, also where the mean is near 1.
 */
function continuedFraction(x: number, y: number, a: number, b: number): number {
  const denominatorTerm = (m: number): number =>
    m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1);
  let value = nonZero((a * (a * y - b * x + 1)) / (a + 1));
  let numeratorPart = value;
  let denominatorPart = 0;
  for (let m = 1; m <= 100_000; m++) {
    const odd = a + 2 * m - 1;
    const numeratorTerm = (((a + m - 1) * x) / odd) * (((a + b + m - 1) * m * (b - m) * x) / odd);
    denominatorPart = 1 / nonZero(denominatorTerm(m) + numeratorTerm * denominatorPart);
    numeratorPart = nonZero(denominatorTerm(m) + numeratorTerm / numeratorPart);
    const change = numeratorPart * denominatorPart;
    value *= change;
    if (Math.abs(change - 1) < 2e-15) return value;
  }
  throw new RangeError(`incompleteBeta: no convergence for x ${x}, a ${a}, b ${b}`);
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** x ln(x / mean) + mean − x without cancellation where the two are close. */
function deviance(x: number, mean: number): number {
  const relative = (x - mean) / (x + mean);
  if (Math.abs(relative) >= 0.1) return x * Math.log(x / mean) + mean - x;
  const square = relative * relative;
  let term = 2 * x * relative;
  let total = (x - mean) * relative;
  for (let power = 3; ; power += 2) {
    term *= square;
    const next = total + term / power;
    if (next === total) return next;
    total = next;
  }
}

/** ln Γ(n + 1) − [(n + ½) ln n − n + ½ ln 2π]: Stirling's series (DLMF 5.11.1), small n shifted up to where it is exact. */
function stirlingError(n: number): number {
  if (n >= 16) return stirlingSeries(n);
  let product = 1;
  let shifted = n;
  while (shifted < 16) {
    shifted++;
    product *= shifted;
  }
  const logGamma = (shifted + 0.5) * Math.log(shifted) - shifted + stirlingSeries(shifted) - Math.log(product);
  return logGamma - ((n + 0.5) * Math.log(n) - n);
}

function stirlingSeries(n: number): number {
  const inverse = 1 / n;
  const square = inverse * inverse;
  let value = 0;
  for (const coefficient of STIRLING_COEFFICIENTS) value = value * square + coefficient;
  return value * inverse;
}

/** Bernoulli numbers B₂ₖ / (2k (2k − 1)), from k = 7 down to 1. */
const STIRLING_COEFFICIENTS = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];

function checkShape(a: number, b: number): void {
  if (!(a > 0 && b > 0 && Number.isFinite(a + b))) {
    throw new RangeError(`beta distribution: found a ${a} and b ${b}, allowed: positive and finite`);
  }
}
