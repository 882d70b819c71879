// Groups against each other: in sentences, and as a table.
import { list } from '../answer.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../csv.ts';
import { differenceStyle, type FigureStyle, formatNumber, perUnit } from '../format.ts';
import { pClause } from '../gap-words.ts';
import { type Point, pointOf } from '../point.ts';
import { isEstimate } from '../record.ts';
import type { StyleOf } from './between-section.ts';
import type { ComparedFigureName, GroupComparison, GroupGap } from './compared-record.ts';
import { methodWords } from './figures.ts';

export const nameOf = ({ figures }: GroupComparison, gap: GroupGap): ComparedFigureName => {
  const found = figures.find(({ id }) => id === gap.figure);
  if (found === undefined) throw new Error(`evaluation: found a gap of ${gap.figure}, which is no figure`);
  return found;
};

/** How a gap is written. */
export const gapStyle = ({ scale }: ComparedFigureName, style: FigureStyle): FigureStyle =>
  scale === 'ratio' ? 'ratio' : differenceStyle(style);

/** A gap with its unit. */
export function sizeText(size: number, figure: ComparedFigureName, style: FigureStyle): string {
  if (figure.scale === 'ratio') return `× ${formatNumber(size, 'ratio')}`;
  return `${formatNumber(size, style)}${perUnit(style) === 100 ? ' points' : ''}`;
}

const isClaim = ({ verdict }: GroupGap): boolean => verdict === 'differs' || verdict === 'differs-within-margin';

/** How many comparisons ended how. */
export function summary({ gaps, columns }: GroupComparison): string {
  const shown = gaps.filter(({ verdict }) => verdict !== 'hidden');
  const tested = shown.filter(({ pValue }) => pValue !== null);
  const names = list(columns.map(({ column }) => column));
  if (tested.length === 0)
    return `Groups by ${names} cannot be compared${shown.length === 0 ? ' in this edition' : ': too few people'}.`;
  const equivalent = tested.filter(({ verdict }) => verdict === 'equivalent').length;
  const differs = tested.filter(isClaim).length;
  const few = shown.length - tested.length;
  const parts = [
    `${differs} ${differs === 1 ? 'differs' : 'differ'} after correction for their number`,
    ...(equivalent > 0
      ? [`${equivalent} ${equivalent === 1 ? 'is' : 'are'} equivalent within what is acceptable`]
      : []),
    ...(tested.length > differs + equivalent
      ? [`${tested.length - differs - equivalent} cannot be told either way`]
      : []),
  ];
  const rest = few === 0 ? '' : ` A further ${few} could not be tested, for too few people.`;
  const open = tested.length > differs + equivalent ? ' No proof of a difference is no proof that there is none.' : '';
  return `Of ${tested.length} tested comparisons of groups by ${names} with the largest group, ${list(parts)}.${rest}${open}`;
}

/** For the answer of the report: what differs, or that nothing was shown to; nothing where nothing was compared. */
export function comparisonPoints(comparison: GroupComparison | null, styleOf: StyleOf): Point[] {
  if (comparison === null) return [];
  const tested = comparison.gaps.filter(({ pValue }) => typeof pValue === 'number');
  if (tested.length === 0) return pointOf('cannot tell', summary(comparison));
  const found = tested.filter(isClaim).toSorted(byWeight);
  if (found.length === 0) {
    const equal = tested.filter(({ verdict }) => verdict === 'equivalent').length;
    const none = `Groups by ${list(comparison.columns.map(({ column }) => column))}: no difference is shown in ${tested.length} corrected ${tested.length === 1 ? 'comparison' : 'comparisons'}`;
    if (equal === comparison.gaps.length) return pointOf('result', `${none}, and none that would matter is left open.`);
    const small = equal === 0 ? '' : ` (${equal} shown to be too small to matter)`;
    return pointOf(
      'cannot tell',
      `${none}${small}, which is no proof that there is none${untoldWords(comparison)}; what could have been seen stands beside each.`,
    );
  }
  const words = found.slice(0, MOST_NAMED).map((gap) => {
    const figure = nameOf(comparison, gap);
    const style = gapStyle(figure, styleOf(gap.figure));
    const by = isEstimate(gap.gap)
      ? ` ${gap.gap.estimate > 0 && figure.scale !== 'ratio' ? '+' : ''}${sizeText(gap.gap.estimate, figure, style)} (${formatNumber(gap.gap.lower, style)} to ${formatNumber(gap.gap.upper, style)})`
      : '';
    const within =
      gap.verdict === 'differs-within-margin' && figure.acceptableGap !== null
        ? `, shown to be less than the acceptable ${sizeText(figure.acceptableGap, figure, style)}`
        : '';
    return `${gap.column}, ${gap.group} against ${gap.reference}: ${figure.name}${by}, corrected ${pClause(gap.holm)}${within}`;
  });
  const more = found.length > MOST_NAMED ? `; and ${found.length - MOST_NAMED} more` : '';
  return pointOf(
    found.some(({ verdict }) => verdict === 'differs') ? 'shown harm' : 'result',
    `Groups differ, ${found.length} of ${tested.length} comparisons after correction: ${words.join('; ')}${more}${untoldWords(comparison)}.`,
  );
}

/** How many comparisons the others say nothing of. */
function untoldWords({ gaps }: GroupComparison): string {
  const hidden = gaps.filter(({ verdict }) => verdict === 'hidden').length;
  const few = gaps.filter(({ verdict, pValue }) => verdict !== 'hidden' && pValue === null).length;
  return [
    ...(hidden === 0 ? [] : [`; ${hidden} more hidden in this edition`]),
    ...(few === 0 ? [] : [`; ${few} more not tested, for too few people`]),
  ].join('');
}

const MOST_NAMED = 3;

/** Gaps that may matter before those shown to be too small to, the surest first. */
function byWeight(one: GroupGap, two: GroupGap): number {
  const [a, b] = [one, two].map(({ verdict }) => Number(verdict === 'differs-within-margin'));
  return a - b || Number(one.pValue) - Number(two.pValue);
}

const SOURCES = [
  ['Welch', 'doi:10.1093/biomet/34.1-2.28'],
  ['MOVER', 'doi:10.1002/sim.3095'],
  ['Miettinen', 'doi:10.1002/sim.4780040211'],
] as const;

/** How groups were compared; empty where none were. */
export function comparisonMethods(comparison: GroupComparison | null): string[] {
  if (comparison === null) return [];
  const methods = methodWords(
    comparison.gaps.map(({ gap }) => gap),
    SOURCES,
  );
  const margins = comparison.figures.filter(({ acceptableGap }) => acceptableGap !== null);
  const tost =
    margins.length === 0
      ? ' The evaluation file states no acceptable gap, so that no group is called equivalent.'
      : ` Equivalent: two one-sided tests (doi:10.1007/BF01068419) against the acceptable gap that the evaluation file states, corrected likewise.`;
  return [
    `Groups: each against the largest of its column${methods === '' ? '' : ` (${methods})`}. p-values are corrected by Holm for all ${comparison.gaps.length} comparisons of the report, those that could not be tested among them; a difference is claimed below 5 %.${tost} What could have been seen: 80 % power at 5 % divided by that number.`,
  ];
}

/** group-gaps.csv. */
export function comparisonTables(comparison: GroupComparison | null): [string, string][] {
  if (comparison === null) return [];
  const rows = comparison.gaps.map((gap): Cell[] => [
    ...[
      gap.column,
      gap.group,
      gap.reference,
      gap.figure,
      nameOf(comparison, gap).scale === 'ratio' ? 'ratio' : 'difference',
    ],
    ...[gap.groupFigure, gap.referenceFigure, gap.gap].flatMap(figureCells),
    ...[gap.pValue, gap.holm, gap.equivalencePValue, gap.equivalenceHolm, gap.detectable].map(count),
    gap.verdict,
  ]);
  const header = [
    ...['column', 'group', 'reference', 'figure', 'change'],
    ...['group', 'reference', 'gap'].flatMap((name) => figureHeader(`${name}_figure`)),
    ...['p', 'p_holm', 'p_equivalence', 'p_equivalence_holm', 'could_have_seen', 'verdict'],
  ];
  return [['group-gaps.csv', csv(header, rows)]];
}
