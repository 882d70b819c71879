import type { VNode } from 'preact';
import type { AnswerDetail } from '#functions/study.ts';
import { element } from '../element.ts';
import { formatNumber, formatPlain } from '../format.ts';
import { WIDTH_MM } from './rhythm-strip.ts';
import { mm } from './scale.ts';

const LEFT_MM = 14;
const RIGHT_MM = 5;
const TOP_MM = 6;
const PLOT_MM = 24;
/** Values are written over the bars only where they find room. */
const LEAST_BAR_MM = 9;

export interface WindowsInput {
  readonly model: string;
  readonly windows: AnswerDetail['windows'];
  readonly durationSeconds: number;
  /** "atrial fibrillation": what the probability is of. */
  readonly of: string;
  readonly threshold: { readonly name: string; readonly value: number };
  readonly id: string;
}

/** Probability in each window of the recording, from 0 to 1 over time, with the threshold dashed. */
export function windowsFigure({ model, windows, durationSeconds, of, threshold, id }: WindowsInput): VNode {
  const x = (seconds: number) => LEFT_MM + (seconds / durationSeconds) * (WIDTH_MM - LEFT_MM - RIGHT_MM);
  const y = (probability: number) => TOP_MM + (1 - probability) * PLOT_MM;
  const bottom = TOP_MM + PLOT_MM;
  const frame = { viewBox: `0 0 ${WIDTH_MM} ${bottom + 6}`, role: 'img', class: 'strip' };
  const grid = [0, 0.5, 1];
  return element('svg', { ...frame, 'aria-labelledby': `${id}-title ${id}-desc` }, [
    element('title', { id: `${id}-title` }, `Probability of ${of} by window`),
    element('desc', { id: `${id}-desc` }, `${windows.map(windowWords).join('; ')}.`),
    ...grid.map((at) => element('path', { d: `M${LEFT_MM} ${mm(y(at))}H${WIDTH_MM - RIGHT_MM}`, class: 'ticks' })),
    ...grid.map((at) => element('text', { x: LEFT_MM - 1.5, y: mm(y(at) + 1), class: 'end' }, String(at))),
    element('path', { d: `M${LEFT_MM} ${mm(y(threshold.value))}H${WIDTH_MM - RIGHT_MM}`, class: 'threshold' }),
    ...windows.flatMap((window) => bar(window, x, y)),
    element('text', { x: mm(LEFT_MM), y: bottom + 4.5 }, '0 s'),
    element('text', { x: WIDTH_MM - RIGHT_MM, y: bottom + 4.5, class: 'end' }, `${formatPlain(durationSeconds)} s`),
    element(
      'text',
      { x: LEFT_MM, y: TOP_MM - 2.5 },
      `${model}: probability of ${of} in each window; dashed: threshold “${threshold.name}”`,
    ),
  ]);
}

type Window = AnswerDetail['windows'][number];

function bar(window: Window, x: (seconds: number) => number, y: (probability: number) => number): VNode[] {
  const { startSeconds, endSeconds, score } = window;
  const from = x(startSeconds);
  const width = x(endSeconds) - from;
  const at = y(score);
  return [
    element('path', { d: `M${mm(from)} ${mm(at + 1)}v-2M${mm(from)} ${mm(at)}h${mm(width)}m0 1v-2`, class: 'window' }),
    width < LEAST_BAR_MM
      ? null
      : element(
          'text',
          { x: mm(from + width / 4), y: mm(at > TOP_MM + 6 ? at - 1.4 : at + 3.6), class: 'halo' },
          formatNumber(score, 'fraction'),
        ),
  ].filter((node) => node !== null);
}

const windowWords = ({ startSeconds, endSeconds, score }: Window): string =>
  `${formatPlain(startSeconds)} to ${formatPlain(endSeconds)} s ${formatNumber(score, 'fraction')}`;
