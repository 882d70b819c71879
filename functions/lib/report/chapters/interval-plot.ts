import { scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { element } from '../element.ts';
import { type FigureStyle, formatFigure, formatNumber, perUnit } from '../format.ts';
import { type Figure, isEstimate } from '../record.ts';

export interface IntervalPlot {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly style: FigureStyle;
  /** Where the figure would be right. */
  readonly ideal: number;
  /** Under the axis. */
  readonly legend: string;
  readonly rows: readonly { readonly label: string; readonly figure: Figure }[];
}

const WIDTH = 360;
const ROW_HEIGHT = 38;
const LEFT = 8;
const RIGHT = 352;
const LINE_HEIGHT = 14;
/** Characters under the axis. */
const LONGEST_LINE = 60;
/** Most of the axis that one far interval may take: the limits of most rows decide how far it goes. */
const FURTHEST = 3;

/** The plot as a figure of the page; none where no interval is told. */
export const intervalFigure = (plot: IntervalPlot): VNode[] =>
  plot.rows.some(({ figure }) => isEstimate(figure)) ? [element('figure', null, [intervalPlot(plot)])] : [];

/** One figure with its interval per group, and the line where it would be right. An interval that runs off the axis ends in an arrow. */
export function intervalPlot({ id, title, style, ideal, legend, rows }: IntervalPlot): VNode {
  const lines = linesOf(legend);
  const height = rows.length * ROW_HEIGHT + 26 + lines.length * LINE_HEIGHT;
  const x = scaleLinear()
    .domain(
      domainOf(
        rows.map(({ figure }) => figure),
        ideal,
      ),
    )
    .nice(5)
    .range([LEFT, RIGHT]);
  const bottom = rows.length * ROW_HEIGHT;
  const beside = (value: number) => rows.map((_, i) => `M${round(x(value))},${i * ROW_HEIGHT + 19}v16`).join('');
  const ticks = x.ticks(5);
  const said = rows.map(({ label, figure }) => `${label} ${formatFigure(figure, style)}`).join('; ');
  const frame = { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', class: 'forest' };
  return element('svg', { ...frame, 'aria-labelledby': `${id}-title ${id}-desc` }, [
    element('title', { id: `${id}-title` }, title),
    element('desc', { id: `${id}-desc` }, said),
    ...ticks.map((tick) => element('path', { d: beside(tick), class: 'grid' })),
    element('path', { d: beside(ideal), class: 'ideal' }),
    ...ticks.map((tick) =>
      element(
        'text',
        { x: round(x(tick)), y: bottom + 14, 'text-anchor': anchor(x(tick)), class: 'soft' },
        formatTick(tick, ticks, style),
      ),
    ),
    ...lines.map((line, i) =>
      element('text', { x: WIDTH / 2, y: bottom + 32 + i * LINE_HEIGHT, 'text-anchor': 'middle', class: 'soft' }, line),
    ),
    ...rows.map(({ label, figure }, i) => rowOf(label, figure, style, i * ROW_HEIGHT, x)),
  ]);
}

/** Words under the axis in lines that fit its width. */
function linesOf(legend: string): string[] {
  const lines = [''];
  for (const word of legend.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== '' && last.length + 1 + word.length > LONGEST_LINE) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** From the lowest to the highest limit, but no further from the ideal than three times the typical estimate or interval. */
function domainOf(figures: readonly Figure[], ideal: number): [number, number] {
  const told = figures.filter(isEstimate);
  const reach = told
    .map(({ lower, upper }) => Math.max(Math.abs(upper - ideal), Math.abs(lower - ideal)))
    .sort((a, b) => a - b);
  const most = FURTHEST * (reach[Math.floor((reach.length - 1) / 2)] ?? 0.1);
  const low = Math.min(ideal, ...told.map(({ lower }) => Math.max(lower, ideal - most)));
  const high = Math.max(ideal, ...told.map(({ upper }) => Math.min(upper, ideal + most)));
  return high > low ? [low, high] : [ideal - 0.1, ideal + 0.1];
}

/** In the unit of the figures: per cent or points where these are. */
function formatTick(tick: number, ticks: readonly number[], style: FigureStyle): string {
  const unit = perUnit(style);
  const step = unit * (ticks.length > 1 ? ticks[1] - ticks[0] : 1);
  return (unit * tick).toFixed(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))).replace('-', '−');
}

function anchor(at: number): 'start' | 'middle' | 'end' {
  if (at < 20) return 'start';
  return at > WIDTH - 20 ? 'end' : 'middle';
}

const round = (value: number): number => Math.round(value * 100) / 100;

function rowOf(label: string, figure: Figure, style: FigureStyle, top: number, x: (value: number) => number): VNode {
  const y = top + 27;
  const text = [
    element('text', { x: LEFT, y: top + 15 }, label),
    element('text', { x: RIGHT, y: top + 15, 'text-anchor': 'end' }, formatFigure(figure, style)),
  ];
  if (!isEstimate(figure)) return element('g', null, text);
  const [at, from, to] = [figure.estimate, figure.lower, figure.upper].map((value) => round(x(value)));
  const [left, right] = [Math.max(from, LEFT), Math.min(to, RIGHT)];
  const ends = [
    from < LEFT ? `M${left + 5},${y - 4}L${left},${y}l5,4` : `M${left},${y - 4}v8`,
    to > RIGHT ? `M${right - 5},${y - 4}L${right},${y}l-5,4` : `M${right},${y - 4}v8`,
  ];
  const line = left < right ? `M${left},${y}H${right}${ends.join('')}` : ends[to > RIGHT ? 1 : 0];
  return element('g', { 'data-estimate': formatNumber(figure.estimate, style) }, [
    ...text,
    element('path', { d: line, class: 'mark', style: 'fill: none' }),
    ...(at >= LEFT && at <= RIGHT
      ? [element('rect', { x: at - 4, y: y - 4, width: 8, height: 8, class: 'mark' })]
      : []),
  ]);
}
