// Numbers: tests/fixtures/reference/validation/changes.py.
import { describe, expect, it } from 'vitest';
import { differenceByMover, ratioByMover } from '#lib/validation/independent-figures.ts';
import { pairedMeans } from '#lib/validation/paired-means.ts';
import reference from '../../fixtures/reference/validation/changes.json' with { type: 'json' };

const figure = ([estimate, lower, upper]: number[]) => ({
  estimate,
  lower,
  upper,
  level: 0.95,
  method: '',
  n: 50,
  events: 9,
});

function expectClose(actual: object, expected: { estimate: number; lower: number; upper: number }) {
  const { estimate, lower, upper } = actual as typeof expected;
  expect(estimate).toBeCloseTo(expected.estimate, 12);
  expect(lower).toBeCloseTo(expected.lower, 12);
  expect(upper).toBeCloseTo(expected.upper, 12);
}

describe('paired means', () => {
  const { first, second, clusters, plain, clustered } = reference.means;

  it('are those of a paired t test', () => {
    expectClose(pairedMeans({ first, second }), plain);
  });

  it('allow for several rows of one person', () => {
    const result = pairedMeans({ first, second, clusters: Int32Array.from(clusters) });
    expectClose(result, clustered);
    expect(result).toMatchObject({ clusters: clustered.clusters });
  });

  it('have no interval where every row changes alike, as those of a report and itself', () => {
    expect(pairedMeans({ first, second: first })).toMatchObject({
      cannotTell: 'every study changes alike',
      point: 0,
    });
  });

  it('cannot be told from few people, however many rows they have', () => {
    const three = Int32Array.from(first, (_, i) => i % 3);
    expect(pairedMeans({ first, second, clusters: three })).toMatchObject({ cannotTell: '3 people are fewer than 10' });
  });
});

describe('change of independent figures', () => {
  it.each(reference.mover)('is recovered from both intervals', ({ first, second, ...expected }) => {
    expectClose(differenceByMover(figure(first), figure(second)), expected);
  });

  it.each(reference.ratio)('of ratios is a ratio', ({ first, second, ...expected }) => {
    expectClose(ratioByMover(figure(first), figure(second)), expected);
  });

  it('is refused between intervals of different levels, and for a ratio that reaches 0', () => {
    expect(() => differenceByMover(figure([1, 0, 2]), { ...figure([1, 0, 2]), level: 0.9 })).toThrow(
      /found 0.95 and 0.9/,
    );
    expect(() => ratioByMover(figure([1, 0, 2]), figure([1, 0.5, 2]))).toThrow(/found a lower limit of 0/);
  });
});
