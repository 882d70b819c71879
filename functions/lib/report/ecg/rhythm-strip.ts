// The lead that a model read, row by row on ECG paper, with its R peaks and RR intervals.
import type { VNode } from 'preact';
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { element } from '../element.ts';
import { formatPlain } from '../format.ts';
import { type Beats, milliseconds, rhythmNumbers } from './beats.ts';
import { gapsOf, type TimeSpan } from './gaps.ts';
import { isCut, levelOf, type Room, roomFor, type SampleRange } from './level.ts';
import { calibrationPulse, paper } from './paper.ts';
import { MM_PER_SECOND, mm } from './scale.ts';
import { STEP_MM, tracePath } from './trace-path.ts';

export const ROW_SECONDS = 10;
/** Two minutes: more than any model here reads; what a longer recording has is counted, not drawn. */
const MOST_ROWS = 12;

const LEFT_MM = 10;
const RIGHT_MM = 5;
/** Room for the marks of the R peaks above the paper, for the axis below it. */
const MARKS_MM = 6;
const AXIS_MM = 5;
export const WIDTH_MM: number = LEFT_MM + ROW_SECONDS * MM_PER_SECOND + RIGHT_MM;

interface Row extends SampleRange, TimeSpan {}

export interface StripInput {
  readonly lead: StoredLead;
  readonly beats: Beats;
  /** Start of the ids of the page. */
  readonly id: string;
  /** End of the region's name. */
  readonly of: string;
}

/** Seconds of the lead that the strip shows. */
export const shownSeconds = ({ samplesMv, samplingRateHz }: StoredLead): number =>
  Math.min(samplesMv.length / samplingRateHz, MOST_ROWS * ROW_SECONDS);

/** True where the strip shows less than the amplitude of the lead. */
export function isStripCut(lead: StoredLead): boolean {
  const rows = rowsOf(lead);
  const room = roomFor(lead.samplesMv, rows);
  return rows.some((row) => isCut(lead.samplesMv, row, levelOf(lead.samplesMv, row), room));
}

/** One picture per 10 s, all on paper of the same height; the first two minutes of a longer recording. */
export function rhythmStrip({ lead, beats, id, of }: StripInput): VNode {
  const rows = rowsOf(lead);
  const room = roomFor(lead.samplesMv, rows);
  return element(
    'div',
    { class: 'strips', role: 'region', tabindex: 0, 'aria-label': `Trace of lead ${lead.name}${of}` },
    rows.map((row, n) => stripRow({ lead, beats, id: `${id}-${n}`, of }, row, room)),
  );
}

function rowsOf(lead: StoredLead): Row[] {
  const { samplesMv, samplingRateHz } = lead;
  const count = Math.max(1, Math.ceil(shownSeconds(lead) / ROW_SECONDS - 1e-9));
  return Array.from({ length: count }, (_, n) => {
    const from = Math.round(n * ROW_SECONDS * samplingRateHz);
    const to = Math.min(samplesMv.length, Math.round((n + 1) * ROW_SECONDS * samplingRateHz));
    return { from, to, startSeconds: n * ROW_SECONDS, endSeconds: to / samplingRateHz };
  });
}

function stripRow({ lead, beats, id }: StripInput, row: Row, room: Room): VNode {
  const { samplesMv, samplingRateHz } = lead;
  const levelMv = levelOf(samplesMv, row);
  const line = MARKS_MM + room.aboveMm;
  const bottom = line + room.belowMm;
  const path = tracePath({ samplesMv, samplingRateHz, ...row, levelMv, ...room });
  const sheet = { x: 0, y: MARKS_MM, width: WIDTH_MM, height: bottom - MARKS_MM };
  const frame = { viewBox: `0 0 ${WIDTH_MM} ${mm(bottom + AXIS_MM)}`, role: 'img', class: 'strip' };
  return element('svg', { ...frame, 'aria-labelledby': `${id}-title ${id}-desc` }, [
    element(
      'title',
      { id: `${id}-title` },
      `Lead ${lead.name}, ${formatPlain(row.startSeconds)} to ${formatPlain(row.endSeconds)} s`,
    ),
    element('desc', { id: `${id}-desc` }, rowWords(lead, beats, row, isCut(samplesMv, row, levelMv, room))),
    ...paper(sheet),
    ...gapsOf(lead, row).map((gap) => gapBlock(gap, row, sheet)),
    calibrationPulse(1.5, line),
    element('path', { d: path, class: 'trace', transform: `translate(${LEFT_MM} ${mm(line)}) scale(${STEP_MM})` }),
    ...beatMarks(beats, row),
    ...axis(row, bottom),
    element('text', { x: 1.5, y: MARKS_MM + 4, class: 'lead' }, lead.name),
  ]);
}

const xOf = (seconds: number, row: Row): number => LEFT_MM + (seconds - row.startSeconds) * MM_PER_SECOND;

const within = (seconds: number, row: TimeSpan): boolean => seconds >= row.startSeconds && seconds < row.endSeconds;

/** A triangle over each R peak, and between two of them their distance in ms. */
function beatMarks({ peakSeconds, intervals }: Beats, row: Row): VNode[] {
  const triangles = peakSeconds
    .filter((at) => within(at, row))
    .map((at) => `M${mm(xOf(at, row))} ${MARKS_MM}l-.9-1.6h1.8z`);
  const numbers = intervals
    .map((interval) => ({ interval, middle: (interval.startSeconds + interval.endSeconds) / 2 }))
    .filter(({ middle }) => within(middle, row));
  return [
    element('path', { d: triangles.join(''), class: 'peaks' }),
    ...numbers.map(({ interval, middle }) =>
      element(
        'text',
        { x: mm(xOf(middle, row)), y: MARKS_MM - 2.4, class: 'rr' },
        String(Math.round(milliseconds(interval))),
      ),
    ),
  ];
}

function gapBlock(gap: TimeSpan, row: Row, { y, height }: { y: number; height: number }): VNode {
  const x = xOf(gap.startSeconds, row);
  const width = (gap.endSeconds - gap.startSeconds) * MM_PER_SECOND;
  return element('g', null, [
    element('rect', { x: mm(x), y: mm(y), width: mm(width), height: mm(height), class: 'missing' }),
    width < 22
      ? null
      : element('text', { x: mm(x + width / 2), y: mm(y + height / 2), class: 'rr' }, 'no valid samples'),
  ]);
}

function axis(row: Row, bottom: number): VNode[] {
  const seconds = Array.from({ length: ROW_SECONDS + 1 }, (_, n) => row.startSeconds + n);
  const label = (at: number) => (at === row.startSeconds ? `${at} s` : String(at));
  return [
    element('path', { d: seconds.map((at) => `M${mm(xOf(at, row))} ${mm(bottom)}v1`).join(''), class: 'ticks' }),
    ...seconds.map((at) => element('text', { x: mm(xOf(at, row)), y: mm(bottom + 4), class: 'rr' }, label(at))),
  ];
}

function rowWords(lead: StoredLead, beats: Beats, row: Row, cut: boolean): string {
  const numbers = rhythmNumbers(beats, row.startSeconds, row.endSeconds);
  const missing = gapsOf(lead, row).reduce((sum, gap) => sum + gap.endSeconds - gap.startSeconds, 0);
  const found = beats.peakSeconds.filter((at) => within(at, row)).length;
  const rhythm =
    numbers === undefined
      ? `${found} R peaks found.`
      : `${found} R peaks, ${Math.round(numbers.ratePerMinute)} beats a minute, RR ${Math.round(numbers.shortestMs)} to ${Math.round(numbers.longestMs)} ms.`;
  return [
    rhythm,
    ...(missing > 0 ? [`${formatPlain(missing)} s without valid samples, left blank.`] : []),
    ...(cut ? ['Amplitudes beyond the paper are cut at its edge.'] : []),
  ].join(' ');
}
