import type { VNode } from 'preact';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { formatCount, formatNumber } from '../format.ts';
import { isSuppressed } from '../record.ts';
import { dataTable, type TableRow } from '../table.ts';
import { type Comparison, REFERENCE, type ReaderReport } from './record.ts';
import { labelTitle, lowerFirst, titleOf } from './words.ts';

/** McNemar's test for every compared pair: sensitivity and specificity, finding by finding. */
export function comparisonSection(report: ReaderReport): VNode[] {
  const pairs = [...new Set(report.comparisons.map(({ first, second }) => JSON.stringify([first, second])))];
  return [
    element(
      'p',
      null,
      'Both raters on the same studies. Difference in points of percent: above 0, the first is right more often. “Only” counts the studies that only one of the two got right; they alone carry the test.',
    ),
    ...pairs.map((pair, i) => {
      const [first, second] = JSON.parse(pair) as [string, string];
      const rows = report.comparisons.filter((other) => other.first === first && other.second === second);
      return pairTable(report, i, first, second, rows);
    }),
    element(
      'p',
      { class: 'note' },
      "p: McNemar's mid-p. Corrected: by Holm's method over all comparisons of this section. A p above 0.05 is no proof that two raters are equal: look at the interval. All findings: the answers to every finding in one heap, those of one study being a cluster (Obuchowski's test instead of McNemar's).",
    ),
  ];
}

function pairTable(report: ReaderReport, i: number, first: string, second: string, of: readonly Comparison[]): VNode {
  const [a, b] = [titleOf(report, first), lowerFirst(titleOf(report, second))];
  return dataTable({
    id: `pair-${i}`,
    caption: `${a} minus ${b}, points of percent with 95 % intervals`,
    columns: [
      { heading: 'Finding' },
      { heading: 'Studies', numeric: true },
      { heading: 'Difference', numeric: true },
      { heading: `Only ${lowerFirst(a)}`, numeric: true },
      { heading: `Only ${b}`, numeric: true },
      { heading: 'p', numeric: true },
      { heading: 'Corrected', numeric: true },
    ],
    rows: of.map((comparison) => pairRow(report, comparison)),
  });
}

function pairRow(report: ReaderReport, comparison: Comparison): TableRow {
  const { label, of, difference, onlyFirst, onlySecond, pValue, adjustedPValue } = comparison;
  return {
    heading: `${labelTitle(report, label)}, ${of}`,
    cells: [
      isSuppressed(difference) ? 'hidden' : formatCount(difference.n),
      figureCell(difference, 'percent'),
      formatCount(onlyFirst),
      formatCount(onlySecond),
      pWords(pValue),
      pWords(adjustedPValue),
    ],
  };
}

/** "0.032", "< 0.001", "hidden", "cannot tell". */
export function pWords(p: Comparison['pValue']): string {
  if (p === null) return 'cannot tell';
  if (isSuppressed(p)) return 'hidden';
  return p < 0.001 ? '< 0.001' : formatNumber(p, 'fraction');
}

/** Cohen's kappa of every pair, the reference included: pairs down, findings across. */
export function agreementSection(report: ReaderReport): VNode[] {
  const pairs = [...new Set(report.agreements.map(({ first, second }) => JSON.stringify([first, second])))].map(
    (pair) => JSON.parse(pair) as [string, string],
  );
  const withReference = pairs.filter(([first]) => first === REFERENCE);
  const others = pairs.filter(([first]) => first !== REFERENCE);
  return [
    element(
      'p',
      null,
      "Cohen's kappa: agreement beyond what two raters with these habits would have by chance; 1 is perfect, 0 is chance.",
    ),
    kappaTable(
      report,
      'kappa-reference',
      'Kappa with the reference, with 95 % intervals',
      withReference,
      ([, second]) => {
        const formed = report.raters.find(({ id }) => id === second)?.formedReference ?? false;
        return `${titleOf(report, second)}${formed ? ' (formed the reference: biased)' : ''}`;
      },
    ),
    kappaTable(
      report,
      'kappa-raters',
      'Kappa between raters, with 95 % intervals',
      others,
      ([first, second]) => `${titleOf(report, first)} and ${lowerFirst(titleOf(report, second))}`,
    ),
  ];
}

function kappaTable(
  report: ReaderReport,
  id: string,
  caption: string,
  pairs: readonly [string, string][],
  heading: (pair: [string, string]) => string,
): VNode {
  return dataTable({
    id,
    caption,
    columns: [{ heading: 'Raters' }, ...report.labels.map(({ title }) => ({ heading: title, numeric: true }))],
    rows: pairs.map((pair) => ({
      heading: heading(pair),
      cells: report.labels.map((label) => {
        const found = report.agreements.find(
          (other) => other.label === label.id && other.first === pair[0] && other.second === pair[1],
        );
        return found === undefined ? '' : figureCell(found.kappa, 'ratio');
      }),
    })),
  });
}
