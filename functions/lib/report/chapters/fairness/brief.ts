// A gap in the words of the first page: what happens to whom, more often or less.
import type { GapMetric } from '#lib/fairness/gap.ts';
import { formatNumber } from '../../format.ts';
import { isEstimate } from '../../record.ts';
import type { FairnessGap } from './value.ts';
import { groupInSentence, isSuggested, judgedFigure, verdictWords } from './words.ts';

/** A gap with the column that it is of. */
export interface NamedGap {
  readonly column: string;
  readonly gap: FairnessGap;
}

/** A rate as what goes wrong: a higher sensitivity is fewer missed cases. */
const MISTAKES: Partial<Record<GapMetric, { readonly name: string; readonly sign: 1 | -1 }>> = {
  sensitivity: { name: 'missed cases', sign: -1 },
  falsePositiveRate: { name: 'false alarms', sign: 1 },
};

/** "more frequent by 17.7 points (5.0 to 32.1)": of a mistake, its gap in points. */
function frequencyWords(metric: GapMetric, gap: FairnessGap): string | null {
  const mistake = MISTAKES[metric];
  const figure = judgedFigure(gap);
  if (mistake === undefined || !isEstimate(figure)) return null;
  const [estimate, ...limits] = [figure.estimate, figure.lower, figure.upper].map((value) => mistake.sign * value);
  const direction = estimate < 0 ? -1 : 1;
  const [size, ...range] = [estimate, ...limits.toSorted((a, b) => direction * (a - b))].map((value) =>
    formatNumber(direction * value, 'percent'),
  );
  return `${direction < 0 ? 'rarer' : 'more frequent'} by ${size} points (${range.join(' to ')})`;
}

/** "false alarms at “balanced” are rarer by 19.9 points (13.1 to 26.3) in women than in men; missed cases are more frequent by …". */
export function briefOf({ column, gap }: NamedGap, other: NamedGap | undefined): string {
  const [group, reference] = [gap.group, gap.reference].map((one) => groupInSentence([column], one));
  const mistake = MISTAKES[gap.metric];
  const frequency = frequencyWords(gap.metric, gap);
  if (mistake !== undefined && frequency !== null)
    return `${mistake.name} at “${gap.threshold}” are ${frequency} in ${group} than in ${reference}${otherWords(other)}`;
  const figure = judgedFigure(gap);
  if (!isEstimate(figure)) return `${group} and ${reference} differ`;
  const style = gap.metric === 'auroc' ? 'fraction' : 'ratio';
  const [size, lower, upper] = [figure.estimate, figure.lower, figure.upper].map((value) => formatNumber(value, style));
  return gap.metric === 'auroc'
    ? `AUROC in ${group} less AUROC in ${reference} is ${size} (${lower} to ${upper})`
    : `observed / expected in ${group} is ${size} times (${lower} to ${upper}) that in ${reference}`;
}

/** The verdict on the second of two gaps, to somebody who has not read the chapter: it must not be read as one on both. */
function openly(gap: FairnessGap): string {
  if (isSuggested(gap))
    return ', but the latter is only suggested, not shown after correction for the number of comparisons';
  return gap.verdict === 'cannot-tell'
    ? ', and of the latter it cannot be told whether it is chance'
    : `: ${verdictWords(gap)}`;
}

/** Fewer false alarms are no gift where more cases are missed. */
function otherWords(other: NamedGap | undefined): string {
  if (other === undefined) return '';
  const name = MISTAKES[other.gap.metric]?.name ?? '';
  const frequency = frequencyWords(other.gap.metric, other.gap);
  return frequency === null ? `; ${name}: cannot be told` : `; ${name} are ${frequency}${openly(other.gap)}`;
}
