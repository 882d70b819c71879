// The result page of several ECGs of one drop: what was found in each at a glance, then each as it would be by itself, folded away.
import type { VNode } from 'preact';
import type { RowOutcome, StudyRow } from '#functions/study.ts';
import { element } from '../element.ts';
import { formatCount, formatNumber } from '../format.ts';
import { htmlPage } from '../html-page.ts';
import { STYLE } from '../style.ts';
import { dataTable } from '../table.ts';
import { answersOf, ecgSections, type ReadEcg, recordingWords, statusOf } from './ecg-sections.ts';
import { durationSeconds } from './lead-sheet.ts';
import { placeOfRow } from './place.ts';
import { ECG_STYLE } from './style.ts';
import { modelSection } from './trust.ts';
import { type EcgAnswer, verdictOf } from './verdict.ts';

/** An ECG as it stands on the page. */
export interface ShownEcg {
  readonly row: StudyRow;
  readonly answers: readonly EcgAnswer[];
  readonly headline: string;
  readonly sections: readonly (VNode | null)[];
}

/** An ECG that could not be shown: it is set aside, and the page says so. */
export type EcgOnPage = ShownEcg | { readonly row: StudyRow };

export interface EcgsResultInput {
  readonly site: string;
  readonly unit: string;
  readonly ecgs: readonly EcgOnPage[];
  readonly outcomes: readonly RowOutcome[];
}

/** What the page shows of one ECG; made one by one, so that one that cannot be drawn costs only itself. */
export function shownEcg(ecg: ReadEcg): ShownEcg {
  const answers = answersOf(ecg);
  const headlines = answers.map((answer) => verdictOf(answer, durationSeconds(ecg.leads)).headline);
  return {
    row: ecg.row,
    answers,
    headline: headlines.length === 0 ? 'No answer: no model was asked' : headlines.join('; '),
    sections: [
      element('p', null, [recordingWords(ecg), ' Study ', element('code', null, ecg.row.studyKey), '.']),
      ...ecgSections(ecg, answers, placeOfRow(ecg.row.row)),
    ],
  };
}

/** result.html of several ECGs: one file, no scripts, no clock. */
export function ecgsResultPage({ site, unit, ecgs, outcomes }: EcgsResultInput): string {
  const shown = ecgs.filter((ecg) => 'sections' in ecg);
  const answers = shown[0]?.answers ?? [];
  return htmlPage({
    title: `ECGs of ${site}, unit ${unit.slice(0, 8)}`,
    style: STYLE + ECG_STYLE,
    body: [
      element('aside', { class: 'banner', 'aria-label': 'Regulatory status' }, statusOf(answers)),
      element('header', null, [
        element('h1', null, `Results: ${formatCount(ecgs.length)} ECGs of ${site}`),
        element('p', { class: 'answer' }, countsSentence(outcomes)),
      ]),
      element('main', null, [
        overview(ecgs),
        ...shown.map(foldedEcg),
        ...answers.map(({ contract }, n) => modelSection(contract, `model-${n}`)),
      ]),
      element('footer', null, element('p', null, [`${statusOf(answers)}. Unit `, element('code', null, unit), '.'])),
    ],
  });
}

function countsSentence(outcomes: readonly RowOutcome[]): string {
  const counts = [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, all]) => `${all.length} ${outcome}`);
  return `${counts.sort().join(', ')}.`;
}

function overview(ecgs: readonly EcgOnPage[]): VNode {
  return dataTable({
    id: 'ecgs',
    caption: 'ECG by ECG',
    note: 'Numbered as the records of the drop, in the order of their names; the receipt says which record is which.',
    columns: [{ heading: 'ECG' }, { heading: 'Answer' }, { heading: 'Probability', numeric: true }],
    rows: ecgs.map((ecg) => ({
      heading: String(ecg.row.row),
      cells: 'sections' in ecg ? answerCells(ecg) : NOT_SHOWN,
    })),
  });
}

const NOT_SHOWN = ['Set aside: its page could not be made', '–'];

const answerCells = ({ row, answers, headline }: ShownEcg) => [
  element('a', { href: `#${placeOfRow(row.row).prefix}result` }, headline),
  answers.map((answer) => scoreWords(answer)).join('; ') || '–',
];

const scoreWords = ({ withdrawn, row: { score } }: EcgAnswer): string =>
  withdrawn || score === null ? '–' : formatNumber(score, 'fraction');

function foldedEcg({ row, headline, sections }: ShownEcg): VNode {
  const { prefix } = placeOfRow(row.row);
  return element('details', { class: 'ecg' }, [
    element('summary', null, `ECG ${row.row}: ${headline}`),
    element('article', { id: `${prefix}result`, 'aria-label': `ECG ${row.row}` }, sections),
  ]);
}
