import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { element } from './element.ts';
import { formatFigure, formatNumber } from './format.ts';
import { type Figure, isEstimate } from './record.ts';

export interface ForestRow {
  readonly label: string;
  readonly figure: Figure;
}

const WIDTH = 360;
const ROW_HEIGHT = 38;
const LEFT = 8;
const RIGHT = 352;

/** AUROC with its interval, one row per group; 0.5 is chance. Squares are of one size: they carry no weight. */
export function forestPlot(id: string, title: string, rows: readonly ForestRow[]): VNode {
  const height = rows.length * ROW_HEIGHT + 40;
  const lowest = Math.min(0.5, ...rows.flatMap(({ figure }) => (isEstimate(figure) ? [figure.lower] : [])));
  const x = scaleLinear()
    .domain([Math.floor(lowest * 10) / 10, 1])
    .range([LEFT, RIGHT]);
  const said = rows.map(({ label, figure }) => `${label} ${formatFigure(figure, 'fraction')}`).join('; ');
  return element(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-desc`, class: 'forest' },
    [
      element('title', { id: `${id}-title` }, title),
      element('desc', { id: `${id}-desc` }, said),
      ...axis(x, rows.length),
      ...rows.map((row, i) => forestRow(row, i * ROW_HEIGHT, x)),
    ],
  );
}

/** Grid lines stand only beside the intervals, so that they cross no text. */
function axis(x: ScaleLinear<number, number>, rows: number): VNode[] {
  const bottom = rows * ROW_HEIGHT;
  const beside = (value: number) =>
    Array.from({ length: rows }, (_, i) => `M${x(value)},${i * ROW_HEIGHT + 19}v16`).join('');
  const ticks = x.ticks(5);
  const tickText = (tick: number) => ({ x: x(tick), y: bottom + 14, 'text-anchor': anchor(x(tick)), class: 'soft' });
  const legend = { x: WIDTH / 2, y: bottom + 32, 'text-anchor': 'middle', class: 'soft' };
  return [
    ...ticks.map((tick) => element('path', { d: beside(tick), class: 'grid' })),
    element('path', { d: beside(0.5), class: 'ideal' }),
    ...ticks.map((tick) => element('text', tickText(tick), tick.toFixed(1))),
    element('text', legend, 'AUROC with 95 % interval; dashed: chance (0.5)'),
  ];
}

function anchor(at: number): 'start' | 'middle' | 'end' {
  if (at < 20) return 'start';
  return at > WIDTH - 20 ? 'end' : 'middle';
}

function forestRow({ label, figure }: ForestRow, top: number, x: ScaleLinear<number, number>): VNode {
  const y = top + 27;
  const text = [
    element('text', { x: LEFT, y: top + 15 }, label),
    element('text', { x: RIGHT, y: top + 15, 'text-anchor': 'end' }, formatFigure(figure, 'fraction')),
  ];
  if (!isEstimate(figure)) return element('g', null, text);
  const { estimate, lower, upper } = figure;
  return element('g', { 'data-estimate': formatNumber(estimate, 'fraction') }, [
    ...text,
    element('path', {
      d: `M${x(lower)},${y}H${x(upper)}M${x(lower)},${y - 4}v8M${x(upper)},${y - 4}v8`,
      class: 'mark',
    }),
    element('rect', { x: x(estimate) - 4, y: y - 4, width: 8, height: 8, class: 'mark' }),
  ]);
}
