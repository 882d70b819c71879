import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incompleteBeta, incompleteBetaInverse } from '#lib/validation/beta.ts';
import { normalCdf, normalMultiplier, normalQuantile } from '#lib/validation/normal.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { sum } from '#lib/validation/sum.ts';
import { expectRelative, specialReference } from './reference.ts';

describe('special functions', () => {
  it('give the normal distribution and its quantile to 1e-12 of mpmath and scipy', () => {
    for (const { z, value } of specialReference.normalCdf) expectRelative(normalCdf(z), value, 1e-12);
    for (const { p, value } of specialReference.normalQuantile) expectRelative(normalQuantile(p), value, 1e-12);
  });

  it('give the incomplete beta function and its inverse to 1e-12, from shapes of a half to two million', () => {
    for (const { a, b, x, value } of specialReference.beta) {
      expectRelative(incompleteBeta(x, a, b), value, 1e-12);
      expectRelative(incompleteBetaInverse(value, a, b), x, 1e-12);
    }
  });

  it("give the quantile of Student's t to 1e-12 of mpmath and scipy, and the normal's for endless degrees of freedom", () => {
    for (const { level, degreesOfFreedom, value } of specialReference.studentT) {
      expectRelative(studentTMultiplier(level, degreesOfFreedom), value, 1e-12);
    }
    expect(studentTMultiplier(0.95, Infinity)).toBe(normalMultiplier(0.95));
    expectRelative(studentTMultiplier(0.95, 9e16), normalMultiplier(0.95), 1e-12);
    expect(() => studentTMultiplier(0.95, 0)).toThrow('degrees of freedom: found 0, allowed: above 0');
  });

  it('keep the symmetry of the incomplete beta function', () => {
    const shape = fc.double({ min: 0.5, max: 500, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), shape, shape, (x, a, b) => {
        expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 11);
      }),
    );
  });

  it('refuse what lies outside their domain by value', () => {
    expect(() => normalQuantile(1)).toThrow('normalQuantile: found probability 1, allowed: between 0 and 1');
    expect(() => normalCdf(Number.NaN)).toThrow('normalCdf: found NaN');
    expect(() => incompleteBeta(1.5, 1, 1)).toThrow('incompleteBeta: found x 1.5');
    expect(() => incompleteBetaInverse(0.5, 0, 1)).toThrow('beta distribution: found a 0 and b 1');
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3), incompleteBetaInverse(0, 2, 3)]).toEqual([0, 1, 0]);
  });

  it('sum without losing small terms among large ones', () => {
    expect(sum([1e16, 1, -1e16, 1])).toBe(2);
    expect(sum(new Float64Array(1_000_000).fill(0.1))).toBe(100_000);
  });
});
