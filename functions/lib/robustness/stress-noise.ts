import { rPeaks } from '#lib/signal/r-peaks.ts';
import { type NoiseShape, noiseOf } from '#lib/simulate/ecg-noise.ts';
import type { Random } from '#lib/simulate/random.ts';

export type StressNoise = 'white' | NoiseShape['kind'];

const HALF_WINDOW_SECONDS = 0.05;
const MOST_BEATS = 300;
/** Of the beats at either end of their sizes. */
const TRIMMED_SHARE = 0.05;

/**
 * Power of a lead's QRS complexes in mV², as the noise stress test measures the signal (`nst` of the WFDB package; Moody, Muldrow and
 * Mark, Computers in Cardiology 1984;11:381-384): the mean peak-to-peak amplitude within 50 ms of the first 300 R waves, the smallest
 * and the largest 5 % left out, squared, over 8 (the power of a sine of that size). Undefined where no beat is found, a sample is
 * missing, or the lead lasts less than 2 s.
 */
export function qrsPower(samplesMv: Float32Array, samplingRateHz: number): number | undefined {
  if (samplesMv.length < 2 * samplingRateHz || samplesMv.some((sample) => !Number.isFinite(sample))) return undefined;
  const half = Math.round(HALF_WINDOW_SECONDS * samplingRateHz);
  const sizes = Array.from(rPeaks(samplesMv, samplingRateHz).subarray(0, MOST_BEATS), (peak) => {
    const beat = samplesMv.subarray(Math.max(0, peak - half), peak + half + 1);
    return Math.max(...beat) - Math.min(...beat);
  }).sort((a, b) => a - b);
  const trimmed = Math.floor(TRIMMED_SHARE * sizes.length);
  const kept = sizes.slice(trimmed, sizes.length - trimmed);
  if (kept.length === 0) return undefined;
  const mean = kept.reduce((sum, size) => sum + size, 0) / kept.length;
  return mean > 0 ? (mean * mean) / 8 : undefined;
}

/** Noise without its mean and with the mean square 1, one value per sample. */
export function unitNoise(kind: StressNoise, length: number, samplingRateHz: number, stream: Random): Float64Array {
  const noise =
    kind === 'white'
      ? Float64Array.from({ length }, () => stream.normal())
      : noiseOf({ kind, startS: 0, endS: length / samplingRateHz, mainsHz: 50 }, length, samplingRateHz, stream);
  const mean = noise.reduce((sum, value) => sum + value, 0) / length;
  const centred = noise.map((value) => value - mean);
  const size = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0) / length);
  return size > 0 ? centred.map((value) => value / size) : centred;
}

/** The lead with this noise, so that 10·log10 of `signalPower` (mV²) over the mean square of the noise is `snrDb`. */
export function withNoise(
  samplesMv: Float32Array,
  noise: Float64Array,
  signalPower: number,
  snrDb: number,
): Float64Array {
  const scale = Math.sqrt(signalPower) * 10 ** (-snrDb / 20);
  const noisy = new Float64Array(samplesMv.length);
  for (let n = 0; n < noisy.length; n++) noisy[n] = samplesMv[n] + scale * noise[n];
  return noisy;
}
