import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random, randomFromState } from '#lib/simulate/random.ts';

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('random', () => {
  it('is the published xoshiro128** for the state 1, 2, 3, 4', () => {
    // First outputs of the authors' C code (prng.di.unimi.it/xoshiro128starstar.c), recomputed by reference/validation/xoshiro.py.
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(draws(10, randomFromState([1, 2, 3, 4]).uint32)).toEqual(expected);
  });

  it('repeats itself for the same seed and differs for another', () => {
    const first = draws(20, random('demo').uint32);
    expect(draws(20, random('demo').uint32)).toEqual(first);
    expect(draws(20, random('demo2').uint32)).not.toEqual(first);
  });

  it('gives a fork that does not depend on how much was drawn before', () => {
    const used = random(7);
    draws(100, used.uniform);
    expect(draws(5, used.fork('cleveland').uniform)).toEqual(draws(5, random(7).fork('cleveland').uniform));
    expect(draws(5, used.fork('hungary').uniform)).not.toEqual(draws(5, random(7).fork('cleveland').uniform));
  });

  it('has the mean and variance of the uniform and of the normal distribution', () => {
    const source = random('moments');
    const uniforms = draws(50_000, source.uniform);
    expect(Math.min(...uniforms.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(mean(uniforms)).toBeCloseTo(0.5, 2);
    const normals = draws(50_000, () => source.normal(10, 2));
    expect(mean(normals)).toBeCloseTo(10, 1);
    expect(mean(normals.map((value) => (value - 10) ** 2))).toBeCloseTo(4, 0);
  });

  it('draws integers only within the bounds and reaches both of them', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -1000, max: 1000 }), fc.nat(5), (seed, low, width) => {
        const source = random(seed);
        const seen = new Set(draws(400, () => source.integer(low, low + width)));
        expect(seen.size).toBe(width + 1);
        expect(Math.min(...seen)).toBe(low);
        expect(Math.max(...seen)).toBe(low + width);
      }),
      { numRuns: 50 },
    );
  });

  it('shuffles into a permutation, with each of the six orders of three about equally often', () => {
    const source = random('shuffle');
    const counts = new Map<string, number>();
    for (let repeat = 0; repeat < 6000; repeat++) {
      const order = source.shuffle(Uint8Array.of(1, 2, 3)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('refuses bounds that are no integers, an empty list and an all-zero state', () => {
    expect(() => random(1).integer(0.5, 2)).toThrow('random integer: found bounds 0.5 and 2, allowed: integers');
    expect(() => random(1).integer(3, 2)).toThrow('random integer: found bounds 3 and 2');
    expect(() => random(1).pick([])).toThrow('pick: found an empty list');
    expect(() => randomFromState([0, 0, 0, 0])).toThrow('random state: found four zero words');
  });
});
