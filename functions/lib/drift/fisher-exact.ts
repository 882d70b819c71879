/**
 * Fisher's exact test, two-sided, of a of n against b of m (doi 10.2307/2342435): the probability, given both margins, of the
 * tables that are as unlikely as the observed one or more so, as in R's fisher.test.
 */
export function fisherExact(a: number, n: number, b: number, m: number): number {
  for (const [part, whole] of [
    [a, n],
    [b, m],
  ]) {
    if (!(Number.isInteger(part) && Number.isInteger(whole) && part >= 0 && part <= whole)) {
      throw new RangeError(`counts: found ${part} of ${whole}, allowed: whole numbers, the part at most the whole`);
    }
  }
  const successes = a + b;
  const low = Math.max(0, successes - m);
  const high = Math.min(n, successes);
  const logs = new Float64Array(high - low + 1);
  // Logarithms relative to the first table: neighbours differ by a ratio of whole numbers.
  for (let k = low; k < high; k++) {
    const ratio = ((n - k) * (successes - k)) / ((k + 1) * (m - successes + k + 1));
    logs[k - low + 1] = logs[k - low] + Math.log(ratio);
  }
  const largest = logs.reduce((most, value) => Math.max(most, value), -Infinity);
  const observed = logs[a - low] + 1e-7;
  let [extreme, all] = [0, 0];
  for (const value of logs) {
    const weight = Math.exp(value - largest);
    all += weight;
    if (value <= observed) extreme += weight;
  }
  return Math.min(1, extreme / all);
}
