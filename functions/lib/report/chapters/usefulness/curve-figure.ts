import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { isEstimate } from '../../record.ts';
import type { BenefitPoint } from './value.ts';

const SIZE = { width: 300, height: 250, left: 46, right: 290, top: 10, bottom: 204 } as const;

interface Drawn {
  readonly threshold: number;
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly all: number;
}

/** Net benefit per 1,000 against the threshold probability: the model with its band, treating everybody (dashed), nobody (0). */
export function curveFigure(id: string, name: string, points: readonly BenefitPoint[]): VNode {
  const drawn = points.flatMap(({ threshold, netBenefit, treatAll }): Drawn[] =>
    isEstimate(netBenefit) && isEstimate(treatAll)
      ? [
          {
            threshold,
            estimate: netBenefit.estimate,
            lower: netBenefit.lower,
            upper: netBenefit.upper,
            all: treatAll.estimate,
          },
        ]
      : [],
  );
  const top = Math.max(0.01, ...drawn.flatMap(({ upper, all }) => [upper, all]));
  const x = scaleLinear().domain([0, 1]).range([SIZE.left, SIZE.right]);
  const y = scaleLinear()
    .domain([-0.25 * top, top])
    .nice(5)
    .range([SIZE.bottom, SIZE.top]);
  const frame = { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: 'img' };
  const clip = { 'clip-path': `url(#${id}-clip)` };
  const at = (value: number) => Math.round(y(value) * 100) / 100;
  const band = area<Drawn>()
    .x(({ threshold }) => x(threshold))
    .y0(({ lower }) => at(lower))
    .y1(({ upper }) => at(upper));
  const model = line<Drawn>()
    .x(({ threshold }) => x(threshold))
    .y(({ estimate }) => at(estimate));
  const everybody = line<Drawn>()
    .x(({ threshold }) => x(threshold))
    .y(({ all }) => at(all));
  const inside = { x: SIZE.left, y: SIZE.top, width: SIZE.right - SIZE.left, height: SIZE.bottom - SIZE.top };
  return element('svg', { ...frame, 'aria-labelledby': `${id}-title ${id}-desc` }, [
    element('title', { id: `${id}-title` }, `Decision curve, ${name}`),
    element(
      'desc',
      { id: `${id}-desc` },
      'Net benefit per 1,000 people against the threshold probability, for the model, treating everybody and treating nobody; the numbers are in the table below.',
    ),
    element('clipPath', { id: `${id}-clip` }, element('rect', inside)),
    ...axes(x, y),
    element('g', clip, [
      element('path', { d: band(drawn) ?? '', class: 'band' }),
      element('path', { d: everybody(drawn) ?? '', class: 'ideal' }),
      element('path', { d: model(drawn) ?? '', class: 'curve' }),
    ]),
  ]);
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function axes(x: Scale, y: Scale): VNode[] {
  const across = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const up = y.ticks(5);
  return [
    ...up.map((tick) =>
      element('path', { d: `M${SIZE.left},${y(tick)}H${SIZE.right}`, class: Math.abs(tick) < 1e-12 ? 'axis' : 'grid' }),
    ),
    ...up.map((tick) =>
      element(
        'text',
        { x: SIZE.left - 5, y: y(tick) + 4, 'text-anchor': 'end', class: 'soft' },
        String(Math.round(tick * 1000)).replace('-', '−'),
      ),
    ),
    ...across.map((tick) =>
      element(
        'text',
        { x: x(tick), y: SIZE.bottom + 16, 'text-anchor': 'middle', class: 'soft' },
        `${Math.round(tick * 100)}`,
      ),
    ),
    element(
      'text',
      { x: x(0.5), y: SIZE.height - 8, 'text-anchor': 'middle', class: 'soft' },
      'Threshold probability, %',
    ),
    element(
      'text',
      {
        x: 12,
        y: (SIZE.top + SIZE.bottom) / 2,
        'text-anchor': 'middle',
        class: 'soft',
        transform: `rotate(-90 12 ${(SIZE.top + SIZE.bottom) / 2})`,
      },
      'Net benefit per 1,000',
    ),
  ];
}
