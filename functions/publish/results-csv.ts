import { slotName } from '#lib/ledger/keys.ts';
import type { StudyRow } from '../study.ts';
import type { RowOutcome, SlotRows } from './outcomes.ts';

/** One line per row and model: RFC 4180, keys only, a withdrawn score left out. */
export function resultsCsv(
  rows: readonly StudyRow[],
  slots: readonly SlotRows[],
  outcomes: readonly RowOutcome[],
): string {
  const lines = ['row,study_key,outcome,model,status,score,reason,weights,relation'];
  rows.forEach((row, n) => {
    const about = [row.row, row.studyKey, outcomes[n]];
    if (slots.length === 0) lines.push([...about, '', 'no-model', '', '', '', ''].join(','));
    for (const { slot, withdrawn, rows: answers } of slots) {
      const answer = answers[n];
      const said = withdrawn
        ? ['withdrawn', '', 'model-disabled', '', '']
        : [answer?.status, answer?.score, quoted(answer?.reason), answer?.file, answer?.relation];
      lines.push([...about, slotName(slot), ...said.map((cell) => cell ?? '')].join(','));
    }
  });
  return `${lines.join('\r\n')}\r\n`;
}

/** A reason is a sentence and may hold commas. */
const quoted = (text: string | null | undefined): string | undefined =>
  text ? `"${text.replaceAll('"', '""')}"` : undefined;
