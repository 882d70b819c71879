import type { Section } from './butterworth.ts';

/** State of one section, direct form II transposed. */
interface Delays {
  first: number;
  second: number;
}

/** Once through, forwards, starting at rest: scipy.signal.sosfilt. Causal, so delayed; changes the samples in place. */
export function filterForward(sections: readonly Section[], samples: Float64Array): Float64Array {
  for (const section of sections) run(section, samples, { first: 0, second: 0 });
  return samples;
}

/** Once through, as if the first sample had been there for ever: no step at the start. In place. */
export function filterSettled(sections: readonly Section[], samples: Float64Array): Float64Array {
  let level = samples[0];
  for (const section of sections) {
    const { b0, b1, b2, a1, a2 } = section;
    const gain = (b0 + b1 + b2) / (1 + a1 + a2);
    run(section, samples, { first: (gain - b0) * level, second: (b2 - a2 * gain) * level });
    level *= gain;
  }
  return samples;
}

function run({ b0, b1, b2, a1, a2 }: Section, samples: Float64Array, { first, second }: Delays): void {
  for (let index = 0; index < samples.length; index++) {
    const input = samples[index];
    const output = b0 * input + first;
    first = b1 * input - a1 * output + second;
    second = b2 * input - a2 * output;
    samples[index] = output;
  }
}
