import type { VNode } from 'preact';
import { figureCell } from '../../figure-cell.ts';
import { pText } from '../../gap-words.ts';
import { isEstimate, isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import type { FairnessGap } from './value.ts';
import { detectableText, gapFigure, groupWords, metricInSentence, verdictWords } from './words.ts';

/** Every gap with its difference, ratio, p-values, the gap that could have been seen, and the verdict. */
export function gapTable(id: string, caption: string, columns: readonly string[], gaps: readonly FairnessGap[]): VNode {
  return dataTable({
    id,
    caption: `${caption}, with 95 % intervals`,
    columns: [
      { heading: 'Group and figure' },
      { heading: 'Verdict' },
      { heading: 'Difference', numeric: true },
      { heading: 'Ratio', numeric: true },
      { heading: 'p', numeric: true },
      { heading: 'p, Holm', numeric: true },
      { heading: 'p, Benjamini-Hochberg', numeric: true },
      { heading: 'p of equivalence, Holm', numeric: true },
      { heading: 'Could have seen', numeric: true },
    ],
    rows: gaps.map((gap) => ({
      heading: `${groupWords(columns, gap.group)}: ${metricInSentence(gap)}`,
      cells: [
        verdictWords(gap),
        differenceCell(gap),
        isEstimate(gap.ratio) ? figureCell(gap.ratio, 'ratio') : '–',
        pText(gap.pValue),
        pText(gap.holm),
        pText(gap.benjaminiHochberg),
        pText(gap.equivalenceHolm),
        detectableText(gap),
      ],
    })),
    note: 'Calibration: the difference is one of intercepts in logits, the ratio is of observed / expected and is what is tested.',
  });
}

function differenceCell({ metric, difference }: FairnessGap) {
  if (metric === 'calibration') return figureCell(difference, 'ratio');
  return isEstimate(difference) || isSuppressed(difference)
    ? gapFigure(metric, difference)
    : figureCell(difference, 'percent');
}
