// Gaps and groups in words.
import type { GapMetric } from '#lib/fairness/gap.ts';
import { formatNumber } from '../../format.ts';
import { ageWords, deviceWords, sexWords } from '../../reasons.ts';
import { type Figure, isEstimate, isSuppressed } from '../../record.ts';
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

/** "Sensitivity, balanced". */
export const metricWords = (metric: GapMetric, threshold: string | null): string =>
  threshold === null ? METRIC_WORDS[metric] : `${METRIC_WORDS[metric]}, ${threshold}`;

const COLUMN_WORDS: Readonly<Record<string, string>> = {
  site: 'Hospital',
  sex: 'Sex',
  age: 'Age',
  device: 'Device',
  outcome: 'outcome',
};

/** "Hospital", "Sex", "Ethnicity". */
export function columnWords(column: string): string {
  const [words = column] = [COLUMN_WORDS[column], column.replaceAll('-', ' ')].filter((text) => text !== undefined);
  return words === COLUMN_WORDS[column] ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

/** "Women", "Age 50-59", "Ethnicity not given"; of two columns both, "Women, Age 50-59". */
export function groupWords(columns: readonly string[], group: string): string {
  const parts = columns.length === 1 ? [group] : group.split(' × ');
  return parts.map((part, place) => partWords(columns[place], part)).join(', ');
}

function partWords(column: string, group: string): string {
  if (column === 'sex') return sexWords(group);
  if (column === 'age') return ageWords(group);
  if (column === 'device') return group.startsWith('other (') ? `Devices: ${group}` : deviceWords(group);
  if (group === 'unknown') return `${columnWords(column)} not given`;
  return group === 'not-listed' ? `${columnWords(column)} not listed` : group;
}

/** True where gaps are read as ratios rather than as differences. */
export const isRatio = (metric: GapMetric): boolean => metric === 'calibration';

/** The figure that a gap is judged by. */
export const judgedFigure = ({ metric, difference, ratio }: FairnessGap): Figure =>
  isRatio(metric) ? ratio : difference;

/** "−12.1 points", "−0.052", "× 0.87": a gap in the unit of its figure. */
export function gapText(metric: GapMetric, gap: number): string {
  if (isRatio(metric)) return `× ${formatNumber(gap, 'ratio')}`;
  return metric === 'auroc' ? formatNumber(gap, 'fraction') : `${formatNumber(gap, 'percent')} points`;
}

/** "−12.1 points (−18.0 to −6.2)". */
export function gapFigure(metric: GapMetric, figure: Figure): string {
  if (isSuppressed(figure)) return 'hidden';
  if (!isEstimate(figure)) return 'cannot tell';
  const style = isRatio(metric) ? 'ratio' : metric === 'auroc' ? 'fraction' : 'percent';
  const { estimate, lower, upper } = figure;
  return `${gapText(metric, estimate)} (${formatNumber(lower, style)} to ${formatNumber(upper, style)})`;
}

/** "0.034", "< 0.001". */
export function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** "p = 0.034", "p < 0.001". */
export const pClause = (p: number | null): string => (p !== null && p < 0.001 ? 'p < 0.001' : `p = ${pText(p)}`);

/** "differs", "equivalent within 10.0 points", "cannot tell". */
export function verdictWords({ metric, verdict, margin }: FairnessGap): string {
  const within = isRatio(metric)
    ? `a factor of ${formatNumber(margin, 'ratio')}`
    : gapText(metric, margin).replace('.0 points', ' points');
  switch (verdict) {
    case 'differs':
      return 'differs';
    case 'differs-within-margin':
      return `differs, by less than ${within}`;
    case 'equivalent':
      return `equivalent within ${within}`;
    case 'hidden':
      return 'hidden';
    case 'cannot-tell':
      return 'cannot tell';
  }
}

/** "18.2 points", "× 1.61", "none". */
export function detectableText({ metric, detectable, pValue }: FairnessGap): string {
  if (pValue === null) return '–';
  return detectable === null ? 'none' : gapText(metric, detectable);
}
