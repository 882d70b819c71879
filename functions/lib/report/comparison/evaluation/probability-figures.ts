import type { ProbabilityResults } from '../../evaluation/probability/record.ts';
import {
  aurocChange,
  brierChange,
  observedExpectedChange,
  rightChange,
  type ScoredTwice,
  slopeChange,
} from '../scored-twice.ts';
import type { EvaluationFigure } from './figures.ts';
import { OBSERVED_EXPECTED, toldFigures } from './told-figures.ts';

type Change = NonNullable<EvaluationFigure<ScoredTwice>['paired']>;

/** Figures of probabilities, each change as a cohort report's is made; at thresholds of the same name, each by its own value. */
export function ofProbabilities(
  one: ProbabilityResults,
  two: ProbabilityResults,
  i: number,
  j: number,
): EvaluationFigure<ScoredTwice>[] {
  const changes = new Map<string, Change>([
    ['AUROC', aurocChange],
    ['Brier score', brierChange],
    [OBSERVED_EXPECTED, observedExpectedChange],
    ['Calibration slope', slopeChange],
    ...sharedThresholds(one, two).flatMap(({ name, first, second }): [string, Change][] => {
      const right =
        (label: 0 | 1): Change =>
        (twice) =>
          rightChange(twice, label, (side, row) => twice[side][row] >= (side === 'first' ? first : second));
      return [
        [`Sensitivity, ${name}`, right(1)],
        [`Specificity, ${name}`, right(0)],
      ];
    }),
  ]);
  return toldFigures(one, two, i, j).map((figure) => {
    const paired = changes.get(figure.name);
    return paired === undefined ? figure : { ...figure, paired };
  });
}

/** Thresholds of the same name. */
export const sharedThresholds = (one: ProbabilityResults, two: ProbabilityResults) =>
  one.thresholds.flatMap(({ name, value: first }) =>
    two.thresholds.filter((other) => other.name === name).map(({ value: second }) => ({ name, first, second })),
  );
