import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { VNode } from 'preact';
import { element } from './element.ts';
import { formatCount, formatFigure, formatNumber } from './format.ts';
import { type CalibrationPlot, type CurvePoint, isEstimate, isSuppressed, type ScoreBin } from './record.ts';
import { dataTable } from './table.ts';

const SIZE = { width: 300, height: 348, left: 46, right: 286, top: 8, bottom: 232, middle: 274 } as const;
const HISTOGRAM_HEIGHT = 32;

/** Observed against predicted probability at one site, with the scores of those with the outcome (up) and of the others (down) below. */
export function calibrationFigure(plot: CalibrationPlot, part: string, outcome: string): VNode {
  const id = `calibration-${part}-${plot.site.replace(/[^A-Za-z0-9]/g, '-')}`;
  const x = scaleLinear().domain([0, 1]).range([SIZE.left, SIZE.right]);
  const y = scaleLinear().domain([0, 1]).range([SIZE.bottom, SIZE.top]);
  const frame = { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: 'img' };
  return element('figure', null, [
    element('h3', null, plot.site),
    element('svg', { ...frame, 'aria-labelledby': `${id}-title ${id}-desc` }, [
      element('title', { id: `${id}-title` }, `Calibration at ${plot.site}`),
      element(
        'desc',
        { id: `${id}-desc` },
        `Observed share with ${outcome} against predicted probability; the numbers are in the table below.`,
      ),
      ...axes(x, y),
      ...curve(plot.curve, x, y),
      ...points(plot, x, y),
      ...histogram(plot.histogram, x),
    ]),
    captionOf(plot),
    numbers(plot, id, outcome),
  ]);
}

type Scale = ScaleLinear<number, number>;

function axes(x: Scale, y: Scale): VNode[] {
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return [
    ...ticks.map((tick) => element('path', { d: `M${SIZE.left},${y(tick)}H${SIZE.right}`, class: 'grid' })),
    ...ticks.map((tick) =>
      element('text', { x: SIZE.left - 5, y: y(tick) + 4, 'text-anchor': 'end', class: 'soft' }, tick.toFixed(1)),
    ),
    ...ticks.map((tick) =>
      element('text', { x: x(tick), y: SIZE.height - 26, 'text-anchor': 'middle', class: 'soft' }, tick.toFixed(1)),
    ),
    element('path', { d: `M${x(0)},${y(0)}L${x(1)},${y(1)}`, class: 'ideal' }),
    element('text', { x: x(0.5), y: SIZE.height - 8, 'text-anchor': 'middle', class: 'soft' }, 'Predicted probability'),
    element(
      'text',
      { x: 14, y: y(0.5), 'text-anchor': 'middle', class: 'soft', transform: `rotate(-90 14 ${y(0.5)})` },
      'Observed share',
    ),
  ];
}

function curve(points: CalibrationPlot['curve'], x: Scale, y: Scale): VNode[] {
  if (!Array.isArray(points)) return [];
  const band = area<CurvePoint>()
    .x((point) => x(point.score))
    .y0((point) => y(point.lower))
    .y1((point) => y(point.upper));
  const middle = line<CurvePoint>()
    .x((point) => x(point.score))
    .y((point) => y(point.observed));
  return [
    element('path', { d: band(points) ?? '', class: 'band' }),
    element('path', { d: middle(points) ?? '', class: 'curve' }),
  ];
}

function points({ bins }: CalibrationPlot, x: Scale, y: Scale): VNode[] {
  return bins.flatMap(({ meanScore, observed }) => {
    if (isSuppressed(meanScore) || isSuppressed(observed)) return [];
    const at = (share: number, name: string) =>
      element('circle', { cx: x(meanScore), cy: y(share), r: 3.5, class: name });
    if (!isEstimate(observed)) return observed.point === undefined ? [] : [at(observed.point, 'seen')];
    return [
      element('path', { d: `M${x(meanScore)},${y(observed.lower)}V${y(observed.upper)}`, class: 'mark' }),
      at(observed.estimate, 'mark'),
    ];
  });
}

function histogram(bins: readonly ScoreBin[], x: Scale): VNode[] {
  const counts = bins
    .flatMap(({ events, nonEvents }) => [events, nonEvents])
    .filter((count) => typeof count === 'number');
  const height = scaleLinear()
    .domain([0, Math.max(1, ...counts)])
    .range([0, HISTOGRAM_HEIGHT]);
  const bar = (bin: ScoreBin, count: ScoreBin['events'], up: boolean) => {
    if (typeof count !== 'number' || count === 0) return [];
    const size = height(count);
    const place = { x: x(bin.from) + 0.5, y: up ? SIZE.middle - size : SIZE.middle };
    return [
      element('rect', {
        ...place,
        width: x(bin.to) - x(bin.from) - 1,
        height: size,
        class: up ? 'with-outcome' : 'without-outcome',
      }),
    ];
  };
  return [
    ...bins.flatMap((bin) => [...bar(bin, bin.events, true), ...bar(bin, bin.nonEvents, false)]),
    element('path', { d: `M${SIZE.left},${SIZE.middle}H${SIZE.right}`, class: 'axis' }),
  ];
}

function captionOf({ curve: points }: CalibrationPlot): VNode | null {
  if (Array.isArray(points)) return null;
  return element(
    'figcaption',
    null,
    'cannotTell' in points ? `No smooth curve: ${points.cannotTell}.` : 'The smooth curve is hidden.',
  );
}

function numbers({ site, bins, histogram: scores }: CalibrationPlot, id: string, outcome: string): VNode {
  return element('details', null, [
    element('summary', null, `Numbers of the plot, ${site}`),
    dataTable({
      id: `${id}-bins`,
      caption: `Groups of equal size by predicted probability, ${site}`,
      columns: [
        { heading: 'Mean predicted' },
        { heading: 'n', numeric: true },
        { heading: `With ${outcome}`, numeric: true },
        { heading: 'Observed share', numeric: true },
      ],
      rows: bins.map((bin) => ({
        heading: isSuppressed(bin.meanScore) ? 'hidden' : formatNumber(bin.meanScore, 'fraction'),
        cells: [formatCount(bin.n), formatCount(bin.events), formatFigure(bin.observed, 'fraction')],
      })),
    }),
    dataTable({
      id: `${id}-scores`,
      caption: `Scores, ${site}`,
      columns: [
        { heading: 'Score' },
        { heading: `With ${outcome}`, numeric: true },
        { heading: 'Without', numeric: true },
      ],
      rows: scores.map((bin) => ({
        heading: `${bin.from.toFixed(1)} to ${bin.to.toFixed(1)}`,
        cells: [formatCount(bin.events), formatCount(bin.nonEvents)],
      })),
    }),
  ]);
}
