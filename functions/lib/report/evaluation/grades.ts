// Answers in grades (or classes by cut points) against those of the reference.

import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { decisionMetrics } from '#lib/validation/decision-metrics.ts';
import type { Estimate } from '#lib/validation/estimate.ts';
import { kappa } from '#lib/validation/kappa.ts';
import { confusionMatrix } from '#lib/validation/multiclass.ts';
import { MINIMUM_ROWS } from '../measure.ts';
import { openCount } from '../open-count.ts';
import { type AnswerCounts, type Count, type Figure, isEstimate, SUPPRESSED, type Untold } from '../record.ts';
import type { Cells } from './kind.ts';

/** Grades of each study, lowest first, as places among the names. */
export interface Graded {
  readonly names: readonly string[];
  readonly answer: Uint8Array;
  readonly reference: Uint8Array;
  readonly clusters?: Int32Array;
}

/** A grade or worse against all below it. */
export interface CutResult extends AnswerCounts {
  /** Lowest grade that counts as positive. */
  readonly from: string;
  readonly sensitivity: Figure;
  readonly specificity: Figure;
}

export interface GradeAgreement {
  readonly names: readonly string[];
  /** [reference][answer]: studies. */
  readonly matrix: readonly (readonly Count[])[];
  /** Same grade, and at most one grade off (null with two grades). */
  readonly same: Figure;
  readonly near: Figure | null;
  readonly kappa: Figure;
  /** Null with two grades, where they are kappa itself. */
  readonly linearKappa: Figure | null;
  readonly quadraticKappa: Figure | null;
  readonly cuts: readonly CutResult[];
}

/** Of one group: what its size carries. */
export interface GradeSummary {
  /** [reference][answer]: studies. */
  readonly matrix: readonly (readonly Count[])[];
  readonly same: Figure;
  readonly kappa: Figure;
  readonly quadraticKappa: Figure | null;
}

/** Agreement of all studies, with every grade as a cut. */
export function gradeAgreement({ names, answer, reference, clusters }: Graded): GradeAgreement {
  const ratings = { first: reference, second: answer, categories: names.length, ...(clusters && { clusters }) };
  const several = names.length > 2;
  return {
    names,
    matrix: confusionMatrix(reference, answer, names.length),
    same: withinGrades({ names, answer, reference, ...(clusters && { clusters }) }, 0),
    near: several ? withinGrades({ names, answer, reference, ...(clusters && { clusters }) }, 1) : null,
    kappa: plainFigure(kappa(ratings)),
    linearKappa: several ? plainFigure(kappa(ratings, { weights: 'linear' })) : null,
    quadraticKappa: several ? plainFigure(kappa(ratings, { weights: 'quadratic' })) : null,
    cuts: names
      .slice(1)
      .map((from, i) => cutAt({ names, answer, reference, ...(clusters && { clusters }) }, from, i + 1)),
  };
}

export function gradeSummary({ names, answer, reference, clusters }: Graded): GradeSummary {
  const ratings = { first: reference, second: answer, categories: names.length, ...(clusters && { clusters }) };
  return {
    matrix: confusionMatrix(reference, answer, names.length),
    same: withinGrades({ names, answer, reference, ...(clusters && { clusters }) }, 0),
    kappa: plainFigure(kappa(ratings)),
    quadraticKappa: names.length > 2 ? plainFigure(kappa(ratings, { weights: 'quadratic' })) : null,
  };
}

/** A figure without what else came with it: the parts of a kappa (agreement seen and by chance) follow from the matrix. */
export function plainFigure(figure: Estimate | Untold): Figure {
  if ('cannotTell' in figure) return figure;
  const { estimate, lower, upper, level, method, n, events, clusters } = figure;
  return { estimate, lower, upper, level, method, n, events, ...(clusters !== undefined && { clusters }) };
}

function withinGrades({ answer, reference, clusters }: Graded, most: number): Figure {
  const right = answer.map((grade, row) => Number(Math.abs(grade - reference[row]) <= most));
  const share = clusteredProportion(right, clusters, { minimumRows: MINIMUM_ROWS });
  const n = right.length;
  return 'cannotTell' in share && n > 0 ? { ...share, point: share.events / n } : share;
}

function cutAt({ answer, reference, clusters }: Graded, from: string, place: number): CutResult {
  const isAbove = (grade: number): number => Number(grade >= place);
  const { counts, sensitivity, specificity } = decisionMetrics({
    positive: answer.map(isAbove),
    labels: reference.map(isAbove),
    ...(clusters && { clusters }),
  });
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = counts;
  return { from, truePositives, falseNegatives, trueNegatives, falsePositives, sensitivity, specificity };
}

const id = (name: string): string => `grades/${name}`;
const cell = (reference: number, answer: number): string => id(`${reference}/${answer}`);

/** What is given up first: single cells (0), then these; equal grades, margins and the quadratic kappa last. */
const COSTS: Readonly<Record<string, number>> = { linear: 1, near: 2, far: 2, cut: 3 };

/**
 * The cells of the matrix, and every sum of them that is published: margins, the four counts of each cut, equal and near grades, and the
 * weighted disagreements that kappas tell once the margins are known.
 */
export function gradeCells({ names, matrix }: GradeAgreement): Cells {
  const places = names.flatMap((_, r) => names.map((__, a) => ({ r, a, count: openCount(matrix[r][a]) })));
  const sumOf = (name: string, weight: (r: number, a: number) => number) => ({
    name,
    parts: places.flatMap(({ r, a }) => new Array<string>(weight(r, a)).fill(cell(r, a))),
    count: places.reduce((total, { r, a, count }) => total + weight(r, a) * count, 0),
  });
  const when = (is: boolean): number => Number(is);
  const several = names.length > 2;
  const sums = [
    ...names.map((_, k) => sumOf(`reference/${k}`, (r) => when(r === k))),
    ...names.map((_, k) => sumOf(`answer/${k}`, (_r, a) => when(a === k))),
    ...names
      .slice(1)
      .flatMap((_, i) => [
        sumOf(`cut/${i}/truePositives`, (r, a) => when(r > i && a > i)),
        sumOf(`cut/${i}/falseNegatives`, (r, a) => when(r > i && a <= i)),
        sumOf(`cut/${i}/trueNegatives`, (r, a) => when(r <= i && a <= i)),
        sumOf(`cut/${i}/falsePositives`, (r, a) => when(r <= i && a > i)),
      ]),
    sumOf('same', (r, a) => when(r === a)),
    sumOf('other', (r, a) => when(r !== a)),
    ...(several
      ? [
          sumOf('near', (r, a) => when(Math.abs(r - a) <= 1)),
          sumOf('far', (r, a) => when(Math.abs(r - a) > 1)),
          sumOf('linear', (r, a) => Math.abs(r - a)),
          sumOf('quadratic', (r, a) => (r - a) ** 2),
        ]
      : []),
  ];
  const costs = new Map<string, number>([
    ...places.map(({ r, a }): [string, number] => [cell(r, a), 0]),
    ...sums.map(({ name }): [string, number] => [id(name), COSTS[name.split('/')[0]] ?? 8]),
  ]);
  return {
    cells: [
      ...places.map(({ r, a, count }) => [cell(r, a), count] as const),
      ...sums.map(({ name, count }) => [id(name), count] as const),
    ],
    sums: [
      ...sums.map(({ name, parts }) => ({ total: id(name), parts })),
      { total: '*/n', parts: names.map((_, k) => id(`reference/${k}`)) },
      { total: '*/n', parts: names.map((_, k) => id(`answer/${k}`)) },
      { total: '*/n', parts: [id('same'), id('other')] },
    ],
    costs,
  };
}

/** The agreement that may leave: a figure stays where the sums that it tells may be told. */
export function shareGrades(agreement: GradeAgreement, hidden: ReadonlySet<string>): GradeAgreement {
  const isOff = (...names: string[]): boolean => names.some((name) => hidden.has(id(name)));
  const margins = agreement.names.flatMap((_, k) => [`reference/${k}`, `answer/${k}`]);
  const unless = (off: boolean, figure: Figure): Figure => (off ? SUPPRESSED : figure);
  const { near, linearKappa, quadraticKappa } = agreement;
  const whole = agreement.matrix.every((row, r) => row.every((_, a) => !hidden.has(cell(r, a))));
  const rounded = (figure: Figure): Figure => (whole ? figure : withRoundedLimits(figure));
  return {
    ...agreement,
    matrix: agreement.matrix.map((row, r) => row.map((count, a) => (hidden.has(cell(r, a)) ? SUPPRESSED : count))),
    same: unless(isOff('same', 'other'), agreement.same),
    near: near && unless(isOff('near', 'far'), near),
    kappa: unless(isOff('same', 'other', ...margins), rounded(agreement.kappa)),
    linearKappa: linearKappa && unless(isOff('linear', ...margins), rounded(linearKappa)),
    quadraticKappa: quadraticKappa && unless(isOff('quadratic', ...margins), rounded(quadraticKappa)),
    cuts: agreement.cuts.map((cut, i) => shareCut(cut, (name) => hidden.has(id(`cut/${i}/${name}`)))),
  };
}

/** Hidden cells and the variance of a kappa are one equation: limits in two digits, outwards, fit many cells. */
export function withRoundedLimits(figure: Figure): Figure {
  if (!isEstimate(figure)) return figure;
  return { ...figure, lower: Math.floor(100 * figure.lower) / 100, upper: Math.ceil(100 * figure.upper) / 100 };
}

function shareCut(cut: CutResult, isHidden: (name: string) => boolean): CutResult {
  const count = (name: 'truePositives' | 'falseNegatives' | 'trueNegatives' | 'falsePositives'): Count =>
    isHidden(name) ? SUPPRESSED : cut[name];
  return {
    from: cut.from,
    truePositives: count('truePositives'),
    falseNegatives: count('falseNegatives'),
    trueNegatives: count('trueNegatives'),
    falsePositives: count('falsePositives'),
    sensitivity: isHidden('truePositives') || isHidden('falseNegatives') ? SUPPRESSED : cut.sensitivity,
    specificity: isHidden('trueNegatives') || isHidden('falsePositives') ? SUPPRESSED : cut.specificity,
  };
}

/** What the row of all studies repeats of their agreement. */
export const summaryOf = ({ matrix, same, kappa, quadraticKappa }: GradeAgreement): GradeSummary => ({
  matrix,
  same,
  kappa,
  quadraticKappa,
});

/** Studies of a group with the same grade and with another. */
export function summaryCounts({ same }: GradeSummary): readonly [same: number, other: number] {
  const events = isEstimate(same) || 'cannotTell' in same ? same.events : Number.NaN;
  const n = isEstimate(same) || 'cannotTell' in same ? same.n : Number.NaN;
  return [events, n - events];
}
