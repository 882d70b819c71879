import { describe, expect, it } from 'vitest';
import { auroc } from '#lib/validation/auroc.ts';
import { averagePrecision } from '#lib/validation/average-precision.ts';
import { logitInterval } from '#lib/validation/influence-variance.ts';
import { partialAuroc } from '#lib/validation/partial-auroc.ts';
import { areaUnderRoc, averagePrecisionOf, partialAreaAbove } from '#lib/validation/rank-statistics.ts';
import { cumulativeCounts, rankRows } from '#lib/validation/ranked-rows.ts';
import { fromPython, fromR } from './discrimination-reference.ts';
import { expectRelative, predictions, told, Z_975 } from './reference.ts';

const inputOf = ({ scores, labels }: { scores: number[]; labels: number[] }) => predictions(scores, labels);
const curveOf = (reference: { scores: number[]; labels: number[] }) => {
  const input = inputOf(reference);
  return cumulativeCounts(rankRows(input), input.labels);
};
/** The variance behind an interval on the logit scale. */
const varianceOf = ({ estimate, lower, upper }: { estimate: number; lower: number; upper: number }): number => {
  const width = Math.log(upper / (1 - upper)) - Math.log(lower / (1 - lower));
  return ((width * estimate * (1 - estimate)) / (2 * Z_975)) ** 2;
};

describe('statistics of a curve', () => {
  it.each(fromPython.binary)('equal scikit-learn: $name', (reference) => {
    const curve = curveOf(reference);
    expect(areaUnderRoc(curve)).toBeCloseTo(reference.auroc, 12);
    expect(averagePrecisionOf(curve)).toBeCloseTo(reference.averagePrecision, 12);
    expect(partialAreaAbove(0.9)(curve)).toBeCloseTo(reference.partialAuroc, 12);
  });

  it.each(fromPython.binary.map((reference, i) => ({ ...reference, ...fromR.partial[i] })))(
    'have the partial areas of pROC: $name',
    (reference) => {
      const curve = curveOf(reference);
      expect(partialAreaAbove(0.9)(curve)).toBeCloseTo(reference.at90, 12);
      expect(partialAreaAbove(0.75)(curve)).toBeCloseTo(reference.at75, 12);
      expect(partialAreaAbove(0.97)(curve)).toBeCloseTo(reference.at97, 12);
      expect(partialAreaAbove(0)(curve)).toBeCloseTo(reference.auroc, 12);
    },
  );

  it('refuses a limit outside 0 to 1', () => {
    expect(() => partialAreaAbove(1)).toThrow('lowest specificity: found 1, allowed: from 0 to below 1');
  });

  it('does not depend on the order of rows with equal scores', () => {
    const { scores, labels } = fromPython.binary[1];
    const backwards = curveOf({ scores: scores.toReversed(), labels: labels.toReversed() });
    expect(averagePrecisionOf(backwards)).toBe(averagePrecisionOf(curveOf({ scores, labels })));
  });
});

describe('average precision', () => {
  it.each(fromPython.binary)(
    'has the larger of the binomial variance and the one by weights in scikit-learn: $name',
    (reference) => {
      const answer = told(averagePrecision(inputOf(reference)));
      const events = reference.labels.filter((label) => label === 1).length;
      const { averagePrecision: area, averagePrecisionVariance } = reference;
      const larger = Math.max((area * (1 - area)) / events, averagePrecisionVariance);
      const expected = logitInterval(area, larger, Z_975);
      expect(answer.baseline).toBe(events / reference.labels.length);
      expect(answer.estimate).toBeCloseTo(area, 12);
      expect(answer.lower).toBeCloseTo(expected.lower, 7);
      expect(answer.upper).toBeCloseTo(expected.upper, 7);
    },
  );

  it('sums the weights of a subject where rows are clustered', () => {
    const reference = fromPython.binary[2];
    const clusters = Int32Array.from(reference.labels, (_, row) => row >> 1);
    const answer = told(averagePrecision({ ...inputOf(reference), clusters }));
    const pairs = reference.labels.length / 2;
    const expected = (reference.clusteredAveragePrecisionVariance * pairs) / (pairs - 1);
    const events = new Set(clusters.filter((_, row) => reference.labels[row] === 1)).size;
    expect(answer.clusters).toBe(pairs);
    const binomial = (answer.estimate * (1 - answer.estimate)) / events;
    // Student's t with 199 degrees of freedom is 1.9720.
    expectRelative(varianceOf(answer) * (Z_975 / 1.971957) ** 2, Math.max(expected, binomial), 1e-5);
  });

  it('is exact over the events where the scores separate, and cannot tell with one class or few events', () => {
    const labels = Array.from({ length: 40 }, (_, row) => Number(row < 12));
    const separated = predictions(
      labels.map((label, row) => label * 100 + row),
      labels,
    );
    const answer = told(averagePrecision(separated));
    expect(answer).toMatchObject({ estimate: 1, upper: 1 });
    expect(answer.lower).toBeCloseTo(0.025 ** (1 / 12), 12);
    expect(averagePrecision(predictions([1, 2, 3], [1, 1, 1]))).toMatchObject({
      cannotTell: 'there is no study without the outcome',
    });
    expect(averagePrecision(predictions([1, 2, 3], [0, 0, 1]))).toMatchObject({
      cannotTell: '1 study with the outcome is fewer than 10',
    });
    expect(averagePrecision(predictions([], []))).toHaveProperty('cannotTell');
    expect(() => averagePrecision(predictions([1, Number.NaN], [0, 1]))).toThrow('score at index 1: found NaN');
  });

  it('is the prevalence where every score is equal', () => {
    const labels = Array.from({ length: 50 }, (_, row) => Number(row < 15));
    const answer = told(
      averagePrecision(
        predictions(
          labels.map(() => 0.5),
          labels,
        ),
      ),
    );
    expect(answer.estimate).toBe(0.3);
    expect(answer.baseline).toBe(0.3);
  });
});

describe('partial AUROC', () => {
  it.each(fromPython.binary)('has the variance by weights in scikit-learn: $name', (reference) => {
    const answer = told(partialAuroc(inputOf(reference)));
    expect(answer.estimate).toBeCloseTo(reference.partialAuroc, 12);
    expectRelative(varianceOf(answer), reference.partialVariance, 1e-4);
  });

  it('has the variance of pROC by its bootstrap, to the error of that bootstrap and of small samples', () => {
    for (const [i, { variance }] of fromR.partialSpread.entries()) {
      expectRelative(varianceOf(told(partialAuroc(inputOf(fromPython.binary[i])))), variance, 0.06);
    }
  });

  it('is the whole AUROC at a limit of 0', () => {
    const input = inputOf(fromPython.binary[0]);
    const whole = told(partialAuroc(input, { lowestSpecificity: 0 }));
    expect(whole.estimate).toBeCloseTo(told(auroc(input)).estimate, 12);
  });

  it('cannot tell with few of a class or with separated scores', () => {
    expect(partialAuroc(predictions([1, 2], [0, 1]))).toMatchObject({
      cannotTell: '1 study with and 1 without the outcome: at least 10 of each are needed',
    });
    const labels = Array.from({ length: 40 }, (_, row) => Number(row < 12));
    expect(partialAuroc(predictions(labels, labels))).toHaveProperty('cannotTell');
  });
});
