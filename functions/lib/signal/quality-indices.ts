import { bandPower, type PowerSpectrum } from './power-spectrum.ts';

/**
 * basSQI: 1 less the share of the power up to 40 Hz that lies below 1 Hz; near 1 without baseline wander, NaN where there is no
 * power. Li, Mark and Clifford 2008 (doi 10.1088/0967-3334/29/1/002).
 */
export function baselineSteadiness(spectrum: PowerSpectrum): number {
  return 1 - bandPower(spectrum, 0, 1) / bandPower(spectrum, 0, 40);
}

/**
 * kSQI: fourth central moment over the square of the second, divisor n: 3 for normal noise, above 5 in a good ECG; NaN for samples
 * that do not vary. Same source; scipy.stats.kurtosis(fisher=False).
 */
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
