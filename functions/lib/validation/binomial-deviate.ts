import type { Random } from '#lib/simulate/random.ts';

/** Below this mean inversion needs fewer steps than rejection needs logarithms. */
const INVERSION_LIMIT = 10;

/**
 * A binomial random number: successes among `n` trials of the given probability.
 * Inversion for small means, else Hörmann's transformed rejection BTRD without its squeeze (doi 10.1080/00949659308811496).
 */
export function binomialDeviate(random: Random, n: number, probability: number): number {
  if (!(Number.isInteger(n) && n >= 0 && probability >= 0 && probability <= 1)) {
    throw new RangeError(`binomial: found n ${n} and probability ${probability}, allowed: whole n, probability 0 to 1`);
  }
  if (probability > 0.5) return n - binomialDeviate(random, n, 1 - probability);
  if (n === 0 || probability === 0) return 0;
  return n * probability < INVERSION_LIMIT ? byInversion(random, n, probability) : byRejection(random, n, probability);
}

function byInversion(random: Random, n: number, probability: number): number {
  const odds = probability / (1 - probability);
  let mass = Math.exp(n * Math.log1p(-probability));
  let left = random.uniform();
  let count = 0;
  while (left > mass && count < n) {
    left -= mass;
    count++;
    mass *= (odds * (n - count + 1)) / count;
  }
  return count;
}

function byRejection(random: Random, n: number, probability: number): number {
  const spread = Math.sqrt(n * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const centre = n * probability + 0.5;
  const vr = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * probability);
  const logOdds = Math.log(probability / (1 - probability));
  const height = logFactorial(mode) + logFactorial(n - mode);
  for (;;) {
    const v = random.uniform();
    const u = random.uniform() - 0.5;
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + centre);
    if (distance >= 0.07 && v <= vr) return count;
    if (count < 0 || count > n) continue;
    const accepted = height - logFactorial(count) - logFactorial(n - count) + (count - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (distance * distance) + b)) <= accepted) return count;
  }
}

const LOG_FACTORIALS = logFactorials(256);

function logFactorials(count: number): Float64Array {
  const logs = new Float64Array(count);
  for (let k = 1; k < count; k++) logs[k] = logs[k - 1] + Math.log(k);
  return logs;
}

/** ln k!: from a table, else Stirling's series (DLMF 5.11.1), whose next term is below 1e-15 here. */
function logFactorial(k: number): number {
  if (k < LOG_FACTORIALS.length) return LOG_FACTORIALS[k];
  const inverse = 1 / k;
  const series = inverse * (1 / 12 - inverse * inverse * (1 / 360 - (inverse * inverse) / 1260));
  return (k + 0.5) * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI) + series;
}
