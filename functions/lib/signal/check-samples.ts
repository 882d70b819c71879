/**
 * The rule of this room for missing values: no filter, resampler or detector guesses over a gap. A sample that is NaN or
 * infinite is refused with its place; `fillGaps` first, which says what it filled.
 */
export function checkSamples(name: string, samples: ArrayLike<number>, fewest = 1): void {
  if (samples.length < fewest) {
    throw new RangeError(`${name}: found ${samples.length} samples, allowed: at least ${fewest}`);
  }
  for (let index = 0; index < samples.length; index++) {
    if (!Number.isFinite(samples[index])) {
      throw new RangeError(`${name}: found ${samples[index]} at sample ${index}, allowed: finite samples`);
    }
  }
}

/** Sampling rates are positive and finite. */
export function checkRate(name: string, samplingRateHz: number): void {
  if (!(samplingRateHz > 0 && samplingRateHz < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name}: found sampling rate ${samplingRateHz} Hz, allowed: above 0`);
  }
}
