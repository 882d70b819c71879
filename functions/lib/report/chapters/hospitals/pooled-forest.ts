import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import type { VNode } from 'preact';
import type { PooledFigure, PooledSite, Scale } from '#lib/validation/pooled-measure.ts';
import { element } from '../../element.ts';
import { type FigureStyle, formatNumber } from '../../format.ts';
import { intervalText, rangeText } from './measure-words.ts';

const WIDTH = 320;
const ROW_HEIGHT = 34;
const LEFT = 10;
const RIGHT = 310;

/** That fit under the axis. */
const MOST_LETTERS = 58;

type Axis = ScaleContinuousNumeric<number, number>;

/** A figure of several hospitals as it is drawn. */
export interface ForestFigure {
  readonly name: string;
  readonly style: FigureStyle;
  readonly scale: Scale;
  /** Where the figure says "chance" or "right"; null where no value does. */
  readonly ideal: number | null;
  readonly sites: readonly PooledSite[];
  readonly pooled: PooledFigure | null;
}

/** Each hospital with its interval and weight (area of the square), the pooled figure as a diamond, a further hospital as a dashed bar. */
export function pooledForest(id: string, measure: ForestFigure): VNode {
  const { sites } = measure;
  const figure = measure.pooled ?? undefined;
  const x = axisOf(measure, figure);
  const rows = sites.length + (figure === undefined ? 0 : figure.prediction === null ? 1 : 2);
  const bottom = rows * ROW_HEIGHT;
  const title = `${measure.name}: hospitals${figure === undefined ? '' : ', pooled'}`;
  const attributes = { role: 'img', 'aria-labelledby': `${id}-title ${id}-desc`, class: 'forest' };
  return element('svg', { viewBox: `0 0 ${WIDTH} ${bottom + 40}`, ...attributes }, [
    element('title', { id: `${id}-title` }, title),
    element('desc', { id: `${id}-desc` }, spoken(measure, figure)),
    ...axisMarks(measure, x, rows),
    ...sites.map((site, row) => siteRow(measure, site, row, x)),
    ...(figure === undefined ? [] : pooledRows(measure, figure, sites.length, x)),
  ]);
}

function spoken(measure: ForestFigure, figure: PooledFigure | undefined): string {
  const { style } = measure;
  const parts = measure.sites.map((site) => `${site.site} ${intervalText(site, style)}`);
  if (figure === undefined) return parts.join('; ');
  const next = figure.prediction === null ? [] : [`further hospital ${rangeText(figure.prediction, style)}`];
  return [...parts, `pooled ${intervalText(figure, style)}`, ...next].join('; ');
}

/** Shares from a round number below all intervals up to 1, ratios and sizes on a log scale, slopes and differences as they are. */
function axisOf({ ideal, scale, sites }: ForestFigure, figure: PooledFigure | undefined): Axis {
  const ranges = [
    ...sites,
    ...(figure === undefined ? [] : [figure, ...(figure.prediction ? [figure.prediction] : [])]),
  ];
  const lowest = Math.min(...ranges.map(({ lower }) => lower));
  const highest = Math.max(...ranges.map(({ upper }) => upper));
  const range: [number, number] = [LEFT, RIGHT];
  if (scale === 'logit') {
    const floor = Math.floor(Math.min(ideal ?? 0.9, lowest) * 10) / 10;
    return scaleLinear().domain([floor, 1]).range(range);
  }
  if (scale === 'log' && ideal === null)
    return scaleLog()
      .domain([lowest / 1.1, highest * 1.1])
      .range(range);
  if (ideal !== 1)
    return scaleLinear()
      .domain([Math.min(ideal ?? lowest, lowest), Math.max(ideal ?? highest, highest)])
      .nice()
      .range(range);
  if (scale === 'log')
    return scaleLog()
      .domain([clamp(lowest, 0.1, 0.8), clamp(highest, 1.25, 10)])
      .range(range)
      .clamp(true);
  return scaleLinear()
    .domain([clamp(lowest, -1, 0.5), clamp(highest, 1.5, 4)])
    .nice()
    .range(range)
    .clamp(true);
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Grid lines stand only beside the intervals, so that they cross no text. */
function axisMarks(measure: ForestFigure, x: Axis, rows: number): VNode[] {
  const bottom = rows * ROW_HEIGHT;
  const { style } = measure;
  const unit = style === 'percent' ? ', %' : '';
  const beside = (value: number) =>
    Array.from({ length: rows }, (_, row) => `M${x(value)},${row * ROW_HEIGHT + 18}v14`).join('');
  const ticks = ticksOf(measure, x);
  const label = (tick: number) =>
    style === 'percent' ? String(Math.round(tick * 100)) : String(Number(tick.toFixed(2)));
  const at = measure.ideal;
  const [low, high] = x.domain();
  const isDrawn = at !== null && at >= low && at <= high;
  const words = at === 0.5 ? '; dashed: chance (0.5)' : `; dashed: ${at}`;
  const dashed = isDrawn ? words : '';
  const whole = `${measure.name}${unit} with 95 % interval${dashed}`;
  const text = whole.length <= MOST_LETTERS ? whole : `${measure.name}${unit}${dashed}`;
  return [
    ...ticks.map((tick) => element('path', { d: beside(tick), class: 'grid' })),
    ...(isDrawn ? [element('path', { d: beside(at), class: 'ideal' })] : []),
    ...ticks.map((tick) =>
      element('text', { x: x(tick), y: bottom + 14, 'text-anchor': anchor(x(tick)), class: 'soft' }, label(tick)),
    ),
    element('text', { x: WIDTH / 2, y: bottom + 32, 'text-anchor': 'middle', class: 'soft' }, text),
  ];
}

function ticksOf({ scale, ideal }: ForestFigure, x: Axis): number[] {
  const [low, high] = x.domain();
  if (scale === 'log' && ideal === null)
    return scaleLinear()
      .domain([low, high])
      .ticks(4)
      .filter((tick) => tick >= low && tick <= high);
  return scale === 'log'
    ? [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10].filter((tick) => tick >= low && tick <= high)
    : x.ticks(5);
}

function anchor(at: number): 'start' | 'middle' | 'end' {
  if (at < 20) return 'start';
  return at > WIDTH - 20 ? 'end' : 'middle';
}

function captions(left: string, right: string, row: number): VNode[] {
  const y = row * ROW_HEIGHT + 14;
  return [element('text', { x: LEFT, y }, left), element('text', { x: RIGHT, y, 'text-anchor': 'end' }, right)];
}

/** An interval as a line with ends; an arrow where it goes on beyond the axis. */
function lineOf({ lower, upper }: { readonly lower: number; readonly upper: number }, y: number, x: Axis): string {
  const [low, high] = x.domain();
  const end = (value: number, beyond: boolean, direction: number) =>
    beyond ? `M${x(value) - 5 * direction},${y - 4}l${5 * direction},4l${-5 * direction},4` : `M${x(value)},${y - 4}v8`;
  return `M${x(lower)},${y}H${x(upper)}${end(lower, lower < low, -1)}${end(upper, upper > high, 1)}`;
}

function siteRow(measure: ForestFigure, site: PooledSite, row: number, x: Axis): VNode {
  const { style } = measure;
  const y = row * ROW_HEIGHT + 25;
  // The area of the square is the weight; 7 without one.
  const side = site.weight === null ? 7 : 3 + 12 * Math.sqrt(site.weight);
  const share = site.weight === null ? '' : `, weight ${formatNumber(site.weight, 'percent')} %`;
  const [left, middle] = [`${site.site}${share}`, x(site.estimate)];
  return element('g', { 'data-site': site.site }, [
    ...captions(left, `${intervalText(site, style)}${site.corrected ? ' *' : ''}`, row),
    element('path', { d: lineOf(site, y, x), class: 'mark' }),
    element('rect', { x: middle - side / 2, y: y - side / 2, width: side, height: side, class: 'mark' }),
  ]);
}

function pooledRows(measure: ForestFigure, figure: PooledFigure, row: number, x: Axis): VNode[] {
  const { style } = measure;
  const y = row * ROW_HEIGHT + 25;
  const { estimate, lower, upper, prediction } = figure;
  const diamond = `M${x(lower)},${y}L${x(estimate)},${y - 6}L${x(upper)},${y}L${x(estimate)},${y + 6}Z`;
  const pooled = element('g', { 'data-pooled': formatNumber(estimate, style) }, [
    ...captions(`Pooled over ${figure.k} hospitals`, intervalText(figure, style), row),
    element('path', { d: diamond, class: 'curve' }),
  ]);
  if (prediction === null) return [pooled];
  const below = y + ROW_HEIGHT;
  const bar = `M${x(prediction.lower)},${below - 4}H${x(prediction.upper)}v8H${x(prediction.lower)}Z`;
  return [
    pooled,
    element('g', { 'data-prediction': rangeText(prediction, style) }, [
      ...captions('A further hospital', `${rangeText(prediction, style)}${style === 'percent' ? ' %' : ''}`, row + 1),
      element('path', { d: bar, class: 'curve', 'stroke-dasharray': '3 3' }),
    ]),
  ];
}
