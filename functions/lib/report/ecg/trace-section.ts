import type { VNode } from 'preact';
import type { AnswerDetail } from '#functions/study.ts';
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { element } from '../element.ts';
import { formatCount, formatPlain } from '../format.ts';
import { dataTable } from '../table.ts';
import { type Beats, MOST_BEAT_SECONDS, milliseconds, rhythmNumbers } from './beats.ts';
import type { EcgPlace } from './place.ts';
import { isStripCut, ROW_SECONDS, rhythmStrip, shownSeconds } from './rhythm-strip.ts';
import { tachogram } from './tachogram.ts';
import { windowsFigure } from './windows-figure.ts';
import { durationWords, rhythmWords } from './words.ts';

/** A lead to be shown, what was found in it, and what a model said of its windows. */
export interface TracedLead {
  readonly lead: StoredLead;
  readonly beats: Beats;
  /** False where no model read it. */
  readonly isRead: boolean;
  readonly answers: readonly {
    /** Name and version of the model. */
    readonly model: string;
    readonly windows: AnswerDetail['windows'];
    readonly of: string;
    readonly threshold: { readonly name: string; readonly value: number };
  }[];
}

const DRAWING =
  '25 mm/s, 10 mm/mV, small squares 40 ms by 0.1 mV; as stored, without any filter; each row lies on its own median. Triangles: R peaks found by a program; the numbers between them: RR interval in ms. Of every 4 ms (0.1 mm of paper) the lowest and the highest sample are drawn.';

const CUT = 'Amplitudes beyond the paper are cut at its edge: they are larger than drawn.';

/** Section with the trace of one lead, its rhythm in numbers, and the probabilities over time. */
export function traceSection({ lead, beats, isRead, answers }: TracedLead, { prefix, of }: EcgPlace): VNode {
  const id = `${prefix}lead-${lead.name.replaceAll(/[^A-Za-z0-9]/g, '-')}`;
  const seconds = lead.samplesMv.length / lead.samplingRateHz;
  const shown = shownSeconds(lead);
  const numbers = rhythmNumbers(beats);
  const searched = Math.min(seconds, MOST_BEAT_SECONDS);
  const several = answers.filter(({ windows }) => windows.length > 1);
  return element('section', { 'aria-labelledby': id }, [
    element('h2', { id }, `Lead ${lead.name}${isRead ? ', which the model read' : '; no model read it'}${of}`),
    element(
      'p',
      null,
      numbers === undefined ? 'Fewer than two RR intervals were found in this lead.' : `${rhythmWords(numbers)}.`,
    ),
    shown < seconds
      ? element(
          'p',
          null,
          `Drawn are the first ${durationWords(shown)} of ${durationWords(seconds)}; the RR intervals below are of ${searched < seconds ? `the first ${durationWords(searched)}` : 'the whole recording'}.`,
        )
      : null,
    rhythmStrip({ lead, beats, id: `${id}-row`, of }),
    element('p', { class: 'note' }, isStripCut(lead) ? `${DRAWING} ${CUT}` : DRAWING),
    ...several.map((answer, n) =>
      element(
        'div',
        {
          class: 'strips',
          role: 'region',
          tabindex: 0,
          'aria-label': `Probability by window, lead ${lead.name}, ${answer.model}${of}`,
        },
        [windowsFigure({ ...answer, durationSeconds: seconds, id: `${id}-windows-${n}` })],
      ),
    ),
    shown < seconds && numbers !== undefined
      ? element(
          'div',
          { class: 'strips', role: 'region', tabindex: 0, 'aria-label': `RR intervals of lead ${lead.name}${of}` },
          [tachogram({ beats, numbers, durationSeconds: searched, isWhole: searched === seconds, id: `${id}-rr` })],
        )
      : null,
    intervalsTable(id, beats, shown, of),
  ]);
}

/** The RR intervals of the rows as numbers, for whoever does not see the picture. */
function intervalsTable(id: string, beats: Beats, shown: number, of: string): VNode {
  const rows = Array.from({ length: Math.ceil(shown / ROW_SECONDS - 1e-9) }, (_, n) => n * ROW_SECONDS);
  return element('details', null, [
    element('summary', null, 'RR intervals as numbers'),
    dataTable({
      id: `${id}-intervals`,
      caption: `R peaks and RR intervals in each row${of}`,
      columns: [{ heading: 'From, s' }, { heading: 'R peaks', numeric: true }, { heading: 'RR intervals, ms' }],
      rows: rows.map((start) => {
        const inside = (at: number) => at >= start && at < start + ROW_SECONDS;
        const ms = beats.intervals.filter(({ endSeconds }) => inside(endSeconds)).map(milliseconds);
        return {
          heading: formatPlain(start),
          cells: [
            formatCount(beats.peakSeconds.filter(inside).length),
            ms.map((value) => String(Math.round(value))).join(', '),
          ],
        };
      }),
      note: 'An interval stands in the row in which it ends. There is none over missing samples.',
    }),
  ]);
}
