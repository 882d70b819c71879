import type { Section } from './butterworth.ts';
import { checkSamples } from './check-samples.ts';
import { filterSettled } from './filter-sections.ts';

/**
 * Forwards and then backwards, so that no wave is delayed; the gain counts twice (half power becomes a quarter):
 * scipy.signal.sosfiltfilt with its odd padding of three times the filter's length (Gustafsson,
 * doi 10.1109/78.492552, names the problem of the ends). Needs more samples than the padding.
 */
export function filterBothWays(
  name: string,
  sections: readonly Section[],
  samples: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const firstOrder = sections.filter(({ b2, a2 }) => b2 === 0 && a2 === 0).length;
  const padding = 3 * (2 * sections.length + 1 - firstOrder);
  checkSamples(name, samples, padding + 1);
  const padded = oddPadded(samples, padding);
  filterSettled(sections, padded).reverse();
  filterSettled(sections, padded).reverse();
  return padded.slice(padding, padding + samples.length);
}

/** The signal turned by 180° about each end sample. */
function oddPadded(samples: ArrayLike<number>, padding: number): Float64Array<ArrayBuffer> {
  const length = samples.length;
  const padded = new Float64Array(length + 2 * padding);
  const [first, last] = [samples[0], samples[length - 1]];
  for (let index = 0; index < length; index++) padded[padding + index] = samples[index];
  for (let step = 1; step <= padding; step++) {
    padded[padding - step] = 2 * first - samples[step];
    padded[padding + length - 1 + step] = 2 * last - samples[length - 1 - step];
  }
  return padded;
}
