import { chiSquaredUpperQuantile } from '../chi-squared.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { normalMultiplier } from '../normal.ts';
import { studentTMultiplier } from '../student-t.ts';
import { sum } from '../sum.ts';
import { differencesOf, FEWEST_ROWS, type PairedMeasurements } from './measurements.ts';

export interface LimitsOfAgreement {
  /** Mean of first minus second. */
  readonly bias: Estimate;
  /** Between these lie 95 % of the differences, if they are normal. */
  readonly lowerLimit: Estimate;
  readonly upperLimit: Estimate;
  readonly standardDeviation: number;
  /** Correlation of the difference with the mean of both: far from 0, one pair of limits does not fit all sizes. */
  readonly trend: number;
}

/**
 * Bland and Altman (doi 10.1016/S0140-6736(86)90837-8), one pair of measurements per person: bias with Student's interval; limits of
 * agreement with intervals recovered from those of mean and standard deviation (Zou 2013, doi 10.1177/0962280211402548), which
 * hold their level in small samples where the published approximation does not.
 */
export function blandAltman(
  measurements: PairedMeasurements,
  options: { readonly level?: number } = {},
): LimitsOfAgreement | CannotTell {
  const level = checkedLevel(options.level);
  const differences = differencesOf(measurements);
  const n = differences.length;
  if (n < FEWEST_ROWS) return { cannotTell: `${n} pairs are fewer than ${FEWEST_ROWS}`, n, events: n };
  if (measurements.clusters !== undefined && new Set(measurements.clusters).size < n)
    return { cannotTell: 'people have several pairs, and limits of agreement are for one pair each', n, events: n };
  const mean = sum(differences) / n;
  const deviation = Math.sqrt(sum(differences.map((value) => (value - mean) ** 2)) / (n - 1));
  const half = (studentTMultiplier(level, n - 1) * deviation) / Math.sqrt(n);
  const figure = (estimate: number, lower: number, upper: number, method: string): Estimate => ({
    estimate,
    lower,
    upper,
    level,
    method,
    n,
    events: n,
  });
  const reach = normalMultiplier(0.95) * deviation;
  const [narrow, wide] = deviationLimits(deviation, n, level).map((limit) => normalMultiplier(0.95) * limit);
  const meanHalf = (normalMultiplier(level) * deviation) / Math.sqrt(n);
  const outside = Math.hypot(meanHalf, wide - reach);
  const inside = Math.hypot(meanHalf, reach - narrow);
  const method = 'limits of agreement (Bland-Altman), interval recovered from mean and standard deviation (MOVER)';
  return {
    bias: figure(mean, mean - half, mean + half, "mean difference, Student's t interval"),
    lowerLimit: figure(mean - reach, mean - reach - outside, mean - reach + inside, method),
    upperLimit: figure(mean + reach, mean + reach - inside, mean + reach + outside, method),
    standardDeviation: deviation,
    trend: correlation(
      differences,
      measurements.first.map((value, row) => (value + measurements.second[row]) / 2),
    ),
  };
}

function deviationLimits(deviation: number, n: number, level: number): [narrow: number, wide: number] {
  const tail = (1 - level) / 2;
  const limit = (upperTail: number) => deviation * Math.sqrt((n - 1) / chiSquaredUpperQuantile(upperTail, n - 1));
  return [limit(tail), limit(1 - tail)];
}

/** Pearson's; 0 where either does not vary. */
function correlation(a: Float64Array, b: Float64Array): number {
  const centre = (values: Float64Array) => {
    const mean = sum(values) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centre(a), centre(b)];
  const scale = Math.sqrt(sum(x.map((value) => value * value)) * sum(y.map((value) => value * value)));
  return scale === 0 ? 0 : sum(x.map((value, row) => value * y[row])) / scale;
}
