import { scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { fromScale, type PooledFigure, type PooledMeasure, toScale } from '#lib/validation/pooled-measure.ts';
import { element } from '../../element.ts';
import { formatNumber } from '../../format.ts';
import { measureName, measureStyle } from './measure-words.ts';

const WIDTH = 280;
const HEIGHT = 240;
const INSIDE = { left: 40, right: 270, top: 10, bottom: 200 };
const Z = 1.959963984540054;

/** Each hospital's figure against its standard error; the lines are where 95 % would lie if hospitals differed by chance alone. */
export function funnelPlot(id: string, measure: PooledMeasure, pooled: PooledFigure): VNode {
  const { scale, sites } = measure;
  const style = measureStyle(measure);
  const centre = toScale(scale, pooled.estimate);
  const points = sites.flatMap(({ site, estimate, standardError, corrected }) =>
    corrected ? [] : [{ site, value: toScale(scale, estimate), error: standardError }],
  );
  const widest = 1.05 * Math.max(...points.map(({ error }) => error));
  const reach = Math.max(Z * widest, ...points.map(({ value }) => Math.abs(value - centre))) * 1.05;
  const x = scaleLinear()
    .domain([centre - reach, centre + reach])
    .range([INSIDE.left, INSIDE.right]);
  const y = scaleLinear().domain([0, widest]).range([INSIDE.top, INSIDE.bottom]);
  const ticks = [-1, -0.5, 0, 0.5, 1].map((share) => centre + 0.9 * share * reach);
  const said = points.map(
    ({ site, value, error }) =>
      `${site} ${formatNumber(fromScale(scale, value), style)}, standard error ${error.toFixed(3)}`,
  );
  const edge = `M${x(centre)},${y(0)}L${x(centre - Z * widest)},${y(widest)}M${x(centre)},${y(0)}L${x(centre + Z * widest)},${y(widest)}`;
  return element(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-desc` },
    [
      element('title', { id: `${id}-title` }, `Funnel plot: ${measureName(measure)}`),
      element('desc', { id: `${id}-desc` }, said.join('; ')),
      element('path', { d: `M${INSIDE.left},${INSIDE.top}V${INSIDE.bottom}H${INSIDE.right}`, class: 'axis' }),
      element('path', { d: edge, class: 'ideal' }),
      element('path', { d: `M${x(centre)},${INSIDE.top}V${INSIDE.bottom}`, class: 'grid' }),
      ...points.map(({ site, value, error }) =>
        element('circle', { cx: x(value), cy: y(error), r: 3.5, class: 'mark', 'data-site': site }),
      ),
      ...ticks.map((tick) =>
        element(
          'text',
          { x: x(tick), y: INSIDE.bottom + 14, 'text-anchor': 'middle', class: 'soft' },
          formatNumber(fromScale(scale, tick), style === 'fraction' ? 'ratio' : style),
        ),
      ),
      ...y
        .ticks(4)
        .map((tick) =>
          element(
            'text',
            { x: INSIDE.left - 4, y: y(tick) + 4, 'text-anchor': 'end', class: 'soft' },
            String(Number(tick.toFixed(2))),
          ),
        ),
      element(
        'text',
        { x: WIDTH / 2, y: HEIGHT - 8, 'text-anchor': 'middle', class: 'soft' },
        `${measureName(measure)}; up: more certain`,
      ),
    ],
  );
}
