import { checkRate, checkSamples } from './check-samples.ts';

/**
 * The baseline without the waves: a median over 200 ms takes out QRS and P, a second over 600 ms takes out T
 * (de Chazal, O'Dwyer and Reilly 2004, doi 10.1109/TBME.2004.827359). Beyond the ends the end sample goes on
 * (scipy.ndimage.median_filter, mode 'nearest'); windows are rounded to odd numbers of samples. Subtract it yourself.
 */
export function medianBaseline(samples: ArrayLike<number>, samplingRateHz: number): Float64Array {
  checkRate('median baseline', samplingRateHz);
  checkSamples('median baseline', samples);
  const oddWindow = (seconds: number) => 2 * Math.floor((seconds * samplingRateHz) / 2) + 1;
  return movingMedian(movingMedian(samples, oddWindow(0.2)), oddWindow(0.6));
}

/** The window is kept sorted: each step takes one sample out and puts one in. */
function movingMedian(samples: ArrayLike<number>, width: number): Float64Array {
  const half = (width - 1) / 2;
  const at = (index: number) => samples[Math.min(Math.max(index, 0), samples.length - 1)];
  const sorted = Float64Array.from({ length: width }, (_, offset) => at(offset - half)).sort();
  const medians = new Float64Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    medians[index] = sorted[half];
    exchange(sorted, at(index - half), at(index + half + 1));
  }
  return medians;
}

function exchange(sorted: Float64Array, leaving: number, entering: number): void {
  let place = placeOf(sorted, leaving);
  for (; place + 1 < sorted.length && sorted[place + 1] < entering; place++) sorted[place] = sorted[place + 1];
  for (; place > 0 && sorted[place - 1] > entering; place--) sorted[place] = sorted[place - 1];
  sorted[place] = entering;
}

/** Index of the first element that is not below `value`. */
function placeOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
