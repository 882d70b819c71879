import type { CountPatterns, SumStatistic } from './bootstrap-counts.ts';
import { expit, logit } from './logit.ts';
import { isAllAlike } from './mean-of-rows.ts';
import { studentTMultiplier } from './student-t.ts';

/**
 * Interval of a statistic between 0 and 1 of sums over subjects, each left out in turn: on the logit scale, moved by the bias that the
 * jackknife shows, Student's t over subjects (Efron, doi 10.1137/1.9781611970319; as `jackknifeByPerson`). It covers better than a BCa
 * bootstrap where a mean of shares rests on few people (bench/coverage/labels.ts). Undefined where nothing varies.
 */
export function jackknifeShare(
  { patterns, multiplicities, subjects, totals }: CountPatterns,
  statistic: SumStatistic,
  level: number,
): { readonly lower: number; readonly upper: number } | undefined {
  const estimate = statistic(totals);
  const without = Float64Array.from(patterns, (pattern) =>
    statistic(totals.map((sum, column) => sum - pattern[column])),
  );
  if (isAllAlike(without) || estimate <= 0 || estimate >= 1) return undefined;
  const times = (of: (value: number) => number): number =>
    without.reduce((total, value, place) => total + multiplicities[place] * of(value), 0);
  const mean = times((value) => value) / subjects;
  const variance = ((subjects - 1) / subjects) * times((value) => (value - mean) ** 2);
  const slope = 1 / (estimate * (1 - estimate));
  const middle = logit(estimate) - slope * (subjects - 1) * (mean - estimate);
  const half = slope * studentTMultiplier(level, subjects - 1) * Math.sqrt(variance);
  return { lower: Math.min(estimate, expit(middle - half)), upper: Math.max(estimate, expit(middle + half)) };
}
