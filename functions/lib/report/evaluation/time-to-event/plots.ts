import { area, line } from 'd3-shape';
import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatFigure, formatNumber } from '../../format.ts';
import { type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { pathOf, pointWithInterval, round, type Scale, xyPlot } from '../xy-plot.ts';
import type { CalibrationPoint, HorizonCalibration, RiskGroup, TimeToEventResults } from './record.ts';
import { timeWords } from './words.ts';

const percent = (value: number): string => String(Number((100 * value).toPrecision(6)));

/** Observed against predicted probability at one horizon. */
export function calibrationPlot(results: TimeToEventResults, calibration: HorizonCalibration): VNode {
  const { at, bins, curve } = calibration;
  const points = Array.isArray(curve) ? (curve as readonly CalibrationPoint[]) : [];
  const told = bins.flatMap(({ predicted, observed }) =>
    isSuppressed(predicted) || !isEstimate(observed) ? [] : [{ predicted, observed }],
  );
  const seen = bins.flatMap(({ predicted, observed }) =>
    isSuppressed(predicted) || isSuppressed(observed) || isEstimate(observed) || observed.point === undefined
      ? []
      : [{ predicted, share: observed.point }],
  );
  const most = Math.max(
    0.05,
    ...told.flatMap(({ predicted, observed }) => [predicted, observed.upper]),
    ...points.map(({ upper }) => upper),
  );
  const end = Math.min(1, most);
  const when = timeWords(results, at);
  const id = `calibration-${String(at).replace('.', '-')}`;
  return xyPlot({
    id,
    title: `Calibration at ${when}`,
    description: saidOf(told, points),
    xTitle: `Predicted probability by ${when}, %`,
    yTitle: 'Observed, %',
    x: [0, 100 * end],
    y: [0, 100 * end],
    draw: (x, y) => {
      const [sx, sy] = [scaled(x), scaled(y)];
      return [
        element('path', {
          d: pathOf(
            [
              [0, 0],
              [100 * end, 100 * end],
            ],
            x,
            y,
          ),
          class: 'ideal',
        }),
        ...band(points, sx, sy),
        ...seen.map(({ predicted, share }) =>
          element('circle', { cx: round(sx(predicted)), cy: round(sy(share)), r: 3.5, class: 'seen' }),
        ),
        ...told.flatMap(({ predicted, observed }) =>
          pointWithInterval(
            100 * predicted,
            { estimate: 100 * observed.estimate, lower: 100 * observed.lower, upper: 100 * observed.upper },
            x,
            y,
          ),
        ),
      ];
    },
  });
}

/** The bins in words, or, where they stay inside, the ends and the middle of the curve. */
function saidOf(
  told: readonly { readonly predicted: number; readonly observed: Figure }[],
  points: readonly CalibrationPoint[],
): string {
  const share = (value: number): string => `${formatNumber(value, 'percent')} %`;
  if (told.length > 0)
    return told
      .map(({ predicted, observed }) => `predicted ${share(predicted)}, observed ${formatFigure(observed, 'percent')}`)
      .join('; ');
  const ends = [0, Math.floor(points.length / 2), points.length - 1].flatMap((place) => points[place] ?? []);
  if (ends.length === 0) return 'Nothing can be shown.';
  return ends
    .map(({ predicted, observed }) => `predicted ${share(predicted)}, smooth curve ${share(observed)}`)
    .join('; ');
}

/** A scale of percentages for shares. */
const scaled =
  (scale: Scale) =>
  (share: number): number =>
    scale(100 * share);

function band(
  points: readonly CalibrationPoint[],
  x: (share: number) => number,
  y: (share: number) => number,
): VNode[] {
  if (points.length === 0) return [];
  const between = area<CalibrationPoint>()
    .digits(2)
    .x(({ predicted }) => x(predicted))
    .y0(({ lower }) => y(lower))
    .y1(({ upper }) => y(upper));
  const middle = line<CalibrationPoint>()
    .digits(2)
    .x(({ predicted }) => x(predicted))
    .y(({ observed }) => y(observed));
  return [
    element('path', { d: between(points) ?? '', class: 'band' }),
    element('path', { d: middle(points) ?? '', class: 'curve' }),
  ];
}

/** Lines told apart by dashes: lowest risk dotted, highest solid. */
const DASHES = ['2 3', '7 4', ''] as const;

/** Cumulative incidence of each risk group, its name at the end of its line. */
export function incidencePlot(results: TimeToEventResults): VNode {
  const { riskGroups, timeUnit, event } = results;
  const drawn = riskGroups.filter(({ curve }) => curve.length > 0);
  const ends = drawn.flatMap(({ curve }) => curve.slice(-1));
  const most = Math.max(0.05, ...drawn.flatMap(({ curve }) => curve.map(({ upper }) => upper)));
  return xyPlot({
    id: 'incidence-plot',
    title: `Cumulative incidence of ${event.toLowerCase()} by predicted risk`,
    description: drawn
      .map(({ name, curve }) => {
        const last = curve[curve.length - 1];
        return `${name}: ${percent(Number(last.incidence.toFixed(3)))} % by ${timeWords(results, last.time)}`;
      })
      .join('; '),
    xTitle: `Time, ${timeUnit}`,
    yTitle: 'Had the event, %',
    x: [0, Math.max(...ends.map(({ time }) => time), 1e-9)],
    y: [0, 100 * Math.min(1, most)],
    exact: true,
    draw: (x, y) => drawn.flatMap((group, i) => curveOf(group, dashOf(i, drawn.length), x, scaled(y))),
  });
}

const dashOf = (i: number, count: number): string =>
  DASHES[Math.min(DASHES.length - 1, i + Math.max(0, DASHES.length - count))];

function curveOf({ name, curve }: RiskGroup, dash: string, x: Scale, y: (share: number) => number): VNode[] {
  const points = [{ time: 0, incidence: 0, lower: 0, upper: 0 }, ...curve];
  const between = area<(typeof points)[number]>()
    .digits(2)
    .x(({ time }) => x(time))
    .y0(({ lower }) => y(lower))
    .y1(({ upper }) => y(upper));
  const middle = line<(typeof points)[number]>()
    .digits(2)
    .x(({ time }) => x(time))
    .y(({ incidence }) => y(incidence));
  const last = points[points.length - 1];
  return [
    element('path', { d: between(points) ?? '', class: 'band' }),
    element('path', {
      d: middle(points) ?? '',
      class: 'seen',
      ...(dash !== '' && { 'stroke-dasharray': dash }),
    }),
    element('text', { x: round(x(last.time)) - 4, y: round(y(last.incidence)) - 6, 'text-anchor': 'end' }, name),
  ];
}
