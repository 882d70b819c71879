import { type Count, isSuppressed, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { withoutFigures } from '../figures.ts';
import { gradeCells, shareGrades, summaryCounts, summaryOf } from '../grades.ts';
import { type Cells, cellOf, type SharedEvaluation } from '../kind.ts';
import { isAll } from '../record.ts';
import { openCuts } from './open-cuts.ts';
import type { OrdinalGroup, OrdinalResults } from './record.ts';

const known = (count: Count): number => (isSuppressed(count) ? Number.NaN : count);

/** Reference grades and equal answers of every group, tied to the matrix of all studies. */
export function cells({ groups, agreement }: OrdinalResults): Cells {
  const matrix = gradeCells(agreement);
  const named = groups.map((group) => {
    const [same, other] = summaryCounts(group.agreement);
    return {
      group,
      reference: group.reference.map((count, k) => [cellOf(group, `reference/${k}`), known(count)] as const),
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
  const groups = results.groups.map((group) => shareGroup(group, isOpen(group), hidden));
  const isOpenCut = openCuts(results, hidden, isOpen);
  const shows: Shows = (group, figure) =>
    isOpen(group) && (figure === 'concordance' || isOpenCut(group.group ?? '', figure));
  return {
    ...results,
    agreement,
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
    groups: groups.map((group) => (isAll(group) ? { ...group, agreement: summaryOf(agreement) } : group)),
  };
}

function shareGroup(group: OrdinalGroup, open: boolean, hidden: ReadonlySet<string>): OrdinalGroup {
  const off = (name: string): boolean => !open || hidden.has(cellOf(group, name));
  return {
    ...(open ? group : withoutFigures(group)),
    reference: group.reference.map((count, k) => (off(`reference/${k}`) ? SUPPRESSED : count)),
    agreement: off('same') || off('other') ? withoutFigures(group.agreement) : group.agreement,
  };
}
