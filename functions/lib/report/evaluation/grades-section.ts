import type { VNode } from 'preact';
import { type Cell, count, csv, figureCells, figureHeader } from '../csv.ts';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { formatCount } from '../format.ts';
import { dataTable } from '../table.ts';
import type { GradeAgreement } from './grades.ts';

/** Confusion matrix, agreement, and every grade as a cut; `word` is what a grade is called. */
export function gradeNodes(agreement: GradeAgreement, word: 'class' | 'grade'): VNode[] {
  const { names, matrix, cuts } = agreement;
  const numeric = true;
  return [
    dataTable({
      id: 'grades-matrix',
      caption: `Studies by ${word} of the reference (rows) and of the answer (columns)`,
      columns: [{ heading: 'Reference' }, ...names.map((heading) => ({ heading: `Answer: ${heading}`, numeric }))],
      rows: names.map((heading, r) => ({ heading, cells: matrix[r].map(formatCount) })),
    }),
    dataTable({
      id: 'grades-agreement',
      caption: `Agreement on the ${word}, with 95 % intervals`,
      columns: [{ heading: 'Figure' }, { heading: 'All studies', numeric }],
      rows: agreementRows(agreement, word).map(([heading, figure, style]) => ({
        heading,
        cells: [figureCell(figure, style)],
      })),
      note: 'Kappa is agreement beyond chance; quadratic weights count an answer two grades off four times as wrong as one grade off. It depends on how common the grades are.',
    }),
    dataTable({
      id: 'grades-cuts',
      caption: `Each ${word} or above against all below, with 95 % intervals`,
      columns: [
        { heading: 'Positive' },
        { heading: 'Found', numeric },
        { heading: 'Missed', numeric },
        { heading: 'Sensitivity, %', numeric },
        { heading: 'Cleared', numeric },
        { heading: 'False alarms', numeric },
        { heading: 'Specificity, %', numeric },
      ],
      rows: cuts.map((cut, i) => ({
        heading: i === names.length - 2 ? cut.from : `${cut.from} or above`,
        cells: [
          formatCount(cut.truePositives),
          formatCount(cut.falseNegatives),
          figureCell(cut.sensitivity, 'percent'),
          formatCount(cut.trueNegatives),
          formatCount(cut.falsePositives),
          figureCell(cut.specificity, 'percent'),
        ],
      })),
      note: `Order of the ${word === 'class' ? 'classes' : 'grades'}: ${names.join(', ')}.`,
    }),
    element('p', { class: 'note' }, 'Hidden cells are small ones and those that would give a small one away.'),
  ].filter((_, i) => i < 3 || matrix.flat().some((cell) => typeof cell !== 'number'));
}

function agreementRows({ same, near, kappa, linearKappa, quadraticKappa }: GradeAgreement, word: string) {
  return [
    [`Same ${word}, %`, same, 'percent'],
    ...(near === null ? [] : [[`At most one ${word} off, %`, near, 'percent'] as const]),
    ['Kappa', kappa, 'fraction'],
    ...(linearKappa === null ? [] : [['Kappa, linear weights', linearKappa, 'fraction'] as const]),
    ...(quadraticKappa === null ? [] : [['Kappa, quadratic weights', quadraticKappa, 'fraction'] as const]),
  ] as const;
}

/** CSV of matrix, agreement and cuts. */
export function gradeTables({ names, matrix, cuts, ...agreement }: GradeAgreement): ReadonlyMap<string, string> {
  const cells = names.flatMap((reference, r) =>
    names.map((answer, a): Cell[] => [reference, answer, count(matrix[r][a])]),
  );
  const figures = (['same', 'near', 'kappa', 'linearKappa', 'quadraticKappa'] as const).flatMap((name): Cell[][] => {
    const figure = agreement[name];
    return figure === null ? [] : [[name, ...figureCells(figure)]];
  });
  const cutRows = cuts.map((cut): Cell[] => [
    cut.from,
    ...[cut.truePositives, cut.falseNegatives, cut.trueNegatives, cut.falsePositives].map(count),
    ...figureCells(cut.sensitivity),
    ...figureCells(cut.specificity),
  ]);
  return new Map([
    ['confusion-matrix.csv', csv(['reference', 'answer', 'n'], cells)],
    ['grade-agreement.csv', csv(['figure', ...figureHeader('value')], figures)],
    [
      'cuts.csv',
      csv(
        [
          'positive_from',
          'true_positives',
          'false_negatives',
          'true_negatives',
          'false_positives',
          ...figureHeader('sensitivity'),
          ...figureHeader('specificity'),
        ],
        cutRows,
      ),
    ],
  ]);
}
