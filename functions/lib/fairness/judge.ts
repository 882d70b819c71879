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
  const together = judgedTogether(tested.map(testsOf));
  const alpha = ALPHA / Math.max(1, tested.length);
  const judgements = new Map(tested.map((gap, place) => [gap, together[place]]));
  return new Map(
    gaps.map((gap): [Gap, JudgedGap] => {
      const { detectable, ...plain } = gap;
      const judgement = judgements.get(gap);
      if (judgement === undefined) return [gap, { ...plain, family, ...UNTESTED }];
      return [gap, { ...plain, family, ...judgement, detectable: detectable(alpha) }];
    }),
  );
}

/** p-values of one comparison. */
export interface Tests {
  readonly difference: number;
  /** null where no gap is stated that would be acceptable. */
  readonly equivalence: number | null;
}

/** What was not tested, or is not told, counts as if it had shown nothing. */
export const testsOf = ({ pValue, equivalencePValue }: Pick<JudgedGap, 'pValue' | 'equivalencePValue'>) => ({
  difference: pValue ?? 1,
  equivalence: equivalencePValue ?? 1,
});

interface Judgement extends Pick<JudgedGap, 'equivalenceHolm' | 'verdict'> {
  readonly holm: number;
  readonly benjaminiHochberg: number;
}

/** Comparisons of one family, corrected together: differences among all of them, equivalences among those that state an acceptable gap. */
export function judgedTogether(family: readonly Tests[]): Judgement[] {
  const differences = family.map(({ difference }) => difference);
  const [corrected, discoveries] = [holm(differences), benjaminiHochberg(differences)];
  const bounded = family.flatMap(({ equivalence }, place) => (equivalence === null ? [] : [{ equivalence, place }]));
  const equivalences = holm(bounded.map(({ equivalence }) => equivalence));
  const equivalenceAt = new Map(bounded.map(({ place }, rank) => [place, equivalences[rank]]));
  return corrected.map((difference, place) => {
    const equivalence = equivalenceAt.get(place) ?? null;
    return {
      ...{ holm: difference, benjaminiHochberg: discoveries[place], equivalenceHolm: equivalence },
      verdict: verdictOf(difference, equivalence ?? 1),
    };
  });
}

const UNTESTED = {
  ...{ holm: null, benjaminiHochberg: null, equivalenceHolm: null, detectable: null },
  verdict: 'cannot-tell',
} as const;

function verdictOf(difference: number, equivalence: number): Verdict {
  if (difference < ALPHA) return equivalence < ALPHA ? 'differs-within-margin' : 'differs';
  return equivalence < ALPHA ? 'equivalent' : 'cannot-tell';
}
