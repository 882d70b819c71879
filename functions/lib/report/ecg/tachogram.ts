import type { VNode } from 'preact';
import { element } from '../element.ts';
import { type Beats, milliseconds, type RhythmNumbers } from './beats.ts';
import { WIDTH_MM } from './rhythm-strip.ts';
import { mm } from './scale.ts';
import { durationWords, rhythmWords } from './words.ts';

const LEFT_MM = 16;
const RIGHT_MM = 5;
const TOP_MM = 6;
const PLOT_MM = 30;
/** A column of the picture; it shows the range of the intervals in it, so that a day needs no more points than a minute. */
const COLUMN_MM = 0.25;
/** Longer intervals lie on the upper edge. */
const LONGEST_MS = 2000;

export interface TachogramInput {
  readonly beats: Beats;
  readonly numbers: RhythmNumbers;
  readonly durationSeconds: number;
  /** False where only the beginning of the recording was searched for beats. */
  readonly isWhole: boolean;
  readonly id: string;
}

/** RR intervals of a whole recording over time: a thin line is a regular rhythm, a broad band an irregular one. */
export function tachogram({ beats, numbers, durationSeconds, isWhole, id }: TachogramInput): VNode {
  const whole = isWhole ? 'whole recording' : 'beginning of the recording';
  const top = Math.min(LONGEST_MS, Math.max(1000, Math.ceil(numbers.longestMs / 500) * 500));
  const y = (ms: number) => TOP_MM + (1 - Math.min(ms, top) / top) * PLOT_MM;
  const bottom = TOP_MM + PLOT_MM;
  const frame = { viewBox: `0 0 ${WIDTH_MM} ${bottom + 6}`, role: 'img', class: 'strip' };
  const grid = Array.from({ length: top / 500 + 1 }, (_, n) => n * 500);
  return element('svg', { ...frame, 'aria-labelledby': `${id}-title ${id}-desc` }, [
    element('title', { id: `${id}-title` }, `RR intervals of the ${whole}`),
    element('desc', { id: `${id}-desc` }, rhythmWords(numbers)),
    ...grid.map((at) => element('path', { d: `M${LEFT_MM} ${mm(y(at))}H${WIDTH_MM - RIGHT_MM}`, class: 'ticks' })),
    ...grid.map((at) => element('text', { x: LEFT_MM - 1.5, y: mm(y(at) + 1), class: 'end' }, String(at))),
    element('path', { d: dots(beats, durationSeconds, y), class: 'dots' }),
    element('text', { x: LEFT_MM, y: bottom + 4.5 }, '0 s'),
    element('text', { x: WIDTH_MM - RIGHT_MM, y: bottom + 4.5, class: 'end' }, durationWords(durationSeconds)),
    element(
      'text',
      { x: LEFT_MM, y: TOP_MM - 2.5 },
      `RR interval in ms over the ${whole}${numbers.longestMs > top ? `; longer than ${top} ms: on the upper edge` : ''}`,
    ),
  ]);
}

function dots({ intervals }: Beats, durationSeconds: number, y: (ms: number) => number): string {
  const scale = (WIDTH_MM - LEFT_MM - RIGHT_MM) / durationSeconds;
  const columns = Map.groupBy(intervals, ({ endSeconds }) => Math.round((endSeconds * scale) / COLUMN_MM));
  const parts = [...columns].map(([column, inside]) => {
    const ends = inside.map((interval) => y(milliseconds(interval)));
    return `M${mm(LEFT_MM + column * COLUMN_MM)} ${mm(Math.min(...ends))}V${mm(Math.max(...ends))}`;
  });
  return parts.join('');
}
