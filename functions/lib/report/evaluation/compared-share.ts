// What of pooled hospitals and compared groups may leave the sites.

import { verdictOf } from '#lib/fairness/judge.ts';
import { holm } from '#lib/fairness/multiplicity.ts';
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
  const corrected = holm(gaps.map(({ pValue }) => number(pValue)));
  const bounded = gaps.flatMap(({ figure, equivalencePValue }, place) =>
    comparison.figures.some(({ id, acceptableGap }) => id === figure && acceptableGap !== null)
      ? [{ place, p: number(equivalencePValue) }]
      : [],
  );
  const equivalences = holm(bounded.map(({ p }) => p));
  const equivalenceAt = new Map(bounded.map(({ place }, rank) => [place, equivalences[rank]]));
  return {
    ...comparison,
    // How many people stand in several groups would tell who stands in three.
    columns: comparison.columns.map((column) => ({
      ...column,
      peopleInSeveral: column.peopleInSeveral === 0 ? 0 : SUPPRESSED,
    })),
    gaps: gaps.map((gap, place) => {
      if (gap.verdict === 'hidden' || gap.pValue === null || isSuppressed(gap.pValue)) return gap;
      const equivalence = equivalenceAt.get(place);
      return {
        ...gap,
        holm: corrected[place],
        equivalenceHolm: gap.equivalenceHolm === null ? null : (equivalence ?? null),
        verdict: verdictOf(corrected[place], equivalence ?? 1),
      };
    }),
  };
}

const hiddenGap = (gap: GroupGap): GroupGap => ({
  ...gap,
  ...{ groupFigure: SUPPRESSED, referenceFigure: SUPPRESSED, gap: SUPPRESSED },
  ...{ pValue: SUPPRESSED, holm: SUPPRESSED, equivalencePValue: SUPPRESSED, equivalenceHolm: SUPPRESSED },
  ...{ detectable: SUPPRESSED, verdict: 'hidden' as const },
});
