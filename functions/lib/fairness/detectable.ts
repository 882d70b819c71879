import { normalCdf, normalMultiplier, normalQuantile } from '#lib/validation/normal.ts';
import { bisect } from './bisect.ts';

/** Power at which a gap counts as one that the sample could have seen. */
const POWER = 0.8;

export interface DetectableDifference {
  /** Of the group that is compared and of the reference: independent trials (effective, where people have several rows). */
  readonly n: number;
  readonly referenceN: number;
  /** Share of the reference. */
  readonly share: number;
  /** Two-sided level of the test, corrected for the number of comparisons. */
  readonly alpha: number;
}

/** Power of the two-sided test of two shares, pooled variance under the hypothesis (Fleiss, Levin and Paik, doi 10.1002/0471445428, chapter 4). */
export function differencePower({ n, referenceN, share, alpha }: DetectableDifference, difference: number): number {
  const own = share + difference;
  const pooled = (n * own + referenceN * share) / (n + referenceN);
  const under = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / referenceN));
  const truly = Math.sqrt((own * (1 - own)) / n + (share * (1 - share)) / referenceN);
  const bound = normalMultiplier(1 - alpha) * under;
  if (!(truly > 0)) return Math.abs(difference) > bound ? 1 : 0;
  return normalCdf((Math.abs(difference) - bound) / truly) + normalCdf((-Math.abs(difference) - bound) / truly);
}

/**
 * The smallest difference of shares that the test finds with 80 % power, upwards or downwards, whichever needs the larger one;
 * only the directions in which the group's share can lie so far away count. null where neither does.
 */
export function detectableDifference(of: DetectableDifference): number | null {
  const towards = (end: number): number[] => {
    if (Math.abs(end) < 1e-12 || differencePower(of, end) < POWER) return [];
    return [Math.abs(bisect((difference) => differencePower(of, difference) - POWER, 0, end))];
  };
  const found = [...towards(1 - of.share), ...towards(-of.share)];
  return found.length === 0 ? null : Math.max(...found);
}

/** The same for a figure with a normal sampling distribution of this standard error. */
export function detectableShift(standardError: number, alpha: number): number {
  return (normalMultiplier(1 - alpha) + normalQuantile(POWER)) * standardError;
}
