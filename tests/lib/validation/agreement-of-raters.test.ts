import { describe, expect, it } from 'vitest';
import { fisherInterval } from '#lib/validation/influence-variance.ts';
import { kappa } from '#lib/validation/kappa.ts';
import { mcnemar, pairedDifference, tangoInterval } from '#lib/validation/mcnemar.ts';
import { fromPython, fromR } from './discrimination-reference.ts';
import { expectRelative, told, Z_975 } from './reference.ts';

const WEIGHTS = ['unweighted', 'linear', 'quadratic'] as const;

describe('kappa', () => {
  it.each(fromPython.ratings)('equals scikit-learn and psych, with the variance of statsmodels: $name', (reference) => {
    const ratings = {
      ...reference,
      first: Uint8Array.from(reference.first),
      second: Uint8Array.from(reference.second),
    };
    const byR = fromR.ratings[fromPython.ratings.indexOf(reference)];
    for (const weights of WEIGHTS) {
      const answer = told(kappa(ratings, { weights }));
      const [value, error] = reference[weights];
      expect(answer.estimate).toBeCloseTo(value, 12);
      expect(answer.estimate).toBeCloseTo(byR[weights][0], 12);
      expectRelative(answer.standardError ?? 0, error, 1e-9);
      const expected = fisherInterval(value, error ** 2, Z_975);
      expect(answer.lower).toBeCloseTo(expected.lower, 10);
      expect(answer.upper).toBeCloseTo(expected.upper, 10);
    }
    expectRelative(told(kappa(ratings)).standardError ?? 0, byR.unweighted[1], 1e-9);
  });

  it('has a bound where the raters never differ, and none where both use one category', () => {
    const same = Uint8Array.from({ length: 60 }, (_, row) => Number(row < 20));
    const answer = told(kappa({ first: same, second: same, categories: 2 }));
    expect(answer).toMatchObject({ estimate: 1, upper: 1 });
    // Upper Clopper-Pearson limit of 0 of 60, divided by the chance of a difference 4/9.
    expect(answer.lower).toBeCloseTo(1 - (1 - 0.025 ** (1 / 60)) / (4 / 9), 12);
    const zeros = new Uint8Array(60);
    for (const second of [zeros, same]) {
      expect(kappa({ first: zeros, second, categories: 2 })).toMatchObject({
        cannotTell: expect.stringContaining('a rater used a single category'),
      });
    }
  });

  it('counts subjects where several rows belong to one', () => {
    const { first, second, categories } = fromPython.ratings[1];
    const once = told(kappa({ first: Uint8Array.from(first), second: Uint8Array.from(second), categories }));
    const twice = told(
      kappa({
        first: Uint8Array.from([...first, ...first]),
        second: Uint8Array.from([...second, ...second]),
        categories,
        clusters: Int32Array.from({ length: 2 * first.length }, (_, row) => row % first.length),
      }),
    );
    expect(twice.clusters).toBe(first.length);
    expectRelative(
      twice.standardError ?? 0,
      (once.standardError ?? 0) * Math.sqrt(first.length / (first.length - 1)),
      1e-9,
    );
  });

  it('refuses categories that do not exist and cannot tell of nine studies', () => {
    const nine = new Uint8Array(9);
    expect(kappa({ first: nine, second: nine, categories: 2 })).toMatchObject({
      cannotTell: '9 studies are fewer than 10',
    });
    expect(() => kappa({ first: nine.with(2, 2), second: nine, categories: 2 })).toThrow(
      'first at index 2: found category 2, allowed: 0 to 1',
    );
    expect(() => kappa({ first: nine, second: new Uint8Array(8), categories: 2 })).toThrow(
      'second: found 8 for 9 ratings',
    );
  });
});

describe("McNemar's test", () => {
  it.each(fromPython.paired)('equals statsmodels and scipy, with Tango by maximum likelihood: $counts', (reference) => {
    const [onlyFirst, onlySecond, n] = reference.counts;
    const { pValue, exactPValue } = mcnemar(onlyFirst, onlySecond);
    expectRelative(exactPValue, reference.exact, 1e-9);
    expectRelative(pValue, reference.midP, 1e-9);
    const { lower, upper } = tangoInterval(onlyFirst, onlySecond, n, 0.95);
    // scipy finds the nuisance by search, to about 1e-8.
    expect(lower).toBeCloseTo(reference.interval[0], 7);
    expect(upper).toBeCloseTo(reference.interval[1], 7);
  });

  const answers = (onlyFirst: number, onlySecond: number, n: number) => ({
    first: Uint8Array.from({ length: n }, (_, row) => Number(row < onlyFirst || row >= onlyFirst + onlySecond)),
    second: Uint8Array.from({ length: n }, (_, row) => Number(row >= onlyFirst)),
  });

  it('counts the rows in which only one is right', () => {
    const answer = told(pairedDifference(answers(12, 5, 100)));
    expect(answer).toMatchObject({ estimate: 0.07, onlyFirst: 12, onlySecond: 5, n: 100, events: 17 });
    expect(answer.lower).toBeCloseTo(-told(pairedDifference(answers(5, 12, 100))).upper, 12);
  });

  it('has an interval around 0 and p 1 where the two never differ', () => {
    const answer = told(pairedDifference(answers(0, 0, 80)));
    const z2 = Z_975 ** 2;
    expect(answer).toMatchObject({ estimate: 0, pValue: 1, exactPValue: 1 });
    expect(answer.upper).toBeCloseTo(z2 / (80 + z2), 12);
    expect(answer.lower).toBeCloseTo(-z2 / (80 + z2), 12);
  });

  it('goes to the end of the scale where only one is ever right', () => {
    expect(told(pairedDifference(answers(20, 0, 20)))).toMatchObject({ estimate: 1, upper: 1 });
    expect(told(pairedDifference(answers(0, 20, 20)))).toMatchObject({ estimate: -1, lower: -1 });
  });

  it("widens for subjects with several rows by Obuchowski's variance", () => {
    const { first, second } = answers(12, 5, 100);
    const subjects = Int32Array.from({ length: 200 }, (_, row) => row % 100);
    const twice = told(
      pairedDifference({
        first: Uint8Array.from([...first, ...first]),
        second: Uint8Array.from([...second, ...second]),
        clusters: subjects,
      }),
    );
    // One row per subject: variance of a mean of 12 ones, 5 minus ones and 83 zeros; t with 99 degrees of freedom is 1.984217.
    const half = 1.9842169516 * Math.sqrt((17 - 100 * 0.07 ** 2) / (99 * 100));
    expect(twice.upper - twice.estimate).toBeCloseTo(half, 9);
    expect(twice).not.toHaveProperty('exactPValue');
    // scipy.stats.ttest_1samp([1]*12 + [-1]*5 + [0]*83, 0).pvalue
    expect(twice.pValue).toBeCloseTo(0.0896353123271, 8);
  });

  it('cannot tell of fewer than ten studies', () => {
    expect(pairedDifference(answers(2, 1, 9))).toMatchObject({ cannotTell: '9 studies are fewer than 10' });
  });
});
