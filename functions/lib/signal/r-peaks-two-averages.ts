import { bandpass } from './bandpass.ts';
import { checkRate } from './check-samples.ts';

const eventS = 0.097;
const beatS = 0.611;
const offsetShare = 0.08;
const refractoryS = 0.2;

/**
 * Samples of the R waves by the second method, with nothing in common with `rPeaks` but the filter's kind: two moving averages
 * of the squared signal from 8 to 20 Hz, one as long as a QRS (97 ms), one as long as a beat (611 ms) and raised by 8 % of
 * the mean; where the first lies above the second for the length of a QRS there is one (Elgendi 2013,
 * doi 10.1371/journal.pone.0073557). Needs finite samples.
 */
export function rPeaksTwoAverages(samplesMv: ArrayLike<number>, samplingRateHz: number): Uint32Array {
  checkRate('R peaks', samplingRateHz);
  const filtered = bandpass(samplesMv, {
    samplingRateHz,
    lowHz: 8,
    highHz: Math.min(20, 0.4 * samplingRateHz),
    order: 3,
  });
  const squared = filtered.map((value) => value * value);
  const event = movingAverage(squared, Math.round(eventS * samplingRateHz));
  const beat = movingAverage(squared, Math.round(beatS * samplingRateHz));
  const offset = offsetShare * (squared.reduce((sum, value) => sum + value, 0) / squared.length);
  const peaks: number[] = [];
  for (let start = 0; start < event.length; start++) {
    let end = start;
    while (end < event.length && event[end] > beat[end] + offset) end++;
    if (end - start >= Math.round(eventS * samplingRateHz)) keepLargest(peaks, squared, start, end, samplingRateHz);
    start = end;
  }
  return Uint32Array.from(peaks);
}

/** Of two peaks within the refractory time the larger stays. */
function keepLargest(peaks: number[], squared: Float64Array, start: number, end: number, samplingRateHz: number): void {
  let peak = start;
  for (let index = start; index < end; index++) if (squared[index] > squared[peak]) peak = index;
  const last = peaks.at(-1);
  if (last === undefined || peak - last > refractoryS * samplingRateHz) peaks.push(peak);
  else if (squared[peak] > squared[last]) peaks[peaks.length - 1] = peak;
}

/** Mean over a window around each sample, shorter at the ends. */
function movingAverage(samples: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(samples.length + 1);
  for (let index = 0; index < samples.length; index++) sums[index + 1] = sums[index] + samples[index];
  const half = Math.floor(width / 2);
  return samples.map((_, index) => {
    const [start, end] = [Math.max(0, index - half), Math.min(samples.length, index + half + 1)];
    return (sums[end] - sums[start]) / (end - start);
  });
}
