// Groups against each other: the section, its words and its table, for every kind whose figures are compared.
import type { VNode } from 'preact';
import { list } from '../answer.ts';
import { intervalPlot } from '../chapters/interval-plot.ts';
import { type Cell, csv, figureCells, figureHeader } from '../csv.ts';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { type FigureStyle, formatCount, formatNumber, HIDDEN } from '../format.ts';
import { isEstimate, isSuppressed } from '../record.ts';
import { dataTable } from '../table.ts';
import type { StyleOf } from './between-section.ts';
import type { ComparedColumn, ComparedFigureName, GroupComparison, GroupGap } from './compared-record.ts';
import type { EvaluationSection } from './kind.ts';

/** "0.034", "< 0.001", "–", "hidden". */
function pText(p: GroupGap['pValue']): string {
  if (p === null) return '–';
  if (isSuppressed(p)) return HIDDEN;
  if (p < 0.001) return '< 0.001';
  return p > 0.9995 ? '1' : p.toFixed(3);
}

const numeric = true;

/** One section with every column of groups; none where there is nothing to compare. */
export function comparisonSections(comparison: GroupComparison | null, styleOf: StyleOf): EvaluationSection[] {
  if (comparison === null) return [];
  const children = [
    element('p', null, summary(comparison)),
    ...comparison.columns.flatMap((column, place) => columnNodes(comparison, column, place, styleOf)),
    element('p', { class: 'note' }, noteOf(comparison)),
  ];
  return [{ id: 'comparison', title: 'Groups against each other', children }];
}

function columnNodes(comparison: GroupComparison, column: ComparedColumn, place: number, styleOf: StyleOf): VNode[] {
  const all = comparison.gaps.filter((gap) => gap.column === column.column);
  const gaps = all.filter(({ verdict }) => verdict !== 'hidden');
  const drawn = comparison.figures.filter(({ id }) => gaps.some(({ figure, gap }) => figure === id && isEstimate(gap)));
  const peopleWords = severalWords(column);
  return [
    element('h3', null, `${column.column}: against ${column.reference}`),
    ...(peopleWords === '' ? [] : [element('p', null, peopleWords)]),
    ...(gaps.length === all.length ? [] : [element('p', null, hiddenWords(comparison, all))]),
    element(
      'div',
      { class: 'plots' },
      drawn.slice(0, MOST_DRAWN).map((figure, k) => gapFigure(gaps, figure, `gap-${place}-${k}`, styleOf)),
    ),
    dataTable({
      id: `gaps-${place}`,
      caption: `${column.column}: each group against ${column.reference}, with 95 % intervals`,
      columns: [
        { heading: 'Group and figure' },
        { heading: 'Verdict' },
        ...['Group', column.reference, 'Difference or ratio', 'p', 'p, Holm'].map((heading) => ({ heading, numeric })),
        ...(comparison.figures.some(({ acceptableGap }) => acceptableGap !== null)
          ? [{ heading: 'p of equivalence, Holm', numeric }]
          : []),
        { heading: 'Could have seen', numeric },
      ],
      rows: gaps.map((gap) => {
        const figure = nameOf(comparison, gap);
        const style = styleOf(gap.figure);
        return {
          heading: `${gap.group}: ${figure.name}`,
          cells: [
            verdictWords(gap, figure, style),
            figureCell(gap.groupFigure, style),
            figureCell(gap.referenceFigure, style),
            figureCell(gap.gap, gapStyle(figure, style)),
            pText(gap.pValue),
            pText(gap.holm),
            ...(comparison.figures.some(({ acceptableGap }) => acceptableGap !== null)
              ? [pText(gap.equivalenceHolm)]
              : []),
            seenText(gap, figure, style),
          ],
        };
      }),
    }),
  ];
}

function noteOf({ figures }: GroupComparison): string {
  const ratios = figures.filter(({ scale }) => scale === 'ratio').map(({ name }) => name);
  const how =
    ratios.length === 0
      ? ''
      : ` ${list(ratios)}: the ratio, held against 1; all others: the difference, held against 0.`;
  return `“Could have seen”: the smallest gap that a sample of this size shows in four of five cases, at the corrected level.${how}`;
}

/** Which groups are hidden, and in which figures. */
function hiddenWords(comparison: GroupComparison, gaps: readonly GroupGap[]): string {
  const hidden = gaps.filter(({ verdict }) => verdict === 'hidden');
  const byGroup = [...Map.groupBy(hidden, ({ group }) => group)].map(([group, of]) => ({
    group,
    figures:
      of.length === comparison.figures.length ? '' : ` in ${list(of.map((gap) => nameOf(comparison, gap).name))}`,
  }));
  const words = [...Map.groupBy(byGroup, ({ figures }) => figures)].map(
    ([figures, of]) => `${list(of.map(({ group }) => group))}${figures}`,
  );
  return `Hidden in this edition: ${words.join('; ')}.`;
}

/** Figures that are drawn; all stand in the table. */
const MOST_DRAWN = 4;

function gapFigure(gaps: readonly GroupGap[], figure: ComparedFigureName, id: string, styleOf: StyleOf): VNode {
  const isRatio = figure.scale === 'ratio';
  return element('figure', null, [
    intervalPlot({
      id,
      title: `${figure.name}: ${isRatio ? 'ratio' : 'difference'} to the largest group`,
      style: gapStyle(figure, styleOf(figure.id)),
      ideal: isRatio ? 1 : 0,
      legend: `${figure.name}: ${isRatio ? 'group by largest' : 'group less largest'}; dashed: none`,
      rows: gaps.filter((gap) => gap.figure === figure.id).map(({ group, gap }) => ({ label: group, figure: gap })),
    }),
  ]);
}

const nameOf = ({ figures }: GroupComparison, gap: GroupGap): ComparedFigureName => {
  const found = figures.find(({ id }) => id === gap.figure);
  if (found === undefined) throw new Error(`evaluation: found a gap of ${gap.figure}, which is no figure`);
  return found;
};

const gapStyle = ({ scale }: ComparedFigureName, style: FigureStyle): FigureStyle =>
  scale === 'ratio' ? 'ratio' : style;

function sizeText(size: number, figure: ComparedFigureName, style: FigureStyle): string {
  if (figure.scale === 'ratio') return `× ${formatNumber(size, 'ratio')}`;
  return style === 'percent' ? `${formatNumber(size, 'percent')} points` : formatNumber(size, style);
}

const seenText = ({ detectable }: GroupGap, figure: ComparedFigureName, style: FigureStyle): string =>
  detectable === null ? 'none' : isSuppressed(detectable) ? HIDDEN : sizeText(detectable, figure, style);

function verdictWords({ verdict }: GroupGap, figure: ComparedFigureName, style: FigureStyle): string {
  const within = figure.acceptableGap === null ? '' : sizeText(figure.acceptableGap, figure, style);
  switch (verdict) {
    case 'differs':
      return 'differs';
    case 'differs-within-margin':
      return `differs, by less than ${within}`;
    case 'equivalent':
      return `equivalent within ${within}`;
    case 'hidden':
      return HIDDEN;
    case 'cannot-tell':
      return 'cannot tell';
  }
}

function severalWords({ peopleInSeveral }: ComparedColumn): string {
  if (peopleInSeveral === 0) return '';
  const who = isSuppressed(peopleInSeveral)
    ? 'A few people have'
    : peopleInSeveral === 1
      ? 'One person has'
      : `${formatCount(peopleInSeveral)} people have`;
  return `${who} studies in several of these groups: that their figures go together is allowed for.`;
}

const isClaim = ({ verdict }: GroupGap): boolean => verdict === 'differs' || verdict === 'differs-within-margin';

/** How many comparisons ended how. */
function summary({ gaps, columns }: GroupComparison): string {
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
  return `Of ${tested.length} tested comparisons of groups by ${names} with the largest group, ${list(parts)}.${rest} No proof of a difference is no proof that there is none.`;
}

/** For the answer of the report: what differs, or that nothing was shown to; empty where nothing was compared. */
export function comparisonPoint(comparison: GroupComparison | null, styleOf: StyleOf): string {
  if (comparison === null) return '';
  const tested = comparison.gaps.filter(({ pValue }) => typeof pValue === 'number');
  if (tested.length === 0) return '';
  const found = tested.filter(isClaim);
  if (found.length === 0) {
    const equal = tested.filter(({ verdict }) => verdict === 'equivalent').length;
    const shown =
      equal === 0 ? 'none shown' : `none shown, ${equal} of ${tested.length} shown to be too small to matter`;
    return `Differences between groups: ${shown} in ${tested.length} corrected ${tested.length === 1 ? 'comparison' : 'comparisons'}; what could have been seen stands beside each.`;
  }
  const words = found.slice(0, MOST_NAMED).map((gap) => {
    const figure = nameOf(comparison, gap);
    const style = gapStyle(figure, styleOf(gap.figure));
    const by = isEstimate(gap.gap)
      ? ` ${sizeText(gap.gap.estimate, figure, style)} (${formatNumber(gap.gap.lower, style)} to ${formatNumber(gap.gap.upper, style)})`
      : '';
    return `${gap.column}, ${gap.group} against ${gap.reference}: ${figure.name}${by}, corrected p ${pText(gap.holm)}`;
  });
  const more = found.length > MOST_NAMED ? `; and ${found.length - MOST_NAMED} more` : '';
  return `Groups differ, ${found.length} of ${tested.length} comparisons after correction: ${words.join('; ')}${more}.`;
}

const MOST_NAMED = 3;

/** How groups were compared; empty where none were. */
export function comparisonMethods(comparison: GroupComparison | null): string[] {
  if (comparison === null) return [];
  const told = comparison.gaps.flatMap(({ gap }) => (isEstimate(gap) ? [gap.method] : []));
  const sources = [
    ['Welch', 'doi:10.1093/biomet/34.1-2.28'],
    ['MOVER', 'doi:10.1002/sim.3095'],
    ['Miettinen', 'doi:10.1002/sim.4780040211'],
  ] as const;
  const methods = [...new Set(told)]
    .sort()
    .map((method) =>
      [method, ...sources.filter(([word]) => method.includes(word)).map(([, source]) => source)].join(', '),
    );
  const margins = comparison.figures.filter(({ acceptableGap }) => acceptableGap !== null);
  const tost =
    margins.length === 0
      ? ' The evaluation file states no acceptable gap, so that no group is called equivalent.'
      : ` Equivalent: two one-sided tests (doi:10.1007/BF01068419) against the acceptable gap that the evaluation file states, corrected likewise.`;
  return [
    `Groups: each against the largest of its column${methods.length === 0 ? '' : ` (${methods.join('; ')})`}. p-values are corrected by Holm for all ${comparison.gaps.length} comparisons of the report, those that could not be tested among them; a difference is claimed below 5 %.${tost} What could have been seen: 80 % power at 5 % divided by that number.`,
  ];
}

/** group-gaps.csv. */
export function comparisonTables(comparison: GroupComparison | null): [string, string][] {
  if (comparison === null) return [];
  const value = (number: GroupGap['pValue']): Cell => (isSuppressed(number) ? HIDDEN : number);
  const rows = comparison.gaps.map((gap): Cell[] => [
    ...[
      gap.column,
      gap.group,
      gap.reference,
      gap.figure,
      nameOf(comparison, gap).scale === 'ratio' ? 'ratio' : 'difference',
    ],
    ...[gap.groupFigure, gap.referenceFigure, gap.gap].flatMap(figureCells),
    ...[gap.pValue, gap.holm, gap.equivalencePValue, gap.equivalenceHolm, gap.detectable].map(value),
    gap.verdict,
  ]);
  const header = [
    ...['column', 'group', 'reference', 'figure', 'change'],
    ...['group', 'reference', 'gap'].flatMap((name) => figureHeader(`${name}_figure`)),
    ...['p', 'p_holm', 'p_equivalence', 'p_equivalence_holm', 'could_have_seen', 'verdict'],
  ];
  return [['group-gaps.csv', csv(header, rows)]];
}
