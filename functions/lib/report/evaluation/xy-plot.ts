import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { element } from '../element.ts';

export type Scale = ScaleLinear<number, number>;

export interface XyPlot {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the picture says, in words. */
  readonly description: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  /** Writes a tick of the vertical axis; as a plain number unless told. */
  readonly yTick?: (value: number) => string;
  /** The limits are the ends of the axes; they are rounded outwards unless told. */
  readonly exact?: boolean;
  readonly draw: (x: Scale, y: Scale) => readonly (VNode | null)[];
}

const SIZE = { width: 320, height: 270, left: 46, right: 308, top: 10, bottom: 224 } as const;

/** Two axes with their ticks and whatever is drawn between them. */
export function xyPlot({ id, title, description, xTitle, yTitle, ...plot }: XyPlot): VNode {
  const scale = (domain: readonly number[], range: readonly [number, number]): Scale => {
    const linear = scaleLinear().domain(domain).range(range);
    return plot.exact === true ? linear : linear.nice(5);
  };
  const x = scale(widened(plot.x), [SIZE.left, SIZE.right]);
  const y = scale(widened(plot.y), [SIZE.bottom, SIZE.top]);
  const middle = (SIZE.top + SIZE.bottom) / 2;
  const yTick = plot.yTick ?? plainTick;
  return element(
    'svg',
    {
      viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      class: 'forest',
    },
    [
      element('title', { id: `${id}-title` }, title),
      element('desc', { id: `${id}-desc` }, description),
      ...y
        .ticks(5)
        .map((tick) => element('path', { d: `M${SIZE.left},${round(y(tick))}H${SIZE.right}`, class: 'grid' })),
      ...y
        .ticks(5)
        .map((tick) =>
          element(
            'text',
            { x: SIZE.left - 5, y: round(y(tick)) + 4, 'text-anchor': 'end', class: 'soft' },
            yTick(tick),
          ),
        ),
      ...x
        .ticks(5)
        .map((tick) =>
          element(
            'text',
            { x: round(x(tick)), y: SIZE.bottom + 16, 'text-anchor': 'middle', class: 'soft' },
            plainTick(tick),
          ),
        ),
      element('path', { d: `M${SIZE.left},${SIZE.top}V${SIZE.bottom}H${SIZE.right}`, class: 'axis' }),
      element(
        'text',
        { x: (SIZE.left + SIZE.right) / 2, y: SIZE.height - 12, 'text-anchor': 'middle', class: 'soft' },
        xTitle,
      ),
      element(
        'text',
        { x: 12, y: middle, 'text-anchor': 'middle', class: 'soft', transform: `rotate(-90 12 ${middle})` },
        yTitle,
      ),
      ...plot.draw(x, y),
    ],
  );
}

const widened = ([from, to]: readonly [number, number]): [number, number] =>
  to > from ? [from, to] : [from - 1, to + 1];

const plainTick = (value: number): string => String(Number(value.toPrecision(6))).replace('-', '−');

export const round = (value: number): number => Math.round(value * 100) / 100;

/** A path through points. */
export const pathOf = (points: readonly (readonly [number, number])[], x: Scale, y: Scale): string =>
  points.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${round(x(a))},${round(y(b))}`).join('');

/** Straight across the picture at one height. */
export const level = (value: number, y: Scale, name: string): VNode =>
  element('path', { d: `M${SIZE.left},${round(y(value))}H${SIZE.right}`, class: name });

/** A band across the picture between two heights. */
export const levelBand = (from: number, to: number, y: Scale): VNode =>
  element('path', {
    d: `M${SIZE.left},${round(y(to))}H${SIZE.right}V${round(y(from))}H${SIZE.left}Z`,
    class: 'band',
  });

/** A point with its interval. */
export function pointWithInterval(at: number, { estimate, lower, upper }: Limits, x: Scale, y: Scale): VNode[] {
  return [
    element('path', { d: `M${round(x(at))},${round(y(lower))}V${round(y(upper))}`, class: 'mark' }),
    element('circle', { cx: round(x(at)), cy: round(y(estimate)), r: 3.5, class: 'mark' }),
  ];
}

interface Limits {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}
