import { type ScaleLinear, scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatFigure, formatNumber } from '../../format.ts';
import { isEstimate } from '../../record.ts';
import type { ExpectedAtSite, ExpectedFigure } from './expected.ts';

const WIDTH = 360;
const ROW_HEIGHT = 40;
const LEFT = 8;
const RIGHT = 352;

/** AUROC promised by the scores (bar) and seen with labels (square and line), one row per hospital. */
export function expectedPlot(expected: readonly ExpectedAtSite[]): VNode {
  const rows = expected.flatMap(({ site, figures }) => {
    const figure = figures.find(({ measure }) => measure === 'AUROC');
    return figure === undefined ? [] : [{ site, figure }];
  });
  const lows = rows.flatMap(({ figure: { expected: range, realised } }) => [
    ...(range === null ? [] : [range.lower]),
    ...(isEstimate(realised) ? [realised.lower] : []),
  ]);
  const x = scaleLinear()
    .domain([Math.floor(Math.min(0.5, ...lows) * 10) / 10, 1])
    .range([LEFT, RIGHT]);
  const bottom = rows.length * ROW_HEIGHT;
  const said = rows.map(
    ({ site, figure }) => `${site}: promised ${promised(figure)}, seen ${formatFigure(figure.realised, 'fraction')}`,
  );
  return element(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${bottom + 40}`,
      role: 'img',
      'aria-labelledby': 'drift-plot-title drift-plot-desc',
      class: 'forest',
    },
    [
      element('title', { id: 'drift-plot-title' }, 'AUROC promised by the scores and AUROC seen, by hospital'),
      element('desc', { id: 'drift-plot-desc' }, said.join('; ')),
      ...x.ticks(5).flatMap((tick) => axisTick(x, tick, bottom)),
      ...rows.map(({ site, figure }, index) => row(site, figure, index * ROW_HEIGHT, x)),
      element(
        'text',
        { x: WIDTH / 2, y: bottom + 32, 'text-anchor': 'middle', class: 'soft' },
        'AUROC; bar: promised, square: seen',
      ),
    ],
  );
}

const promised = ({ expected }: ExpectedFigure): string =>
  expected === null
    ? 'cannot tell'
    : `${formatNumber(expected.lower, 'fraction')} to ${formatNumber(expected.upper, 'fraction')}`;

function axisTick(x: ScaleLinear<number, number>, tick: number, bottom: number): VNode[] {
  const anchor = x(tick) < 20 ? 'start' : x(tick) > WIDTH - 20 ? 'end' : 'middle';
  return [
    element('path', { d: `M${x(tick)},${bottom}v4`, class: 'grid' }),
    element('text', { x: x(tick), y: bottom + 16, 'text-anchor': anchor, class: 'soft' }, tick.toFixed(1)),
  ];
}

function row(site: string, figure: ExpectedFigure, top: number, x: ScaleLinear<number, number>): VNode {
  const y = top + 28;
  const { expected, realised } = figure;
  return element('g', null, [
    element('text', { x: LEFT, y: top + 15 }, site),
    element(
      'text',
      { x: RIGHT, y: top + 15, 'text-anchor': 'end', class: 'soft' },
      figure.contradicts === true ? 'outside' : '',
    ),
    expected === null
      ? null
      : element('rect', {
          x: x(expected.lower),
          y: y - 6,
          width: Math.max(1, x(expected.upper) - x(expected.lower)),
          height: 12,
          class: 'without-outcome',
        }),
    ...(isEstimate(realised)
      ? [
          element('path', {
            d: `M${x(realised.lower)},${y}H${x(realised.upper)}M${x(realised.lower)},${y - 4}v8M${x(realised.upper)},${y - 4}v8`,
            class: 'mark',
          }),
          element('rect', { x: x(realised.estimate) - 4, y: y - 4, width: 8, height: 8, class: 'mark' }),
        ]
      : []),
  ]);
}
