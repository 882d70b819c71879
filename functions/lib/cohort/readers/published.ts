import { RefusedInput } from '#functions/errors.ts';
import { readCells } from './columns.ts';
import type { StudyDescription } from './description.ts';

/** Metrics of published tables, by the names that papers give them. */
const METRICS: Readonly<Record<string, PublishedMetric>> = {
  precision: 'positivePredictiveValue',
  'positive predictive value': 'positivePredictiveValue',
  ppv: 'positivePredictiveValue',
  recall: 'sensitivity',
  sensitivity: 'sensitivity',
  specificity: 'specificity',
  'f1 score': 'f1',
  f1: 'f1',
};

export type PublishedMetric = 'positivePredictiveValue' | 'sensitivity' | 'specificity' | 'f1';

export interface PublishedCell {
  /** Column of the label. */
  readonly label: string;
  readonly rater: string;
  readonly metric: PublishedMetric;
  readonly value: number;
}

/** A table with two header rows (metric, rater) and one row per label, as pandas writes one with two levels of columns. */
export function readPublished({ labels, published }: StudyDescription, bytes: Uint8Array): PublishedCell[] {
  if (published === undefined) return [];
  const { file, raters } = published;
  const [metrics = [], names = [], ...rows] = readCells(file, bytes);
  const columns = metrics.flatMap((metric, i) => {
    const rater = raters[names[i]];
    if (i === 0 || rater === undefined) return [];
    const known = METRICS[metric.toLowerCase()];
    if (known === undefined) {
      throw new RefusedInput(`${file}: found metric ${metric}, accepted ${Object.keys(METRICS).join(', ')}`);
    }
    return [{ i, metric: known, rater }];
  });
  if (columns.length === 0) {
    throw new RefusedInput(
      `${file}: found no column of ${Object.keys(raters).join(', ')}, accepted two header rows, metric and rater`,
    );
  }
  return rows.flatMap(([label, ...cells]) => {
    if (!labels.some(({ column }) => column === label)) {
      throw new RefusedInput(
        `${file}: found label ${label}, accepted ${labels.map(({ column }) => column).join(', ')}`,
      );
    }
    return columns.map(({ i, metric, rater }) => ({ label, rater, metric, value: shareIn(file, label, cells[i - 1]) }));
  });
}

function shareIn(file: string, label: string, cell: string | undefined): number {
  const value = cell === undefined || cell === '' ? Number.NaN : Number(cell);
  if (value >= 0 && value <= 1) return value;
  throw new RefusedInput(`${file}: row ${label}: found another value, accepted numbers from 0 to 1`);
}
