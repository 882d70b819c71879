import { describe, expect, it } from 'vitest';
import { proportion } from '#lib/validation/proportion.ts';
import { threshold } from '#lib/validation/threshold.ts';
import { clustered, clusteredCases, predictions, referenceCases, told } from './reference.ts';

const RATES = ['sensitivity', 'specificity', 'positivePredictiveValue', 'negativePredictiveValue'] as const;

describe('threshold', () => {
  // 30 events, 18 of them at or above 0.5; 50 non-events, 15 of them at or above 0.5.
  const scores = Array.from({ length: 80 }, (_, row) => ((row < 30 ? row < 18 : row < 45) ? 0.5 : 0.49));
  const input = predictions(
    scores,
    Array.from({ length: 80 }, (_, row) => Number(row < 30)),
  );

  it('counts a score equal to the threshold as positive and gives the four rates', () => {
    const answer = threshold(input, 0.5);
    expect(answer).toMatchObject({ truePositives: 18, falsePositives: 15, trueNegatives: 35, falseNegatives: 12 });
    expect(answer.sensitivity).toEqual(proportion(18, 30));
    expect(answer.specificity).toEqual(proportion(35, 50));
    expect(answer.positivePredictiveValue).toEqual(proportion(18, 33));
    expect(answer.negativePredictiveValue).toEqual(proportion(35, 47));
  });

  it('cannot tell a rate whose denominator is empty or below ten', () => {
    const answer = threshold(input, 0.9);
    expect(answer.positivePredictiveValue).toEqual({
      cannotTell: 'there is no study in the denominator',
      n: 0,
      events: 0,
    });
    expect(answer.sensitivity).toMatchObject({ estimate: 0, method: 'proportion, exact Clopper-Pearson interval' });
    const few = threshold(predictions([0.9, 0.2, 0.4], [1, 1, 0]), 0.5);
    expect(few.sensitivity).toEqual({ cannotTell: '2 studies in the denominator are fewer than 10', n: 2, events: 1 });
  });

  it('counts subjects where several rows belong to one', () => {
    const answer = threshold({ ...input, clusters: Int32Array.from(input.scores, (_, row) => row >> 1) }, 0.5);
    expect(answer.sensitivity).toMatchObject({ n: 30, clusters: 15, estimate: 0.6 });
  });

  it('has the Rao-Scott intervals of the four rates from svymean of the survey package in R', () => {
    for (const [index, reference] of clusteredCases.entries()) {
      const answer = threshold(clustered(referenceCases[index]), reference.threshold, { minimumRows: 1 });
      for (const name of RATES) {
        const { rows, clusters, share, interval } = reference[name];
        const rate = told(answer[name]);
        expect(rate).toMatchObject({ n: rows, clusters });
        expect(rate.estimate).toBeCloseTo(share, 12);
        expect(rate.lower).toBeCloseTo(interval[0], 10);
        expect(rate.upper).toBeCloseTo(interval[1], 10);
      }
    }
  });

  it('refuses a threshold that is not finite', () => {
    expect(() => threshold(input, Number.NaN)).toThrow('threshold: found NaN, allowed: a finite number');
  });
});
