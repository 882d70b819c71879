// Gaps and groups in words.
import type { GapMetric } from '#lib/fairness/gap.ts';
import { ALPHA } from '#lib/fairness/judge.ts';
import { formatNumber, HIDDEN } from '../../format.ts';
import { verdictText } from '../../gap-words.ts';
import { ageWords, deviceWords, sexWords } from '../../reasons.ts';
import { isEstimate, isSuppressed, type ReadFigure } from '../../record.ts';
import type { FairnessGap } from './value.ts';

const METRIC_WORDS: Readonly<Record<GapMetric, string>> = {
  sensitivity: 'Sensitivity',
  falsePositiveRate: 'False positive rate',
  positivePredictiveValue: 'Positive predictive value',
  negativePredictiveValue: 'Negative predictive value',
  flagRate: 'Share flagged',
  auroc: 'AUROC',
  calibration: 'Observed / expected',
};

/** "Sensitivity at “balanced”". */
export const metricWords = (metric: GapMetric, threshold: string | null): string =>
  threshold === null ? METRIC_WORDS[metric] : `${METRIC_WORDS[metric]} at “${threshold}”`;

/** The same inside a sentence. */
export function metricInSentence({ metric, threshold }: Pick<FairnessGap, 'metric' | 'threshold'>): string {
  const words = metricWords(metric, threshold);
  return metric === 'auroc' ? words : words.charAt(0).toLowerCase() + words.slice(1);
}

const COLUMN_WORDS: Readonly<Record<string, string>> = {
  site: 'Hospital',
  sex: 'Sex',
  age: 'Age',
  device: 'Device',
  outcome: 'outcome',
};

/** The id of a part of the page about one or two columns, whatever they are called. */
export const columnId = (columns: readonly string[], part?: string): string =>
  ['fairness', ...columns, ...(part === undefined ? [] : [part])].join('-').replace(/[^\p{L}\p{N}]+/gu, '-');

/** "Hospital", "Sex", "Ethnicity". */
export function columnWords(column: string): string {
  if (Object.hasOwn(COLUMN_WORDS, column)) return COLUMN_WORDS[column];
  const words = column.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "Women", "Age 50-59", "Ethnicity not given"; of two columns both, "cedar, women". */
export function groupWords(columns: readonly string[], group: string): string {
  const parts = columns.length === 1 ? [group] : group.split(' × ');
  return parts
    .map((part, place) => (place === 0 ? partWords(columns[place], part) : inSentence(columns[place], part)))
    .join(', ');
}

/** The same inside a sentence: "women", "age 50-59"; names of hospitals and codes of sites stay as they are. */
export function groupInSentence(columns: readonly string[], group: string): string {
  const parts = columns.length === 1 ? [group] : group.split(' × ');
  return parts.map((part, place) => inSentence(columns[place], part)).join(', ');
}

function inSentence(column: string, group: string): string {
  const words = partWords(column, group);
  return words === group ? words : words.charAt(0).toLowerCase() + words.slice(1);
}

function partWords(column: string, group: string): string {
  if (column === 'sex') return sexWords(group);
  if (column === 'age') return ageWords(group);
  if (column === 'device') return group.startsWith('other (') ? `Devices: ${group}` : deviceWords(group);
  if (group === 'unknown' || group === 'not given') return `${columnWords(column)} not given`;
  return group === 'not-listed' ? `${columnWords(column)} not listed` : group;
}

/** True where gaps are read as ratios rather than as differences. */
export const isRatio = (metric: GapMetric): boolean => metric === 'calibration';

/** The figure that a gap is judged by. */
export const judgedFigure = ({ metric, difference, ratio }: FairnessGap): ReadFigure =>
  isRatio(metric) ? ratio : difference;

/** "12.1 points", "0.052", "× 0.87": a size in the unit of its figure. */
export function gapText(metric: GapMetric, gap: number): string {
  if (isRatio(metric)) return `× ${formatNumber(gap, 'ratio')}`;
  return metric === 'auroc' ? formatNumber(gap, 'fraction') : `${formatNumber(gap, 'percent')} points`;
}

/** "+12.1 points (−1.8 to 26.2)", "× 0.87 (0.71 to 1.06)". */
export function gapFigure(metric: GapMetric, figure: ReadFigure): string {
  if (isSuppressed(figure)) return HIDDEN;
  if (!isEstimate(figure)) return 'cannot tell';
  const style = isRatio(metric) ? 'ratio' : metric === 'auroc' ? 'fraction' : 'percent';
  const { estimate, lower, upper } = figure;
  const sign = estimate > 0 && !isRatio(metric) ? '+' : '';
  return `${sign}${gapText(metric, estimate)} (${formatNumber(lower, style)} to ${formatNumber(upper, style)})`;
}

/** Below 5 % by itself, not after correction: no claim, and no reassurance either. */
export const isSuggested = ({ verdict, pValue }: FairnessGap): boolean =>
  verdict === 'cannot-tell' && pValue !== null && pValue < ALPHA;

/** "differs", "equivalent within 10.0 points", "cannot tell". */
export function verdictWords(gap: FairnessGap): string {
  const { metric, verdict, margin } = gap;
  const within = isRatio(metric)
    ? `a factor of ${formatNumber(margin, 'ratio')}`
    : gapText(metric, margin).replace('.0 points', ' points');
  return isSuggested(gap) ? 'suggested, not shown' : verdictText(verdict, within);
}

/** "18.2 points", "× 1.61", "none". */
export function detectableText({ metric, detectable, pValue }: FairnessGap): string {
  if (pValue === null) return '–';
  return detectable === null ? 'none' : gapText(metric, detectable);
}
