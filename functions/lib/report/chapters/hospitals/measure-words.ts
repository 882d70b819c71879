// How pooled figures are named and written: the same words in tables, plots and sentences.
import type { PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { type FigureStyle, formatNumber } from '../../format.ts';
import type { PooledView } from './pooled-tables.ts';

const NAMES: Readonly<Record<PooledMeasure['measure'], string>> = {
  auroc: 'AUROC',
  sensitivity: 'Sensitivity',
  specificity: 'Specificity',
  'observed-expected': 'Observed / expected',
  'calibration-slope': 'Calibration slope',
};

const SCALES: Readonly<Record<PooledMeasure['scale'], string>> = {
  logit: 'logit',
  log: 'log',
  identity: 'own scale',
};

const STYLES: Readonly<Record<PooledMeasure['measure'], FigureStyle>> = {
  auroc: 'fraction',
  sensitivity: 'percent',
  specificity: 'percent',
  'observed-expected': 'ratio',
  'calibration-slope': 'ratio',
};

/** "AUROC", "Sensitivity, rule-out". */
export const measureName = ({ measure, threshold }: PooledMeasure): string =>
  threshold === null ? NAMES[measure] : `${NAMES[measure]}, ${threshold}`;

export const measureStyle = ({ measure }: PooledMeasure): FigureStyle => STYLES[measure];

export const scaleName = ({ scale }: Pick<PooledMeasure, 'scale'>): string => SCALES[scale];

/** Where a figure says "chance" or "right": AUROC 0.5, ratios and slopes 1; shares have none. */
const idealOf = ({ measure, scale }: PooledMeasure): number | null =>
  measure === 'auroc' ? 0.5 : scale === 'logit' ? null : 1;

/** The measure as plots and tables show it. */
export function drawnMeasure(measure: PooledMeasure): PooledView {
  const { scale, sites, pooled } = measure;
  return {
    ...{ scale, sites, name: measureName(measure), style: measureStyle(measure), ideal: idealOf(measure) },
    ...('cannotTell' in pooled ? { pooled: null, notPooled: pooled.cannotTell } : { pooled, notPooled: null }),
  };
}

/** For ids of elements: unique among the measures of a report. */
export const measureId = (measure: PooledMeasure, place: number): string => `pooled-${place}-${measure.measure}`;

interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** "0.858 (0.816 to 0.892)"; percentages with their sign. */
export function intervalText({ estimate, lower, upper }: Interval, style: FigureStyle): string {
  const unit = style === 'percent' ? ' %' : '';
  return `${formatNumber(estimate, style)}${unit} (${rangeText({ lower, upper }, style)})`;
}

/** "0.816 to 0.892". */
export const rangeText = (
  { lower, upper }: { readonly lower: number; readonly upper: number },
  style: FigureStyle,
): string => `${formatNumber(lower, style)} to ${formatNumber(upper, style)}`;

/** tau², which may be small: three decimals, "below 0.001" between. */
export function varianceText(value: number): string {
  return value > 0 && value < 0.0005 ? '< 0.001' : value.toFixed(3);
}

/** "p = 0.03", "p < 0.001". */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`);
