import { slotName } from '#lib/ledger/keys.ts';
import type { AnswerDetail, PredictionRow, RowOutcome, StudyRow } from '../study.ts';
import type { SlotRows } from './outcomes.ts';

const COLUMNS = ['row', 'study_key', 'outcome', 'model', 'status', 'score', 'reason', 'weights', 'relation'] as const;

/**
 * One line per row and model: RFC 4180, keys only, a withdrawn score left out. Where a model says more than its score, columns follow
 * for the lead that it read, the probability of each class, and the score of each window as `<start s>-<end s>=<score>`.
 */
export function resultsCsv(
  rows: readonly StudyRow[],
  slots: readonly SlotRows[],
  outcomes: readonly RowOutcome[],
): string {
  const classes = classesOf(slots);
  const lines = [[...COLUMNS, ...detailColumns(classes)].join(',')];
  rows.forEach((row, n) => {
    const about = [row.row, row.studyKey, outcomes[n]];
    if (slots.length === 0) lines.push([...about, '', 'no-model', '', '', '', ''].join(','));
    for (const { slot, withdrawn, rows: answers } of slots) {
      const answer = withdrawn ? undefined : answers[n];
      const said = withdrawn
        ? ['withdrawn', '', 'model-disabled', '', '']
        : [answer?.status, answer?.score, quoted(answer?.reason), answer?.file, answer?.relation];
      lines.push(
        [...about, slotName(slot), ...said, ...detailCells(answer, classes)].map((cell) => cell ?? '').join(','),
      );
    }
  });
  return `${lines.join('\r\n')}\r\n`;
}

const readDetail = (answer: PredictionRow | undefined): AnswerDetail | undefined =>
  answer?.detail ? (JSON.parse(answer.detail) as AnswerDetail) : undefined;

/** Classes of all models whose answers are shown, in the order in which they come. */
function classesOf(slots: readonly SlotRows[]): readonly string[] {
  const answers = slots.flatMap(({ withdrawn, rows }) => (withdrawn ? [] : rows));
  return [...new Set(answers.flatMap((answer) => Object.keys(readDetail(answer)?.probabilities ?? {})))];
}

const detailColumns = (classes: readonly string[]): readonly string[] =>
  classes.length === 0 ? [] : ['lead', ...classes.map((name) => `probability_${name.replaceAll('-', '_')}`), 'windows'];

function detailCells(answer: PredictionRow | undefined, classes: readonly string[]): readonly (string | number)[] {
  if (classes.length === 0) return [];
  const detail = readDetail(answer);
  if (detail === undefined) return ['', ...classes.map(() => ''), ''];
  const windows = detail.windows.map(({ startSeconds, endSeconds, score }) => `${startSeconds}-${endSeconds}=${score}`);
  return [detail.lead, ...classes.map((name) => detail.probabilities[name] ?? ''), windows.join(' ')];
}

/** A reason is a sentence and may hold commas. */
const quoted = (text: string | null | undefined): string | undefined =>
  text ? `"${text.replaceAll('"', '""')}"` : undefined;
