import type { VNode } from 'preact';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { formatCount } from '../format.ts';
import { dataTable, type TableRow } from '../table.ts';
import type { ReaderGroup, ReaderReport } from './record.ts';
import { readerGroupWords } from './section-results.ts';
import { labelTitle, ofWords } from './words.ts';

/** Raters over all findings by sex and age, then each finding in each group. */
export function groupsSection(report: ReaderReport): VNode[] {
  const free = report.raters.filter(({ formedReference }) => !formedReference);
  return [
    element(
      'p',
      null,
      'What was seen in each group. Groups differ in age, in how common the findings are and in their mix, and nothing here is tested: a difference between two rows is a question, not a finding.',
    ),
    dataTable({
      id: 'groups-table',
      caption: 'All findings together by sex and age, with 95 % intervals',
      columns: [
        { heading: 'Rater and group' },
        { heading: 'Studies', numeric: true },
        { heading: 'Mean F1 of the findings', numeric: true },
        { heading: 'F1, all answers in one heap', numeric: true },
      ],
      rows: free.flatMap(({ id, title }) => report.groups.map((group) => summaryRow(report, id, title, group))),
    }),
    ...free.map(({ id, title }, i) => findingTable(report, id, title, i)),
  ];
}

const sameGroup = (a: ReaderGroup, b: ReaderGroup): boolean => a.sex === b.sex && a.ageBand === b.ageBand;

function summaryRow(
  report: ReaderReport,
  rater: string,
  title: string,
  group: ReaderReport['groups'][number],
): TableRow {
  const summary = report.summaries.find((other) => other.rater === rater && sameGroup(other, group));
  if (summary === undefined) throw new Error(`reader report: no summary of ${rater}`);
  return {
    heading: `${title}, ${readerGroupWords(group).toLowerCase()}`,
    cells: [formatCount(group.n), figureCell(summary.macroF1, 'fraction'), figureCell(summary.microF1, 'fraction')],
  };
}

function findingTable(report: ReaderReport, rater: string, title: string, i: number): VNode {
  const groups = report.groups.filter(({ sex, ageBand }) => sex !== null || ageBand !== null);
  const rows = report.labels.flatMap(({ id }) =>
    groups.flatMap((group): TableRow[] => {
      const result = report.results.find(
        (other) => other.label === id && other.rater === rater && sameGroup(other, group),
      );
      if (result === undefined) return [];
      return [
        {
          heading: `${labelTitle(report, id)}, ${readerGroupWords(group).toLowerCase()}`,
          cells: [
            ofWords(result.truePositives, result.falseNegatives),
            figureCell(result.metrics.sensitivity, 'percent'),
            ofWords(result.trueNegatives, result.falsePositives),
            figureCell(result.metrics.specificity, 'percent'),
            figureCell(result.metrics.f1, 'fraction'),
          ],
        },
      ];
    }),
  );
  const columns = ['Found / with it', 'Sensitivity, %', 'Cleared / without it', 'Specificity, %', 'F1'];
  return element('details', null, [
    element('summary', null, `${title}, finding by finding`),
    dataTable({
      id: `groups-${i}`,
      caption: `${title} by sex and age, with 95 % intervals`,
      columns: [{ heading: 'Finding and group' }, ...columns.map((heading) => ({ heading, numeric: true }))],
      rows,
    }),
  ]);
}
