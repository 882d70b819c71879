// Tables of classes against each other, and of each against the rest.
import type { ComponentChild, VNode } from 'preact';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { formatFigure, formatShare } from '../format.ts';
import type { Count, Figure } from '../record.ts';
import { dataTable, type TableContent } from '../table.ts';
import { styleOf } from './figure-words.ts';

const numeric = true;

export interface ClassMatrix extends Pick<TableContent, 'id' | 'caption' | 'note'> {
  readonly names: readonly string[];
  /** [class of the reference][class of the answer], the last column: no answer. */
  readonly matrix: readonly (readonly Count[])[];
}

/** Answers by the class of the reference, in numbers and per cent of the row; right ones on the diagonal. */
export function matrixTable({ id, caption, note, names, matrix }: ClassMatrix): VNode {
  return dataTable({
    ...{ id, caption },
    columns: [
      { heading: 'Reference' },
      ...names.map((name) => ({ heading: `Answer: ${name}`, numeric })),
      { heading: 'No answer', numeric },
    ],
    rows: names.map((heading, k) => ({
      heading,
      cells: matrix[k].map((count, answer) => {
        const text = formatShare(count, sumOf(matrix[k]));
        return answer === k ? element('strong', null, text) : text;
      }),
    })),
    ...(note !== undefined && { note }),
  });
}

/** Hidden where a part is. */
function sumOf(counts: readonly Count[]): Count {
  const known = counts.filter((count): count is number => typeof count === 'number');
  return known.length < counts.length ? { suppressed: true } : known.reduce((total, count) => total + count, 0);
}

export const whyUntold = (figure: Figure): string | undefined =>
  'cannotTell' in figure ? figure.cannotTell : undefined;

/** A count, and once the reason for which nothing is judged. */
export function countCell(text: string, why: string | undefined): ComponentChild {
  return why === undefined ? text : element('span', { class: 'cannot' }, `${text}: ${why}`);
}

/** A figure whose reason is said elsewhere already leaves it out. */
export function briefCell(figure: Figure, name: string, said: string | undefined): ComponentChild {
  if (said === undefined || whyUntold(figure) !== said) return figureCell(figure, styleOf(name));
  return element('span', { class: 'cannot' }, formatFigure(figure, styleOf(name)));
}
