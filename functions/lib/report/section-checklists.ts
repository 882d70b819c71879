import type { VNode } from 'preact';
import type { Answer, Checklist } from './checklists/item.ts';
import { element } from './element.ts';
import { dataTable } from './table.ts';

const STATUS: Readonly<Record<Answer['status'], string>> = {
  reported: 'In this report',
  stated: 'Stated',
  open: 'OPEN',
  'not applicable': 'Does not apply',
};

/** Section "Checklists": what guidelines and regulators ask, and what of it only people can answer. */
export function checklistsSection(checklists: readonly Checklist[]): VNode {
  return element('section', { 'aria-labelledby': 'checklists' }, [
    element('h2', { id: 'checklists' }, 'Checklists and model card'),
    element(
      'p',
      null,
      'Filled from the run; asked in our words. What only people can answer is marked OPEN until the cohort’s statements answer it.',
    ),
    ...checklists.map(checklistDetails),
  ]);
}

function checklistDetails({ id, title, source, items }: Checklist): VNode {
  const open = items.filter(({ answer }) => answer.status === 'open').length;
  return element('details', null, [
    element('summary', null, `${title}: ${open} of ${items.length} items open`),
    dataTable({
      id: `checklist-${id}`,
      caption: `${title} (${source})`,
      columns: [{ heading: 'Item' }, { heading: 'Asks for' }, { heading: 'Status' }, { heading: 'Answer' }],
      rows: items.map(({ number, asks, answer }) => ({
        heading: number,
        cells: [asks, STATUS[answer.status], answerCell(answer)],
        ...(answer.status === 'open' && { kind: 'strong' as const }),
      })),
    }),
  ]);
}

const answerCell = (answer: Answer): VNode | string =>
  answer.status === 'reported' ? element('a', { href: `#${answer.where}` }, answer.text) : answer.text;
