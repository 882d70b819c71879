import type { ComponentChild, VNode } from 'preact';
import { element } from './element.ts';

export interface TableColumn {
  readonly heading: string;
  /** Numbers are set flush right. */
  readonly numeric?: boolean;
}

export interface TableRow {
  /** The row's header cell. */
  readonly heading: string;
  readonly cells: readonly ComponentChild[];
  readonly kind?: 'strong' | 'detail';
}

export interface TableContent {
  /** Unique on the page. */
  readonly id: string;
  readonly caption: string;
  /** The first one heads the column of row headings. */
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly note?: string;
}

/** A table with caption and scoped headers, in a region that scrolls by itself (WCAG 2.2, 1.3.1, 1.4.10 and 2.1.1). */
export function dataTable({ id, caption, columns, rows, note }: TableContent): VNode {
  const region = { class: 'scroll', role: 'region', tabindex: 0, 'aria-labelledby': `${id}-caption` };
  return element('div', { class: 'table' }, [
    element(
      'div',
      region,
      element('table', { id }, [
        element('caption', { id: `${id}-caption` }, caption),
        element('thead', null, element('tr', null, columns.map(headCell))),
        element(
          'tbody',
          null,
          rows.map((row) => bodyRow(row, columns)),
        ),
      ]),
    ),
    note === undefined || note === '' ? null : element('p', { class: 'note' }, note),
  ]);
}

function headCell({ heading, numeric }: TableColumn): VNode {
  return element('th', { scope: 'col', ...(numeric && { class: 'number' }) }, heading);
}

function bodyRow({ heading, cells, kind }: TableRow, columns: readonly TableColumn[]): VNode {
  const body = cells.map((cell, i) => element('td', { ...(columns[i + 1]?.numeric && { class: 'number' }) }, cell));
  return element('tr', { ...(kind && { class: kind }) }, [element('th', { scope: 'row' }, heading), ...body]);
}
