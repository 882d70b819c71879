// Grades by the reference against grades by the answer.
import type { GradeAgreement, GradeSummary } from '#lib/report/evaluation/grades.ts';
import type { EvaluationGroup } from '#lib/report/evaluation/record.ts';
import { type Cell, columnsOf, idOf, type Said, told } from './said.ts';
import { type Equation, sumOf } from './system.ts';

/** Matrix and share right of a group. */
export function saidOfSummary(own: string, { same, matrix }: GradeSummary): Said {
  const figure = told(same);
  const cell = (r: number, a: number): string => (own === '*' ? `matrix/${r}/${a}` : `${own}/matrix/${r}/${a}`);
  const places = matrix.flatMap((row, r) => row.map((count, a) => ({ r, a, count })));
  return {
    cells: [
      ...places.map(({ r, a, count }) => [cell(r, a), count] as const),
      [`${own}/same`, figure?.events],
      [`${own}/other`, figure && figure.n - figure.events],
      [`${own}/n`, figure?.n],
    ],
    sums: [
      sumOf(`${own}/n`, [`${own}/same`, `${own}/other`]),
      sumOf(
        `${own}/same`,
        places.flatMap(({ r, a }) => (r === a ? [cell(r, a)] : [])),
      ),
      sumOf(
        `${own}/other`,
        places.flatMap(({ r, a }) => (r === a ? [] : [cell(r, a)])),
      ),
    ],
  };
}

/** Cells of all studies are those of every column. */
export const overMatrices = (groups: readonly EvaluationGroup[], classes: number): Equation[] =>
  columnsOf(groups).flatMap((column) =>
    Array.from({ length: classes ** 2 }, (_, k) => {
      const cell = `matrix/${Math.floor(k / classes)}/${k % classes}`;
      return sumOf(
        cell,
        column.map((group) => `${idOf(group)}/${cell}`),
      );
    }),
  );

/** Matrix and cuts of all studies. */
export function saidOfGrades({ names, matrix, same, near, cuts }: GradeAgreement): Said {
  const cell = (r: number, a: number): string => `matrix/${r}/${a}`;
  const where = (is: (r: number, a: number) => boolean): string[] =>
    names.flatMap((_, r) => names.flatMap((__, a) => (is(r, a) ? [cell(r, a)] : [])));
  const sums = [
    sumOf(
      '*/n',
      where(() => true),
    ),
    sumOf(
      '*/same',
      where((r, a) => r === a),
    ),
    sumOf(
      '*/near',
      where((r, a) => Math.abs(r - a) <= 1),
    ),
    sumOf(
      '*/far',
      where((r, a) => Math.abs(r - a) > 1),
    ),
    ...names.map((_, k) =>
      sumOf(
        `*/reference/${k}`,
        where((r) => r === k),
      ),
    ),
    ...cuts.flatMap((_, i) => [
      sumOf(
        `cut/${i}/tp`,
        where((r, a) => r > i && a > i),
      ),
      sumOf(
        `cut/${i}/fn`,
        where((r, a) => r > i && a <= i),
      ),
      sumOf(
        `cut/${i}/tn`,
        where((r, a) => r <= i && a <= i),
      ),
      sumOf(
        `cut/${i}/fp`,
        where((r, a) => r <= i && a > i),
      ),
      sumOf(`cut/${i}/events`, [`cut/${i}/tp`, `cut/${i}/fn`]),
      sumOf(`cut/${i}/nonEvents`, [`cut/${i}/tn`, `cut/${i}/fp`]),
    ]),
  ];
  const cells: Cell[] = [
    ...matrix.flatMap((row, r) => row.map((count, a) => [cell(r, a), count] as const)),
    ['*/same', told(same)?.events],
    ['*/near', told(near)?.events],
    ...cuts.flatMap(({ truePositives, falseNegatives, trueNegatives, falsePositives, sensitivity, specificity }, i) => [
      [`cut/${i}/tp`, truePositives] as const,
      [`cut/${i}/fn`, falseNegatives] as const,
      [`cut/${i}/tn`, trueNegatives] as const,
      [`cut/${i}/fp`, falsePositives] as const,
      [`cut/${i}/events`, told(sensitivity)?.n] as const,
      [`cut/${i}/tp`, told(sensitivity)?.events] as const,
      [`cut/${i}/nonEvents`, told(specificity)?.n] as const,
      [`cut/${i}/tn`, told(specificity)?.events] as const,
    ]),
  ];
  return { cells, sums };
}
