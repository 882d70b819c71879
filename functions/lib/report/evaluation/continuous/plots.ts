import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { formatFigure } from '../../format.ts';
import { type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { wholeGroup } from '../group-words.ts';
import { level, levelBand, pathOf, pointWithInterval, round, type Scale, xyPlot } from '../xy-plot.ts';
import type { ContinuousResults, SizeBin } from './record.ts';
import { measureStyle } from './words.ts';

/** Bland and Altman's plot: difference against the mean of answer and reference. */
export function agreementPlot(results: ContinuousResults): VNode {
  const { points, differenceBySize: bins, unit, quantity, acceptableDifference: most } = results;
  const { bias, lowerLimit, upperLimit } = wholeGroup(results);
  const drawn = points.map(([answer, reference]): Point => [(answer + reference) / 2, answer - reference]);
  const style = measureStyle(results);
  const edges = most === null ? [] : [-most, most];
  const heights = [
    ...drawn.map(([, y]) => y),
    ...limitsOf([bias, lowerLimit, upperLimit]),
    ...binLimits(bins),
    ...edges,
    0,
  ];
  return xyPlot({
    id: 'agreement-plot',
    title: `Difference between answer and reference, ${quantity}`,
    description: `Bias ${formatFigure(bias, style)}, limits of agreement ${formatFigure(lowerLimit, style)} and ${formatFigure(upperLimit, style)} ${unit}; means by size are in the table below.`,
    xTitle: `Mean of answer and reference, ${unit}`,
    yTitle: `Answer minus reference, ${unit}`,
    x: rangeOf([...drawn.map(([x]) => x), ...binPlaces(bins)]),
    y: rangeOf(heights),
    draw: (x, y) => [
      ...[bias, lowerLimit, upperLimit].flatMap((figure) =>
        isEstimate(figure) ? [levelBand(figure.lower, figure.upper, y), level(figure.estimate, y, 'curve')] : [],
      ),
      level(0, y, 'axis'),
      ...edges.map((edge) => level(edge, y, 'ideal')),
      ...dots(drawn, x, y),
      ...binMarks(bins, x, y),
    ],
  });
}

/** Reference against answer with the least-squares line and the line of equality. */
export function calibrationPlot(results: ContinuousResults): VNode {
  const { points, referenceByAnswer: bins, unit, quantity } = results;
  const { slope, intercept } = wholeGroup(results);
  const places = [...points.map(([answer]) => answer), ...binPlaces(bins)];
  const [from, to] = rangeOf([...places, ...points.map(([, reference]) => reference), ...binLimits(bins)]);
  const [left, right] = rangeOf(places);
  const at = (answer: number): number =>
    isEstimate(slope) && isEstimate(intercept) ? intercept.estimate + slope.estimate * answer : Number.NaN;
  return xyPlot({
    id: 'calibration-plot',
    title: `Reference against answer, ${quantity}`,
    description: `Slope ${formatFigure(slope, 'ratio')}, intercept ${formatFigure(intercept, measureStyle(results))} ${unit}; means by answer are in the table below.`,
    xTitle: `Answer, ${unit}`,
    yTitle: `Reference, ${unit}`,
    x: [from, to],
    y: [from, to],
    draw: (x, y) => [
      element('path', {
        d: pathOf(
          [
            [from, from],
            [to, to],
          ],
          x,
          y,
        ),
        class: 'ideal',
      }),
      ...dots(points, x, y),
      ...(Number.isFinite(at(left))
        ? [
            element('path', {
              d: pathOf(
                [
                  [left, at(left)],
                  [right, at(right)],
                ],
                x,
                y,
              ),
              class: 'curve',
            }),
          ]
        : []),
      ...binMarks(bins, x, y),
    ],
  });
}

type Point = readonly [x: number, y: number];

/** Single studies, one path for all of them. */
function dots(points: readonly Point[], x: Scale, y: Scale): VNode[] {
  if (points.length === 0) return [];
  const d = points.map(([a, b]) => `M${round(x(a) - 0.8)},${round(y(b))}h1.6`).join('');
  return [element('path', { d, class: 'axis', 'stroke-width': 1.6, opacity: 0.6 })];
}

function binMarks(bins: readonly SizeBin[], x: Scale, y: Scale): VNode[] {
  return bins.flatMap(({ size, figure }) =>
    isSuppressed(size) || !isEstimate(figure) ? [] : pointWithInterval(size, figure, x, y),
  );
}

const limitsOf = (figures: readonly Figure[]): number[] =>
  figures.flatMap((figure) => (isEstimate(figure) ? [figure.lower, figure.upper] : []));

const binLimits = (bins: readonly SizeBin[]): number[] => limitsOf(bins.map(({ figure }) => figure));

const binPlaces = (bins: readonly SizeBin[]): number[] =>
  bins.flatMap(({ size }) => (isSuppressed(size) ? [] : [size]));

function rangeOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  return values.reduce(
    ([low, high]: [number, number], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}
