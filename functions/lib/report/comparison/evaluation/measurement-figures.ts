import { clusterTotals } from '#lib/validation/cluster-totals.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import type { ContinuousResults } from '../../evaluation/continuous/record.ts';
import { measureStyle } from '../../evaluation/continuous/words.ts';
import type { EvaluationFigure } from './figures.ts';
import { changeOfShare, clustersOf, type StudyPair, valuesOf } from './pairs.ts';

/** Figures of measurements, each change from the differences of the same studies. */
export function ofMeasurements(
  one: ContinuousResults,
  two: ContinuousResults,
  i: number,
  j: number,
): EvaluationFigure[] {
  const [first, second] = [one.groups[i], two.groups[j]];
  const common = { style: measureStyle(one), isRatio: false };
  const errors = (pairs: readonly StudyPair[], side: keyof StudyPair): Float64Array => {
    const references = valuesOf(pairs, side, 'reference');
    return valuesOf(pairs, side, 'answer').map((answer, row) => answer - references[row]);
  };
  const most = one.acceptableDifference === two.acceptableDifference ? one.acceptableDifference : null;
  return [
    {
      ...{ ...common, name: `Bias, ${one.unit}`, first: first.bias, second: second.bias },
      paired: (pairs) => changeOfPeople(errors(pairs, 'first'), errors(pairs, 'second'), clustersOf(pairs)),
    },
    {
      ...{ ...common, name: `Mean absolute error, ${one.unit}` },
      ...{ first: first.meanAbsoluteError, second: second.meanAbsoluteError },
      paired: (pairs) =>
        pairedMeans({
          first: errors(pairs, 'first').map(Math.abs),
          second: errors(pairs, 'second').map(Math.abs),
          clusters: clustersOf(pairs),
        }),
    },
    { ...common, name: `Lower limit of agreement, ${one.unit}`, first: first.lowerLimit, second: second.lowerLimit },
    { ...common, name: `Upper limit of agreement, ${one.unit}`, first: first.upperLimit, second: second.upperLimit },
    ...(most === null || first.acceptable === null || second.acceptable === null
      ? []
      : [
          {
            ...({ name: `Within ${most} ${one.unit}`, style: 'percent', isRatio: false } as const),
            ...{ first: first.acceptable.share, second: second.acceptable.share },
            paired: (pairs: readonly StudyPair[]) =>
              changeOfShare(pairs, (side) =>
                Uint8Array.from(errors(pairs, side), (error) => Number(Math.abs(error) <= most * (1 + 1e-9))),
              ),
          },
        ]),
  ];
}

/** Each person once, as in the bias. */
function changeOfPeople(first: Float64Array, second: Float64Array, clusters: Int32Array | undefined) {
  if (clusters === undefined) return pairedMeans({ first, second });
  const [sizes, one, two] = clusterTotals(clusters, [new Float64Array(first.length).fill(1), first, second]);
  return pairedMeans({
    first: one.map((total, person) => total / sizes[person]),
    second: two.map((total, person) => total / sizes[person]),
  });
}
