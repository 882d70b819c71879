import { scaleLinear } from 'd3-scale';
import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { isEstimate } from '../../record.ts';
import type { FairnessGap } from './value.ts';
import { gapFigure, gapText, groupWords, isRatio, judgedFigure, verdictWords } from './words.ts';

const WIDTH = 360;
const ROW_HEIGHT = 38;
const LEFT = 8;
const RIGHT = 352;

/**
 * Gaps of one figure, one row per group, against the reference at the dashed line; the band is the margin of equivalence. A diamond
 * differs, a dot is equivalent, a ring cannot be told.
 */
export function gapPlot(id: string, title: string, column: string, gaps: readonly FairnessGap[]): VNode {
  const [{ metric, margin }] = gaps;
  const onLog = isRatio(metric);
  const place = (value: number): number => (onLog ? Math.log(value) : value);
  const ends = gaps.flatMap((gap) => {
    const figure = judgedFigure(gap);
    return isEstimate(figure) ? [figure.lower, figure.upper].map(place) : [];
  });
  const widest = Math.max(place(onLog ? margin : 1 + margin) - (onLog ? 0 : 1), ...ends.map(Math.abs)) * 1.05;
  const x = scaleLinear().domain([-widest, widest]).range([LEFT, RIGHT]);
  const bottom = gaps.length * ROW_HEIGHT + 4;
  const limit = onLog ? Math.log(margin) : margin;
  const told = gaps.flatMap((gap, row) => (isEstimate(judgedFigure(gap)) ? [row] : []));
  const said = gaps.map(
    (gap) => `${groupWords([column], gap.group)} ${gapFigure(metric, judgedFigure(gap))}, ${verdictWords(gap)}`,
  );
  const tick = (value: number): VNode => {
    const at = x(place(value));
    const anchor = at < 60 ? 'start' : at > WIDTH - 60 ? 'end' : 'middle';
    const beside = Math.min(WIDTH - 4, Math.max(4, at));
    const text = gapText(metric, value).replace('.0 points', ' points');
    return element('text', { x: beside, y: bottom + 14, 'text-anchor': anchor, class: 'soft' }, text);
  };
  return element(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${bottom + 20}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-desc` },
    [
      element('title', { id: `${id}-title` }, title),
      element('desc', { id: `${id}-desc` }, said.join('; ')),
      ...told.map((row) =>
        element('rect', {
          x: x(-limit),
          y: row * ROW_HEIGHT + 18,
          width: x(limit) - x(-limit),
          height: 18,
          class: 'band',
        }),
      ),
      element('path', { d: told.map((row) => `M${x(0)},${row * ROW_HEIGHT + 18}v18`).join(''), class: 'ideal' }),
      ...gaps.map((gap, row) => gapRow(gap, column, row * ROW_HEIGHT, (value) => x(place(value)))),
      tick(onLog ? 1 / margin : -margin),
      tick(margin),
    ],
  );
}

function gapRow(gap: FairnessGap, column: string, top: number, x: (value: number) => number): VNode {
  const figure = judgedFigure(gap);
  const y = top + 27;
  const text = [
    element('text', { x: LEFT, y: top + 14 }, groupWords([column], gap.group)),
    element('text', { x: RIGHT, y: top + 14, 'text-anchor': 'end' }, gapFigure(gap.metric, figure)),
  ];
  if (!isEstimate(figure)) return element('g', null, text);
  const { estimate, lower, upper } = figure;
  return element('g', { 'data-verdict': gap.verdict }, [
    ...text,
    element('path', {
      d: `M${x(lower)},${y}H${x(upper)}M${x(lower)},${y - 4}v8M${x(upper)},${y - 4}v8`,
      class: 'seen',
    }),
    markOf(gap.verdict, x(estimate), y),
  ]);
}

function markOf(verdict: FairnessGap['verdict'], x: number, y: number): VNode {
  if (verdict === 'differs' || verdict === 'differs-within-margin')
    return element('path', { d: `M${x},${y - 6}l6,6l-6,6l-6,-6z`, class: 'mark' });
  if (verdict === 'equivalent') return element('circle', { cx: x, cy: y, r: 4.5, class: 'mark' });
  return element('circle', { cx: x, cy: y, r: 4.5, class: 'seen' });
}
