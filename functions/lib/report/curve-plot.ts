import type { VNode } from 'preact';
import { element } from './element.ts';

/** A point with a shape of its own: groups are told apart without colour. */
export interface PlotMark {
  readonly shape: PlotShape;
  readonly x: number;
  readonly y: number;
}

export type PlotShape = (typeof PLOT_SHAPES)[number];

export const PLOT_SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const;

export interface CurvePlot {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the picture says, in words. */
  readonly description: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Points of the curve, 0 to 1 on both axes; none where there is no curve to show. */
  readonly curve: readonly (readonly [x: number, y: number])[];
  /** Ends of the line of a score that knows nothing. */
  readonly chance: readonly [readonly [number, number], readonly [number, number]];
  readonly marks: readonly PlotMark[];
}

const SIZE = 200;
const LEFT = 34;
const TOP = 8;
const WIDTH = 250;
const HEIGHT = 246;

const xAt = (value: number): number => round(LEFT + value * SIZE);
const yAt = (value: number): number => round(TOP + (1 - value) * SIZE);

/** A curve between 0 and 1 on both axes, with marks. */
export function curvePlot({ id, title, description, xTitle, yTitle, curve, chance, marks }: CurvePlot): VNode {
  const line = (points: readonly (readonly [number, number])[]): string =>
    points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${xAt(x)},${yAt(y)}`).join('');
  return element(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-desc` },
    [
      element('title', { id: `${id}-title` }, title),
      element('desc', { id: `${id}-desc` }, description),
      ...axes(xTitle, yTitle),
      element('path', { d: line(chance), class: 'ideal' }),
      curve.length < 2 ? null : element('path', { d: line(curve), class: 'curve' }),
      ...marks.map(({ shape, x, y }) => markAt(shape, xAt(x), yAt(y))),
    ],
  );
}

/** A mark by itself, as large as in the plot, for a legend. */
export function markLegend(shape: PlotShape): VNode {
  const attributes = { viewBox: '0 0 14 14', width: 14, height: 14, class: 'legend', 'aria-hidden': 'true' };
  return element('svg', attributes, markAt(shape, 7, 7));
}

function axes(xTitle: string, yTitle: string): VNode[] {
  const ticks = [0, 0.5, 1];
  return [
    element('path', { d: `M${LEFT},${TOP}V${TOP + SIZE}H${LEFT + SIZE}`, class: 'axis' }),
    ...ticks.map((tick) =>
      element('text', { x: xAt(tick), y: TOP + SIZE + 14, 'text-anchor': 'middle', class: 'soft' }, String(tick)),
    ),
    ...ticks.map((tick) =>
      element('text', { x: LEFT - 5, y: yAt(tick) + 4, 'text-anchor': 'end', class: 'soft' }, String(tick)),
    ),
    element('text', { x: LEFT + SIZE / 2, y: HEIGHT - 8, 'text-anchor': 'middle' }, xTitle),
    element(
      'text',
      { x: 0, y: 0, transform: `translate(11 ${TOP + SIZE / 2}) rotate(-90)`, 'text-anchor': 'middle' },
      yTitle,
    ),
  ];
}

function markAt(shape: PlotShape, x: number, y: number): VNode {
  return element('path', { d: MARKS[shape](x, y), class: 'seen' });
}

const MARKS: { readonly [Shape in PlotShape]: (x: number, y: number) => string } = {
  circle: (x, y) => `M${x - 4},${y}a4,4 0 1 0 8,0a4,4 0 1 0 -8,0`,
  square: (x, y) => `M${x - 4},${y - 4}h8v8h-8z`,
  triangle: (x, y) => `M${x},${y - 5}l5,9h-10z`,
  diamond: (x, y) => `M${x},${y - 5}l5,5l-5,5l-5,-5z`,
  cross: (x, y) => `M${x - 4},${y - 4}l8,8M${x - 4},${y + 4}l8,-8`,
  star: (x, y) => `M${x},${y - 5}v10M${x - 4},${y - 3}l8,6M${x - 4},${y + 3}l8,-6`,
};

const round = (value: number): number => Math.round(value * 100) / 100;
