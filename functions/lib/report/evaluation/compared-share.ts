// What of pooled hospitals and compared groups may leave the sites.

import { judgedTogether } from '#lib/fairness/judge.ts';
import { isSuppressed, SUPPRESSED } from '../record.ts';
import { pooledMeasure } from './compared.ts';
import type { BetweenHospitals, GroupComparison, GroupGap } from './compared-record.ts';
import type { EvaluationGroup } from './record.ts';

/** Whether a figure of a group may be told. */
export type Shows = (group: EvaluationGroup, figure: string) => boolean;

/** Said instead of a figure that is hidden, or that there are too few people for: which of both is not told. */
const HIDDEN = { absent: 'hidden in the shareable edition, or too few people' };

/** Figures that may leave, pooled again from these: a mean of five beside the figures of four would give the fifth away. */
export function shareBetween(between: BetweenHospitals | null, shows: Shows): BetweenHospitals | null {
  if (between === null) return null;
  return {
    measures: between.measures.map(({ id, name, scale, ideal, figures }) =>
      pooledMeasure(
        { id, name, ideal, pooledOn: scale, gap: null },
        figures.map(({ site, figure }) => {
          const isOpen = !('absent' in figure) && shows({ group: 'site', value: site }, id);
          return { site, figure: isOpen ? figure : HIDDEN };
        }),
      ),
    ),
  };
}

const number = (p: GroupGap['pValue']): number => (typeof p === 'number' ? p : 1);

/** Gaps of which both figures may be told; they are corrected as if the others had shown nothing, which tells nothing of them. */
export function shareComparison(comparison: GroupComparison | null, shows: Shows): GroupComparison | null {
  if (comparison === null) return null;
  const gaps = comparison.gaps.map((gap) => {
    const open = [gap.group, gap.reference].every((value) => shows({ group: gap.column, value }, gap.figure));
    return open ? gap : hiddenGap(gap);
  });
  const bounded = new Set(comparison.figures.filter(({ acceptableGap }) => acceptableGap !== null).map(({ id }) => id));
  const together = judgedTogether(
    gaps.map(({ figure, pValue, equivalencePValue }) => ({
      difference: number(pValue),
      equivalence: bounded.has(figure) ? number(equivalencePValue) : null,
    })),
  );
  return {
    ...comparison,
    // How many people stand in several groups would tell who stands in three.
    columns: comparison.columns.map((column) => ({
      ...column,
      peopleInSeveral: column.peopleInSeveral === 0 ? 0 : SUPPRESSED,
    })),
    gaps: gaps.map((gap, place) => {
      if (gap.verdict === 'hidden' || gap.pValue === null || isSuppressed(gap.pValue)) return gap;
      const { holm, equivalenceHolm, verdict } = together[place];
      return { ...gap, holm, equivalenceHolm, verdict };
    }),
  };
}

const hiddenGap = (gap: GroupGap): GroupGap => ({
  ...gap,
  ...{ groupFigure: SUPPRESSED, referenceFigure: SUPPRESSED, gap: SUPPRESSED },
  ...{ pValue: SUPPRESSED, holm: SUPPRESSED, equivalencePValue: SUPPRESSED, equivalenceHolm: SUPPRESSED },
  ...{ detectable: SUPPRESSED, verdict: 'hidden' as const },
});
