import type { VNode } from 'preact';
import { element } from './element.ts';
import { figureCell } from './figure-cell.ts';
import { formatCount } from './format.ts';
import type { Report, SilenceResult } from './record.ts';
import { dataTable } from './table.ts';

/** Every labelled study counts: how often the model kept silent, and what is found and cleared when silence finds and clears nobody. */
export function silenceTables(silence: Report['silence'], outcome: string): VNode[] {
  const [first] = silence;
  if (first === undefined) return [];
  const rows = silence.length === 2 ? silence.slice(0, 1) : silence;
  const numeric = true;
  return [
    element('h3', { id: 'silence' }, 'With the studies that got no answer'),
    element(
      'p',
      null,
      `The figures above leave out the studies on which the model kept silent. Here every study with a label counts: one without an answer is neither found nor cleared.`,
    ),
    dataTable({
      id: 'silence-table',
      caption: 'Studies that got no answer, with 95 % intervals',
      columns: [
        { heading: 'Group' },
        { heading: `Silent among those with ${outcome}`, numeric },
        { heading: 'Share of these, %', numeric },
        { heading: 'Silent among others', numeric },
        { heading: 'Share of others, %', numeric },
      ],
      rows: rows.map((result) => ({
        heading: groupOf(result),
        cells: [
          `${formatCount(result.silentEvents)} / ${formatCount(result.events)}`,
          figureCell(result.silentShareOfEvents, 'percent'),
          `${formatCount(result.silentNonEvents)} / ${formatCount(result.nonEvents)}`,
          figureCell(result.silentShareOfNonEvents, 'percent'),
        ],
      })),
    }),
    dataTable({
      id: 'of-all-table',
      caption: 'Sensitivity and specificity among all labelled studies, with 95 % intervals',
      columns: [
        { heading: 'Group' },
        ...first.thresholds.flatMap(({ name }) => [
          { heading: `Sensitivity, ${name}, %`, numeric },
          { heading: `Specificity, ${name}, %`, numeric },
        ]),
      ],
      rows: rows.map((result) => ({
        heading: groupOf(result),
        cells: result.thresholds.flatMap(({ sensitivity, specificity }) => [
          figureCell(sensitivity, 'percent'),
          figureCell(specificity, 'percent'),
        ]),
      })),
    }),
  ];
}

const groupOf = ({ site }: SilenceResult): string => site ?? 'All sites, crude (not pooled)';
