// Which groups may show figures that a matrix of their grades gives, and with it could be searched for.
import { isSmall } from '../disclosure.ts';
import { type Count, isSuppressed, SUPPRESSED } from '../record.ts';
import { withoutFigures } from './figures.ts';
import type { GradeSummary } from './grades.ts';
import { type EvaluationGroup, isAll } from './record.ts';

const isSafe = (count: Count): boolean => !isSuppressed(count) && !isSmall(count);

/**
 * Columns of which no group has 1 to 10 studies in a cell of its matrix. A kappa or a concordance beside the other counts of a group fits
 * one matrix only, which a program finds; those of all groups but one and of all studies give that of the last. So all show them or none.
 */
export function columnsWithOpenMatrices<Group extends EvaluationGroup>(
  groups: readonly Group[],
  summaryOf: (group: Group) => GradeSummary | null,
  isOpen: (group: EvaluationGroup) => boolean,
): (group: EvaluationGroup) => boolean {
  const closed = groups.flatMap((group) => {
    const cells = summaryOf(group)?.matrix.flat() ?? [];
    return isAll(group) || (isOpen(group) && cells.every(isSafe)) ? [] : [group.group];
  });
  const names = new Set(closed);
  return ({ group }) => !names.has(group);
}

/** What a group shows of its grades: the share of equal ones, and the rest where its matrix may be known. */
export function shareSummary(summary: GradeSummary, isMatrixOpen: boolean): GradeSummary {
  if (isMatrixOpen) return summary;
  return { ...withoutMatrix(withoutFigures(summary)), same: summary.same };
}

export const withoutMatrix = (summary: GradeSummary): GradeSummary => ({
  ...summary,
  matrix: summary.matrix.map((row) => row.map(() => SUPPRESSED)),
});
