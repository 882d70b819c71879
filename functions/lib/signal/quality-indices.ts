import { checkSamples } from './check-samples.ts';
import { bandPower, type PowerSpectrum, powerSpectrum } from './power-spectrum.ts';

/** Signal quality indices of one lead over a stretch of some seconds; none of them needs the beats. */
export interface QualityIndices {
  /**
   * kSQI: kurtosis of the samples (normal noise has 3), above 5 in a good ECG. Li, Mark and Clifford 2008
   * (doi 10.1088/0967-3334/29/1/002); scipy.stats.kurtosis(fisher=False).
   */
  readonly kurtosis: number;
  /** pSQI: share of the power from 5 to 40 Hz that lies from 5 to 15 Hz, where the QRS is (same source). */
  readonly qrsPowerShare: number;
  /** basSQI: 1 less the share of the power up to 40 Hz that lies below 1 Hz (same source); near 1 without baseline wander. */
  readonly baselineSteadiness: number;
  /** Share of the power up to Nyquist that lies above 40 Hz, where muscle and mains are. */
  readonly highFrequencyShare: number;
}

/** The indices of finite samples, at least 2 s of them; a flat lead has no power to share and gives NaN. */
export function qualityIndices(samplesMv: ArrayLike<number>, samplingRateHz: number): QualityIndices {
  checkSamples('quality indices', samplesMv, 2 * samplingRateHz);
  const spectrum = powerSpectrum(samplesMv, samplingRateHz);
  const upTo40 = bandPower(spectrum, 0, 40);
  const above40 = bandPower(spectrum, 40, samplingRateHz / 2);
  return {
    kurtosis: kurtosis(samplesMv),
    qrsPowerShare: bandPower(spectrum, 5, 15) / bandPower(spectrum, 5, 40),
    baselineSteadiness: baselineSteadiness(spectrum),
    highFrequencyShare: above40 / (upTo40 + above40),
  };
}

/** basSQI of a spectrum: see QualityIndices. */
export function baselineSteadiness(spectrum: PowerSpectrum): number {
  return 1 - bandPower(spectrum, 0, 1) / bandPower(spectrum, 0, 40);
}

/** Fourth central moment over the square of the second, divisor n: 3 for normal noise; NaN for samples that do not vary. */
export function kurtosis(samples: ArrayLike<number>): number {
  const length = samples.length;
  let mean = 0;
  for (let index = 0; index < length; index++) mean += samples[index] / length;
  let second = 0;
  let fourth = 0;
  for (let index = 0; index < length; index++) {
    const square = (samples[index] - mean) ** 2;
    second += square / length;
    fourth += (square * square) / length;
  }
  return fourth / (second * second);
}
