import { type FamilySizes, familyOf, type Gap, type GapFamily, type JudgedGap, type Verdict } from './gap.ts';
import { benjaminiHochberg, holm } from './multiplicity.ts';

/** Level of every claim, after correction. */
export const ALPHA = 0.05;

/**
 * Judges gaps together: a gap is claimed where Holm's p is below 5 % within its family, "equivalent" only where the two one-sided
 * tests are, corrected likewise; what is neither cannot be told. The detectable gap is at Bonferroni's level, that of Holm's first step.
 */
export function judgeGaps(gaps: readonly Gap[]): { readonly judged: JudgedGap[]; readonly families: FamilySizes } {
  const sizes = { performance: 0, predictive: 0 };
  const judged = new Map<Gap, JudgedGap>();
  for (const family of ['performance', 'predictive'] as const) {
    const members = gaps.filter((gap) => familyOf(gap.metric) === family);
    sizes[family] = members.filter(({ pValue }) => pValue !== null).length;
    for (const [gap, verdict] of judgeFamily(members, family)) judged.set(gap, verdict);
  }
  return { judged: gaps.flatMap((gap) => judged.get(gap) ?? []), families: sizes };
}

function judgeFamily(gaps: readonly Gap[], family: GapFamily): Map<Gap, JudgedGap> {
  const tested = gaps.filter(({ pValue }) => pValue !== null);
  const differences = tested.map(({ pValue }) => pValue ?? 1);
  const corrected = holm(differences);
  const discoveries = benjaminiHochberg(differences);
  const equivalences = holm(tested.map(({ equivalencePValue }) => equivalencePValue ?? 1));
  const alpha = ALPHA / Math.max(1, tested.length);
  const places = new Map(tested.map((gap, place) => [gap, place]));
  return new Map(
    gaps.map((gap): [Gap, JudgedGap] => {
      const { detectable, ...plain } = gap;
      const place = places.get(gap);
      if (place === undefined) return [gap, { ...plain, family, ...UNTESTED }];
      const [holms, equivalence] = [corrected[place], equivalences[place]];
      const adjusted = { holm: holms, benjaminiHochberg: discoveries[place], equivalenceHolm: equivalence };
      return [
        gap,
        { ...plain, family, ...adjusted, detectable: detectable(alpha), verdict: verdictOf(holms, equivalence) },
      ];
    }),
  );
}

const UNTESTED = {
  ...{ holm: null, benjaminiHochberg: null, equivalenceHolm: null, detectable: null },
  verdict: 'cannot-tell',
} as const;

export function verdictOf(difference: number, equivalence: number): Verdict {
  if (difference < ALPHA) return equivalence < ALPHA ? 'differs-within-margin' : 'differs';
  return equivalence < ALPHA ? 'equivalent' : 'cannot-tell';
}
