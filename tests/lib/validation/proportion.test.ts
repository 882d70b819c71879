import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson } from '#lib/validation/clopper-pearson.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { proportion } from '#lib/validation/proportion.ts';
import { wilson } from '#lib/validation/wilson.ts';
import { expectRelative, pythonReference, told } from './reference.ts';

describe('proportion', () => {
  it('has the Wilson and the exact interval of statsmodels', () => {
    for (const { x, n, level, wilson: expectedWilson, exact } of pythonReference.proportions) {
      const ours = wilson(x, n, level);
      if (x > 0) expectRelative(ours.lower, expectedWilson[0], 1e-9);
      expectRelative(ours.upper, expectedWilson[1], 1e-9);
      const exactOurs = clopperPearson(x, n, level);
      expectRelative(exactOurs.lower, x === 0 ? 0 : exact[0], 1e-9);
      expectRelative(exactOurs.upper, x === n ? 1 : exact[1], 1e-9);
    }
  });

  it('is exact at 0 and n, and Wilson between', () => {
    expect(proportion(0, 20)).toMatchObject({
      estimate: 0,
      lower: 0,
      method: 'proportion, exact Clopper-Pearson interval',
    });
    expect(told(proportion(0, 20)).upper).toBeCloseTo(1 - 0.025 ** (1 / 20), 12);
    expect(told(proportion(20, 20)).lower).toBeCloseTo(0.025 ** (1 / 20), 12);
    expect(proportion(3, 20)).toMatchObject({ method: 'proportion, Wilson interval', n: 20, events: 3, level: 0.95 });
  });

  it('lies with its estimate inside 0 to 1 for every count, and widens with the level', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const x = Math.round(n * share);
        const { lower, upper, estimate } = told(proportion(x, n));
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(estimate);
        expect(upper).toBeGreaterThanOrEqual(estimate);
        expect(upper).toBeLessThanOrEqual(1);
        expect(told(proportion(x, n, { level: 0.99 })).upper).toBeGreaterThanOrEqual(upper);
      }),
    );
  });

  it('cannot tell without rows or below the minimum, and refuses impossible counts', () => {
    expect(proportion(0, 0)).toEqual({ cannotTell: 'there is no study in the denominator', n: 0, events: 0 });
    expect(proportion(3, 6, { minimumRows: 10 })).toEqual({
      cannotTell: '6 studies in the denominator are fewer than 10',
      n: 6,
      events: 3,
    });
    expect(() => proportion(7, 6)).toThrow('proportion: found 7 of 6, allowed: whole numbers, 0 <= successes <= n');
    expect(() => proportion(1, 6, { level: 95 })).toThrow('confidence level: found 95, allowed: between 0 and 1');
  });
});

describe('clusteredProportion', () => {
  const outcomes = Uint8Array.from({ length: 60 }, (_, row) => Number(row % 12 < 5));

  it('is the plain proportion when every subject has one row', () => {
    const { clusters, ...plain } = told(clusteredProportion(outcomes, Int32Array.from(outcomes.keys())));
    expect(clusters).toBe(60);
    expect(plain).toEqual(proportion(25, 60));
  });

  it('treats rows that only repeat each other like one row per subject', () => {
    const repeated = Uint8Array.from({ length: 240 }, (_, row) => outcomes[row >> 2]);
    const answer = told(
      clusteredProportion(
        repeated,
        Int32Array.from(repeated, (_, row) => row >> 2),
      ),
    );
    const single = told(clusteredProportion(outcomes, undefined));
    expect(answer).toMatchObject({ n: 240, events: 100, clusters: 60, estimate: 25 / 60 });
    // The design effect is 4 · 60/59, from the variance with 59 degrees of freedom.
    const effective = (60 * 59) / 60;
    expect(answer.lower).toBeCloseTo(wilson((25 / 60) * effective, effective, 0.95).lower, 12);
    expect(answer.upper - answer.lower).toBeGreaterThan(single.upper - single.lower);
  });

  it('counts each subject once where all rows agree', () => {
    const answer = told(
      clusteredProportion(
        new Uint8Array(40).fill(1),
        Int32Array.from({ length: 40 }, (_, row) => row >> 1),
      ),
    );
    expect(answer.lower).toBeCloseTo(0.025 ** (1 / 20), 12);
  });

  it('cannot tell from a single subject', () => {
    expect(clusteredProportion(Uint8Array.of(1, 0, 1), new Int32Array(3))).toMatchObject({
      cannotTell: 'the studies come from only 1 person',
    });
  });
});
