// Groups against each other: the section, for every kind whose figures are compared.
import type { VNode } from 'preact';
import { list } from '../answer.ts';
import { intervalFigure } from '../chapters/interval-plot.ts';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { type FigureStyle, formatCount, HIDDEN } from '../format.ts';
import { pText, verdictText } from '../gap-words.ts';
import { isEstimate, isSuppressed } from '../record.ts';
import { dataTable } from '../table.ts';
import type { StyleOf } from './between-section.ts';
import type { ComparedColumn, ComparedFigureName, GroupComparison, GroupGap } from './compared-record.ts';
import { gapStyle, nameOf, sizeText, summary } from './comparison-words.ts';
import type { EvaluationSection } from './kind.ts';

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
      drawn.slice(0, MOST_DRAWN).flatMap((figure, k) => gapFigure(gaps, figure, `gap-${place}-${k}`, styleOf)),
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

function gapFigure(gaps: readonly GroupGap[], figure: ComparedFigureName, id: string, styleOf: StyleOf): VNode[] {
  const isRatio = figure.scale === 'ratio';
  return intervalFigure({
    id,
    title: `${figure.name}: ${isRatio ? 'ratio' : 'difference'} to the largest group`,
    style: gapStyle(figure, styleOf(figure.id)),
    ideal: isRatio ? 1 : 0,
    legend: `${figure.name}: ${isRatio ? 'group by largest' : 'group less largest'}; dashed: none`,
    rows: gaps.filter((gap) => gap.figure === figure.id).map(({ group, gap }) => ({ label: group, figure: gap })),
  });
}

const seenText = ({ detectable }: GroupGap, figure: ComparedFigureName, style: FigureStyle): string =>
  detectable === null ? 'none' : isSuppressed(detectable) ? HIDDEN : sizeText(detectable, figure, style);

const verdictWords = ({ verdict }: GroupGap, figure: ComparedFigureName, style: FigureStyle): string =>
  verdictText(verdict, figure.acceptableGap === null ? '' : sizeText(figure.acceptableGap, figure, style));

function severalWords({ peopleInSeveral }: ComparedColumn): string {
  if (peopleInSeveral === 0) return '';
  const who = isSuppressed(peopleInSeveral)
    ? 'A few people have'
    : peopleInSeveral === 1
      ? 'One person has'
      : `${formatCount(peopleInSeveral)} people have`;
  return `${who} studies in several of these groups: that their figures go together is allowed for.`;
}
