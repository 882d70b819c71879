import FFT from 'fft.js';
import { checkRate, checkSamples } from './check-samples.ts';

export interface PowerSpectrum {
  readonly frequenciesHz: Float64Array;
  /** Per hertz, in the square of the samples' unit: mV²/Hz for millivolts. */
  readonly density: Float64Array;
}

/** What all segments of one length share: the same few lengths come again with every recording. */
interface Plan {
  readonly fft: FFT;
  readonly window: Float64Array;
  readonly windowPower: number;
  readonly segment: Float64Array;
  readonly spectrum: number[];
}

const plans = new Map<number, Plan>();

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
  const plan = planFor(segmentLength);
  const density = new Float64Array(segmentLength / 2 + 1);
  const hop = segmentLength / 2;
  const count = Math.floor((samples.length - segmentLength) / hop) + 1;
  for (let segment = 0; segment < count; segment++) addPower(density, samples, segment * hop, plan);
  for (let bin = 0; bin < density.length; bin++) {
    const sides = bin === 0 || bin === hop ? 1 : 2;
    density[bin] *= sides / (samplingRateHz * plan.windowPower * count);
  }
  return { frequenciesHz: density.map((_, bin) => (bin * samplingRateHz) / segmentLength), density };
}

/** Power between two frequencies, both bins included, in the square of the samples' unit. */
export function bandPower({ frequenciesHz, density }: PowerSpectrum, lowHz: number, highHz: number): number {
  const step = frequenciesHz[1] - frequenciesHz[0];
  let sum = 0;
  for (let bin = 0; bin < density.length; bin++) {
    if (frequenciesHz[bin] >= lowHz && frequenciesHz[bin] <= highHz) sum += density[bin] * step;
  }
  return sum;
}

/** About four seconds, so that bins are a quarter of a hertz apart, where the recording is that long. */
function segmentFor(sampleCount: number, samplingRateHz: number): number {
  const most = Math.min(sampleCount, 4 * samplingRateHz);
  return 2 ** Math.floor(Math.log2(Math.max(most, 1)));
}

function addPower(density: Float64Array, samples: ArrayLike<number>, start: number, plan: Plan): void {
  const { fft, window, segment, spectrum } = plan;
  let mean = 0;
  for (let index = 0; index < segment.length; index++) mean += samples[start + index] / segment.length;
  for (let index = 0; index < segment.length; index++) segment[index] = window[index] * (samples[start + index] - mean);
  fft.realTransform(spectrum, segment);
  for (let bin = 0; bin < density.length; bin++) density[bin] += spectrum[2 * bin] ** 2 + spectrum[2 * bin + 1] ** 2;
}

function planFor(size: number): Plan {
  const known = plans.get(size);
  if (known !== undefined) return known;
  const fft = new FFT(size);
  const window = Float64Array.from({ length: size }, (_, n) => Math.sin((Math.PI * n) / size) ** 2);
  const windowPower = window.reduce((sum, weight) => sum + weight * weight, 0);
  const plan = { fft, window, windowPower, segment: new Float64Array(size), spectrum: fft.createComplexArray() };
  plans.set(size, plan);
  return plan;
}
