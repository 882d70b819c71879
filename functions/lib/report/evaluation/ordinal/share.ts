import { openCount } from '../../open-count.ts';
import { type Figure, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { withoutFigures } from '../figures.ts';
import { gradeCells, shareGrades, summaryCounts, summaryOf, withRoundedLimits } from '../grades.ts';
import { columnsWithOpenMatrices, shareSummary, withoutMatrix } from '../group-grades.ts';
import { type Cells, cellOf, type SharedEvaluation, sameGroup } from '../kind.ts';
import { isAll } from '../record.ts';
import { openCuts } from './open-cuts.ts';
import type { OrdinalGroup, OrdinalResults } from './record.ts';

/** Reference grades and equal answers of every group, tied to the matrix of all studies. */
export function cells({ groups, agreement }: OrdinalResults): Cells {
  const matrix = gradeCells(agreement);
  const named = groups.map((group) => {
    const [same, other] = summaryCounts(group.agreement);
    return {
      group,
      reference: group.reference.map((count, k) => [cellOf(group, `reference/${k}`), openCount(count)] as const),
      sameness: [
        [cellOf(group, 'same'), same],
        [cellOf(group, 'other'), other],
      ] as const,
    };
  });
  const names = [...agreement.names.map((_, k) => `reference/${k}`), 'same', 'other'];
  const columns = [...new Set(groups.filter((group) => !isAll(group)).map(({ group }) => group))];
  return {
    cells: [...matrix.cells, ...named.flatMap(({ reference, sameness }) => [...reference, ...sameness])],
    sums: [
      ...matrix.sums,
      ...named.flatMap(({ group, reference, sameness }) =>
        [reference, sameness].map((parts) => ({ total: cellOf(group, 'n'), parts: parts.map(([id]) => id) })),
      ),
      ...names.map((name) => ({ total: cellOf(groups[0], name), parts: [`grades/${name}`] })),
      ...columns.flatMap((column) =>
        names.map((name) => ({
          total: cellOf(groups[0], name),
          parts: groups.filter(({ group }) => group === column).map((group) => cellOf(group, name)),
        })),
      ),
    ],
    ...(matrix.costs && { costs: matrix.costs }),
  };
}

export function share(results: OrdinalResults, { hidden, isOpen }: SharedEvaluation): OrdinalResults {
  const all = isOpen(results.groups[0]);
  const everything = new Set(gradeCells(results.agreement).cells.map(([id]) => id));
  const agreement = shareGrades(all ? results.agreement : withoutFigures(results.agreement), all ? hidden : everything);
  const isMatrixOpen = columnsWithOpenMatrices(results.groups, (group) => group.agreement, isOpen);
  const groups = results.groups.map((group) =>
    shareGroup(group, { open: isOpen(group), matrix: isMatrixOpen(group), ownScore: results.ownScore, hidden }),
  );
  const isOpenCut = openCuts(results, hidden, isOpen);
  const shows: Shows = (of, figure) =>
    isOpen(of) &&
    (figure === 'concordance'
      ? groups.some((group) => sameGroup(group, of) && !isSuppressed(group.concordance))
      : isOpenCut(of.group ?? '', figure));
  return {
    ...results,
    agreement,
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
    groups: groups.map((group) => (isAll(group) ? shareWhole(group, agreement, results.ownScore) : group)),
  };
}

interface Shown {
  readonly open: boolean;
  /** The matrices of the column may be known. */
  readonly matrix: boolean;
  readonly ownScore: boolean;
  readonly hidden: ReadonlySet<string>;
}

function shareGroup(group: OrdinalGroup, { open, matrix, ownScore, hidden }: Shown): OrdinalGroup {
  const off = (name: string): boolean => !open || hidden.has(cellOf(group, name));
  const reference = group.reference.map((count, k) => (off(`reference/${k}`) ? SUPPRESSED : count));
  // Pairs of different references are its denominator: with a score of its own it tells them, without one the matrix.
  const order = open && (ownScore ? !reference.some(isSuppressed) : isAll(group) || matrix);
  return {
    ...(open ? group : withoutFigures(group)),
    ...(!order && { concordance: SUPPRESSED, somersD: SUPPRESSED }),
    reference,
    agreement:
      off('same') || off('other')
        ? withoutMatrix(withoutFigures(group.agreement))
        : shareSummary(group.agreement, matrix),
  };
}

/** The order of all studies, where cells of their matrix are hidden: of two grades it tells them, of more in two digits it does not. */
function shareWhole(group: OrdinalGroup, agreement: OrdinalResults['agreement'], ownScore: boolean): OrdinalGroup {
  const told = { ...group, agreement: summaryOf(agreement) };
  if (ownScore || !agreement.matrix.flat().some(isSuppressed)) return told;
  if (agreement.names.length === 2) return { ...told, concordance: SUPPRESSED, somersD: SUPPRESSED };
  return { ...told, concordance: twoDecimals(group.concordance), somersD: twoDecimals(group.somersD) };
}

function twoDecimals(figure: Figure): Figure {
  if (!isEstimate(figure)) return figure;
  return { ...withRoundedLimits(figure), estimate: Math.round(100 * figure.estimate) / 100 };
}
