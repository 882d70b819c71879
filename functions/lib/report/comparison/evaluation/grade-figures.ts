import { concordance, concordanceInfluence } from '#lib/validation/concordance.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import type { OrdinalResults } from '../../evaluation/ordinal/record.ts';
import { weightedKappa } from '../../evaluation/ordinal/words.ts';
import type { StudyLine } from '../../evaluation/studies-table.ts';
import { changeOfInfluence } from '../influence-change.ts';
import type { EvaluationFigure } from './figures.ts';
import { changeOfShare, clustersOf, type StudyPair } from './pairs.ts';

/** Figures of grades; those at every cut for all studies. */
export function ofGrades(one: OrdinalResults, two: OrdinalResults, i: number, j: number): EvaluationFigure[] {
  const [first, second] = [one.groups[i], two.groups[j]];
  const place = (line: StudyLine): number => one.grades.indexOf(String(line.answer));
  const reference = ({ first: line }: StudyPair): number => one.grades.indexOf(String(line.reference));
  const changeOfRanking: EvaluationFigure['paired'] = (pairs) => {
    const clusters = clustersOf(pairs);
    const categories = Uint8Array.from(pairs, reference);
    const [a, b] = (['first', 'second'] as const).map((side) => ({
      scores: Float64Array.from(pairs, ({ [side]: line }) => (line.score === null ? place(line) : Number(line.score))),
      categories,
      ...(clusters && { clusters }),
    }));
    // What cannot be told of either, for too few people apart from the most common grade, has no change either.
    const untold = [a, b].map((own) => concordance(own)).find(isCannotTell);
    if (untold !== undefined) return { ...untold, events: untold.n };
    return changeOfInfluence(concordanceInfluence(a), concordanceInfluence(b), clusters, 'concordance');
  };
  const cuts = first.group === null ? one.agreement.cuts : [];
  const share = { style: 'percent', isRatio: false } as const;
  return [
    {
      ...{ ...share, name: 'Same grade', first: first.agreement.same, second: second.agreement.same },
      paired: (pairs) =>
        changeOfShare(pairs, (side) =>
          Uint8Array.from(pairs, (pair) => Number(pair[side].answer === pair[side].reference)),
        ),
    },
    {
      ...{ name: one.grades.length > 2 ? 'Kappa, quadratic weights' : 'Kappa', style: 'ratio', isRatio: false },
      ...{ first: weightedKappa(first.agreement), second: weightedKappa(second.agreement) },
    },
    {
      ...{ name: 'Concordance (ordinal C)', style: 'fraction', isRatio: false },
      ...{ first: first.concordance, second: second.concordance },
      paired: changeOfRanking,
    },
    ...cuts.flatMap((cut, k): EvaluationFigure[] => {
      const other = two.agreement.cuts[k];
      const among = (above: boolean) => (pairs: readonly StudyPair[]) => {
        const own = pairs.filter((pair) => reference(pair) > k === above);
        return changeOfShare(own, (side) => Uint8Array.from(own, (pair) => Number(place(pair[side]) > k === above)));
      };
      return [
        {
          ...{ ...share, name: `Sensitivity, ${cut.from} or above` },
          ...{ first: cut.sensitivity, second: other.sensitivity, paired: among(true) },
        },
        {
          ...{ ...share, name: `Specificity, ${cut.from} or above` },
          ...{ first: cut.specificity, second: other.specificity, paired: among(false) },
        },
      ];
    }),
  ];
}
