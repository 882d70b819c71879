import type { VNode } from 'preact';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { formatCount } from '../format.ts';
import { dataTable } from '../table.ts';
import type { ClassResult, ReaderReport } from './record.ts';
import { lowerFirst, titleOf } from './words.ts';

const numeric = true;

/** Questions with one of several answers: summary by rater, then the confusion matrices. */
export function classesSection(report: ReaderReport): VNode[] {
  const columns = [...new Set(report.classes.map(({ column }) => column))];
  return columns.flatMap((column, i) => {
    const results = report.classes.filter((result) => result.column === column);
    const matrices = results.map((result, place) => matrixTable(report, result, `matrix-${i}-${place}`));
    return [
      summaryTable(report, results, i),
      element('details', null, [element('summary', null, `${results[0].title}: confusion matrices`), ...matrices]),
    ];
  });
}

type Column = readonly [heading: string, of: (result: ClassResult) => ClassResult['handTill']];

const COLUMNS: readonly Column[] = [
  ['Right answers', ({ accuracy }) => accuracy],
  ['Mean F1 of the classes', ({ macroF1 }) => macroF1],
  ['Kappa', ({ kappa }) => kappa],
  ['Kappa, quadratic weights', ({ weightedKappa }) => weightedKappa],
  ["Hand and Till's M", ({ handTill }) => handTill],
  ['Concordance of the expected grade', ({ concordance }) => concordance],
];

function summaryTable(report: ReaderReport, results: readonly ClassResult[], i: number): VNode {
  const columns = COLUMNS.filter(([, of]) => results.some((result) => of(result) !== null));
  return dataTable({
    id: `classes-${i}`,
    caption: `${results[0].title}: one of ${results[0].values.join(', ')}, with 95 % intervals`,
    columns: [{ heading: 'Rater' }, ...columns.map(([heading]) => ({ heading, numeric }))],
    rows: results.map((result) => ({
      heading: titleOf(report, result.rater),
      cells: columns.map(([, of]) => {
        const figure = of(result);
        return figure === null ? 'no scores' : figureCell(figure, 'fraction');
      }),
    })),
  });
}

function matrixTable(report: ReaderReport, { title, values, matrix, rater }: ClassResult, id: string): VNode {
  return dataTable({
    id,
    caption: `${title}: reference down, answers of the ${lowerFirst(titleOf(report, rater))} across`,
    columns: [{ heading: 'Reference' }, ...values.map((heading) => ({ heading, numeric }))],
    rows: values.map((heading, k) => ({ heading, cells: matrix[k].map(formatCount) })),
  });
}
