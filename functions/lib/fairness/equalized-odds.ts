import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import type { GroupFigures, Rate } from './group-figures.ts';
import { differenceInterval } from './score-difference.ts';

/** Equalized odds of one group against the reference at a threshold. */
export interface EqualizedOdds {
  readonly threshold: string;
  readonly group: string;
  /** The larger of the gaps in sensitivity and in false positive rate, without its sign. */
  readonly gap: Estimate | CannotTell;
}

const LEVEL = 0.95;

/**
 * Equalized odds (Hardt, Price and Srebro, doi 10.48550/arXiv.1610.02413): the larger of the gaps in sensitivity and in false
 * positive rate, as in fairlearn. Both gaps get score intervals at 97.5 % (Bonferroni); where they hold, the larger gap lies
 * between the larger of their lower and the larger of their upper limits. Whether it differs or is equivalent follows from
 * the two tests of its parts.
 */
export function equalizedOdds(group: GroupFigures, reference: GroupFigures): EqualizedOdds[] {
  const of = (from: GroupFigures, metric: Rate['metric'], threshold: string) =>
    from.rates.find((rate) => rate.metric === metric && rate.threshold === threshold);
  return group.confusions.map(({ threshold }) => {
    const parts = (['sensitivity', 'falsePositiveRate'] as const).map(
      (metric) => [of(group, metric, threshold), of(reference, metric, threshold)] as const,
    );
    return { threshold, group: group.group, gap: largerGap(parts) };
  });
}

function largerGap(parts: readonly (readonly [Rate | undefined, Rate | undefined])[]): Estimate | CannotTell {
  let [n, events] = [0, 0];
  const gaps: { estimate: number; lower: number; upper: number }[] = [];
  for (const [one, two] of parts) {
    for (const rate of [one, two]) {
      n += rate?.counts.rows ?? 0;
      events += rate?.counts.successes ?? 0;
    }
    if (one && two && !isCannotTell(one.figure) && !isCannotTell(two.figure)) gaps.push(sizeOfGap(one, two));
  }
  if (gaps.length < parts.length) return { cannotTell: 'one of its two rates cannot be told', n, events };
  const largest = (key: 'estimate' | 'lower' | 'upper') => Math.max(...gaps.map((gap) => gap[key]));
  return {
    ...{ estimate: largest('estimate'), lower: largest('lower'), upper: largest('upper'), level: LEVEL, n, events },
    method: 'larger gap of sensitivity and false positive rate, Miettinen-Nurminen score intervals (Bonferroni)',
  };
}

/** The size of a difference with its interval, whatever its sign. */
function sizeOfGap(one: Rate, two: Rate) {
  const { lower, upper } = differenceInterval(one.counts.effective, two.counts.effective, (1 + LEVEL) / 2);
  const estimate = Math.abs(one.counts.successes / one.counts.rows - two.counts.successes / two.counts.rows);
  const isAcross = lower <= 0 && upper >= 0;
  const sizes = [Math.abs(lower), Math.abs(upper)];
  return { estimate, lower: isAcross ? 0 : Math.min(...sizes), upper: Math.max(...sizes) };
}
