import { describe, expect, it } from 'vitest';
import { type Decisions, decisionsAt } from '#lib/validation/confusion.ts';
import { decisionMetrics } from '#lib/validation/decision-metrics.ts';
import { fisherInterval } from '#lib/validation/influence-variance.ts';
import { proportion } from '#lib/validation/proportion.ts';
import { threshold } from '#lib/validation/threshold.ts';
import { fromPython } from './discrimination-reference.ts';
import { predictions, told, Z_975 } from './reference.ts';

/** Rows of a table of four counts. */
function table(
  truePositives: number,
  falsePositives: number,
  trueNegatives: number,
  falseNegatives: number,
): Decisions {
  const row = (count: number, positive: number, label: number) =>
    Array.from({ length: count }, () => [positive, label]);
  const rows = [
    ...row(truePositives, 1, 1),
    ...row(falsePositives, 1, 0),
    ...row(trueNegatives, 0, 0),
    ...row(falseNegatives, 0, 1),
  ];
  return { positive: Uint8Array.from(rows, ([p]) => p), labels: Uint8Array.from(rows, ([, l]) => l) };
}

const limits = ({ lower, upper }: { lower: number; upper: number }): number[] => [lower, upper];
const doubled = ({ positive, labels }: Decisions): Decisions => ({
  positive: Uint8Array.from([...positive, ...positive]),
  labels: Uint8Array.from([...labels, ...labels]),
  clusters: Int32Array.from({ length: 2 * labels.length }, (_, row) => row % labels.length),
});

describe('decision metrics', () => {
  it.each(fromPython.binary)('equal scikit-learn, with intervals from statsmodels: $name', (reference) => {
    const input = predictions(reference.scores, reference.labels);
    const metrics = decisionMetrics(decisionsAt(input, reference.threshold));
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = metrics.counts;
    expect([truePositives, falsePositives, trueNegatives, falseNegatives]).toEqual(reference.counts);
    expect(told(metrics.accuracy).estimate).toBeCloseTo(reference.accuracy, 12);
    expect(told(metrics.positivePredictiveValue).estimate).toBeCloseTo(reference.precision, 12);
    for (const name of ['f1', 'balancedAccuracy'] as const) {
      const { estimate, lower, upper } = told(metrics[name]);
      for (const [i, value] of [estimate, lower, upper].entries()) expect(value).toBeCloseTo(reference[name][i], 10);
    }
    const correlation = told(metrics.matthewsCorrelation);
    expect(correlation.estimate).toBeCloseTo(reference.matthewsCorrelation, 12);
    const expected = fisherInterval(reference.matthewsCorrelation, reference.matthewsVariance, Z_975);
    expect(correlation.lower).toBeCloseTo(expected.lower, 7);
    expect(correlation.upper).toBeCloseTo(expected.upper, 7);
  });

  it('have the four rates of the threshold function', () => {
    const { scores, labels } = fromPython.binary[0];
    const input = predictions(scores, labels);
    expect(decisionMetrics(decisionsAt(input, 0.5))).toMatchObject({
      sensitivity: threshold(input, 0.5).sensitivity,
      specificity: threshold(input, 0.5).specificity,
      positivePredictiveValue: threshold(input, 0.5).positivePredictiveValue,
      negativePredictiveValue: threshold(input, 0.5).negativePredictiveValue,
    });
  });

  it('are exact where no answer is wrong: 1 with bounds that grow with n', () => {
    const few = decisionMetrics(table(12, 0, 40, 0));
    const many = decisionMetrics(table(120, 0, 400, 0));
    for (const name of ['f1', 'balancedAccuracy', 'matthewsCorrelation', 'accuracy'] as const) {
      expect(told(few[name])).toMatchObject({ estimate: 1, upper: 1 });
      expect(told(few[name]).lower).toBeLessThan(told(many[name]).lower);
      expect(told(many[name]).lower).toBeLessThan(1);
    }
    const share = told(proportion(12, 12));
    expect(told(few.f1).lower).toBeCloseTo((2 * share.lower) / (1 + share.lower), 14);
  });

  it('are exact where every answer is wrong', () => {
    const metrics = decisionMetrics(table(0, 30, 0, 20));
    expect(told(metrics.f1)).toMatchObject({ estimate: 0, lower: 0 });
    expect(told(metrics.balancedAccuracy)).toMatchObject({ estimate: 0, lower: 0 });
    expect(metrics.matthewsCorrelation).toMatchObject({
      cannotTell: 'the answers vary too little to estimate a variance',
    });
  });

  it('cannot tell where a denominator is empty or below ten', () => {
    const silent = decisionMetrics(table(0, 0, 40, 20));
    expect(silent.positivePredictiveValue).toMatchObject({ cannotTell: 'there is no study in the denominator' });
    expect(silent.matthewsCorrelation).toMatchObject({ cannotTell: 'all studies are, or all are called, the same' });
    const noEvents = decisionMetrics(table(0, 20, 40, 0));
    expect(noEvents.sensitivity).toMatchObject({ cannotTell: 'there is no study in the denominator' });
    expect(noEvents.balancedAccuracy).toMatchObject({ cannotTell: 'there is no study in the denominator', n: 60 });
    const few = decisionMetrics(table(4, 1, 40, 2));
    expect(few.f1).toEqual({ cannotTell: '7 studies in the denominator are fewer than 10', n: 7, events: 4 });
    expect(few.matthewsCorrelation).toMatchObject({
      cannotTell: '6 studies in the denominator are fewer than 10',
      n: 47,
    });
    expect(told(decisionMetrics(table(4, 1, 40, 2), { minimumRows: 1 }).f1).estimate).toBeCloseTo(8 / 11, 14);
    const nobody = decisionMetrics(table(0, 0, 0, 0));
    for (const answer of [nobody.f1, nobody.accuracy, nobody.matthewsCorrelation])
      expect(answer).toHaveProperty('cannotTell');
  });

  it('know no more from rows that repeat a subject', () => {
    const once = decisionMetrics(table(30, 12, 70, 9));
    const twice = decisionMetrics(doubled(table(30, 12, 70, 9)));
    for (const name of ['f1', 'accuracy', 'sensitivity', 'matthewsCorrelation'] as const) {
      expect(told(twice[name]).estimate).toBeCloseTo(told(once[name]).estimate, 12);
      const [width, before] = [told(twice[name]), told(once[name])].map(({ lower, upper }) => upper - lower);
      expect(width / before).toBeGreaterThan(0.99);
      expect(width / before).toBeLessThan(1.03);
    }
  });

  it('refuse answers and labels other than 0 and 1, and columns of different lengths', () => {
    const { positive, labels } = table(5, 5, 5, 5);
    expect(() => decisionMetrics({ positive: positive.with(3, 2), labels })).toThrow(
      'positive at index 3: found 2, allowed: 0 or 1',
    );
    expect(() => decisionMetrics({ positive: positive.subarray(1), labels })).toThrow(
      'positive: found 19 for 20 labels',
    );
    expect(() => decisionsAt(predictions([0.1], [1]), Number.NaN)).toThrow('threshold: found NaN');
    expect(limits(told(decisionMetrics({ positive, labels }).accuracy))).toEqual(limits(told(proportion(10, 20))));
  });
});
