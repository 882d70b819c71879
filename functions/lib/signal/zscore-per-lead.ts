import { checkSamples } from './check-samples.ts';

/**
 * Each lead less its mean, over its own standard deviation (divisor n, as scipy.stats.zscore and numpy.std).
 * A lead without any variation becomes zeros: there is nothing to scale, and `flatLines` says so.
 */
export function zscorePerLead(leads: readonly ArrayLike<number>[]): Float64Array[] {
  return leads.map(zscore);
}

function zscore(samples: ArrayLike<number>): Float64Array {
  checkSamples('zscore', samples);
  let total = 0;
  for (let index = 0; index < samples.length; index++) total += samples[index];
  const mean = total / samples.length;
  let squares = 0;
  for (let index = 0; index < samples.length; index++) squares += (samples[index] - mean) ** 2;
  const deviation = Math.sqrt(squares / samples.length);
  const isFlat = deviation <= Math.abs(mean) * 1e-12;
  return Float64Array.from(samples, (sample) => (isFlat ? 0 : (sample - mean) / deviation));
}
