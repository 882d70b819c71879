import { describe, expect, it } from 'vitest';
import { boundedMean } from '#lib/report/evaluation/segmentation/bounded-mean.ts';

describe('the mean of values between two ends', () => {
  const of = (value: number) => new Float64Array(20).fill(value);
  it('has the exact bound where every study stands at one end, by people', () => {
    // R: 0.025^(1/20), 0.025^(1/10), 1 - 0.025^(1/20)
    expect(boundedMean(of(1), undefined, 1)).toMatchObject({
      estimate: 1,
      lower: expect.closeTo(0.8315665, 6),
      upper: 1,
    });
    const people = Int32Array.from(of(0), (_, row) => row >> 1);
    expect(boundedMean(of(1), people, 1)).toMatchObject({ lower: expect.closeTo(0.6915029, 6) });
    expect(boundedMean(of(0), undefined, 1)).toMatchObject({
      estimate: 0,
      lower: 0,
      upper: expect.closeTo(0.1684335, 6),
    });
  });

  it('has no interval where every study has the same value elsewhere', () => {
    for (const figure of [boundedMean(of(0.7), undefined, 1), boundedMean(of(0), undefined, Infinity)])
      expect(figure).toMatchObject({ cannotTell: 'all studies have the same value', point: expect.any(Number) });
  });

  it('keeps an interval within the ends', () => {
    const values = Float64Array.from({ length: 20 }, (_, row) => (row === 0 ? 0.2 : 1));
    expect(boundedMean(values, undefined, 1)).toMatchObject({ upper: 1, estimate: 0.96 });
  });
});
