import { describe, expect, it } from 'vitest';
import { logisticRegression } from '#lib/validation/logistic-regression.ts';

const design = (values: readonly number[], labels: readonly number[], weights?: readonly number[]) => ({
  columns: [new Float64Array(values.length).fill(1), Float64Array.from(values)],
  labels: Uint8Array.from(labels),
  ...(weights && { weights: Float64Array.from(weights) }),
});
const values = Array.from({ length: 40 }, (_, n) => (n + 1) / 10);
const split = values.map((value) => (value > 2 ? 1 : 0));
const overlapping = split.map((label, n) => (n === 19 || n === 20 ? 1 - label : label));

describe('logisticRegression', () => {
  it.each([1e-22, 1e-12, 1e-8])('has no fit where the classes are separated (tolerance %d)', (tolerance) => {
    expect(logisticRegression({ ...design(values, split), tolerance })).toBeUndefined();
  });

  it('has no fit where they are separated but for rows at one value, or in one group', () => {
    const touching = [...values, 2];
    expect(logisticRegression(design(touching, [...split, 1]))).toBeUndefined();
    const group = values.map((_, n) => (n < 10 ? 1 : 0));
    expect(logisticRegression(design(group, [...Array(10).fill(1), ...overlapping.slice(10)]))).toBeUndefined();
  });

  it('has none where only rows of no weight overlap', () => {
    const weights = overlapping.map((label, n) => (label === split[n] ? 1 : 0));
    expect(logisticRegression(design(values, overlapping, weights))).toBeUndefined();
  });

  // R 4.2.2: x <- (1:40)/10; y <- as.integer(x > 2); y[20] <- 1; y[21] <- 0
  //    m <- glm(y ~ x, family = binomial, control = list(epsilon = 1e-15, maxit = 100)); coef(m); sqrt(diag(vcov(m)))
  it('has one, however steep, where two neighbours overlap', () => {
    const fit = logisticRegression(design(values, overlapping));
    const expected = [
      [-26.8576691663622, 16.98692372756407],
      [13.1013020323718, 8.26747135895683],
    ];
    expected.forEach(([coefficient, error], index) => {
      expect(fit?.coefficients[index]).toBeCloseTo(coefficient, 9);
      expect(Math.sqrt(fit?.covariance[index][index] ?? 0)).toBeCloseTo(error, 6);
    });
  });
});
