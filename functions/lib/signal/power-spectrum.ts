import FFT from 'fft.js';
import { checkRate, checkSamples } from './check-samples.ts';

export interface PowerSpectrum {
  readonly frequenciesHz: Float64Array;
  /** Per hertz, in the square of the samples' unit: mV²/Hz for millivolts. */
  readonly density: Float64Array;
}

const plans = new Map<number, FFT>();

/**
 * One-sided power spectral density by Welch's method (doi 10.1109/TAU.1967.1161901): segments of a power of two that
 * overlap by half, periodic Hann window, mean of each taken off:
 * scipy.signal.welch(samples, samplingRateHz, nperseg=segmentLength). The last incomplete segment is left out.
 */
export function powerSpectrum(
  samples: ArrayLike<number>,
  samplingRateHz: number,
  segmentLength = segmentFor(samples.length, samplingRateHz),
): PowerSpectrum {
  checkRate('power spectrum', samplingRateHz);
  if (segmentLength < 4 || (segmentLength & (segmentLength - 1)) !== 0) {
    throw new RangeError(`power spectrum: found a segment of ${segmentLength} samples, allowed: powers of two from 4`);
  }
  checkSamples('power spectrum', samples, segmentLength);
  const window = Float64Array.from({ length: segmentLength }, (_, n) => Math.sin((Math.PI * n) / segmentLength) ** 2);
  const density = new Float64Array(segmentLength / 2 + 1);
  const hop = segmentLength / 2;
  const count = Math.floor((samples.length - segmentLength) / hop) + 1;
  for (let segment = 0; segment < count; segment++) addPower(density, samples, segment * hop, window);
  const windowPower = window.reduce((sum, weight) => sum + weight * weight, 0);
  for (let bin = 0; bin < density.length; bin++) {
    const sides = bin === 0 || bin === hop ? 1 : 2;
    density[bin] *= sides / (samplingRateHz * windowPower * count);
  }
  return { frequenciesHz: density.map((_, bin) => (bin * samplingRateHz) / segmentLength), density };
}

/** Power between two frequencies, both bins included, in the square of the samples' unit. */
export function bandPower({ frequenciesHz, density }: PowerSpectrum, lowHz: number, highHz: number): number {
  const step = frequenciesHz[1] - frequenciesHz[0];
  return density.reduce((sum, value, bin) => {
    const inside = frequenciesHz[bin] >= lowHz && frequenciesHz[bin] <= highHz;
    return inside ? sum + value * step : sum;
  }, 0);
}

/** About four seconds, so that bins are a quarter of a hertz apart, where the recording is that long. */
function segmentFor(sampleCount: number, samplingRateHz: number): number {
  const most = Math.min(sampleCount, 4 * samplingRateHz);
  return 2 ** Math.floor(Math.log2(Math.max(most, 1)));
}

function addPower(density: Float64Array, samples: ArrayLike<number>, start: number, window: Float64Array): void {
  const plan = planFor(window.length);
  let mean = 0;
  for (let index = 0; index < window.length; index++) mean += samples[start + index] / window.length;
  const spectrum = plan.createComplexArray();
  plan.realTransform(
    spectrum,
    window.map((weight, index) => weight * (samples[start + index] - mean)),
  );
  for (let bin = 0; bin < density.length; bin++) density[bin] += spectrum[2 * bin] ** 2 + spectrum[2 * bin + 1] ** 2;
}

function planFor(size: number): FFT {
  const plan = plans.get(size) ?? new FFT(size);
  plans.set(size, plan);
  return plan;
}
