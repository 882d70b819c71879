import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { binomialNormal, tauSquaredInterval } from '#lib/validation/binomial-normal.ts';
import { derivatives } from '#lib/validation/binomial-normal-likelihood.ts';
import { caseMixConcordance } from '#lib/validation/case-mix-concordance.ts';
import { chiSquaredUpperQuantile, chiSquaredUpperTail } from '#lib/validation/chi-squared.ts';
import { funnelAsymmetry } from '#lib/validation/funnel-asymmetry.ts';
import type { Effects } from '#lib/validation/heterogeneity.ts';
import { pooledInfluence } from '#lib/validation/pooled-influence.ts';
import { randomEffects } from '#lib/validation/random-effects.ts';
import { expectRelative, predictions, told, Z_975 } from './reference.ts';

/** Numbers of metafor, lme4 and numDeriv; see between-hospitals.R beside the fixture. */
interface Reference {
  readonly pooled: {
    name: string;
    yi: number[];
    vi: number[];
    ni: number[];
    estimate: number;
    se: number;
    lower: number;
    upper: number;
    tau2: number;
    tau2Interval: [number, number];
    i2: number;
    i2Interval: [number, number];
    q: number;
    qp: number;
    weights: number[];
    prediction: [number, number];
    influence:
      | {
          estimate: number;
          lower: number;
          upper: number;
          tau2: number;
          rstudent: number;
          dffits: number;
          cook: number;
        }[]
      | null;
    asymmetry: { t: number; df: number; p: number; limit: number } | null;
  }[];
  readonly shares: {
    name: string;
    successes: number[];
    totals: number[];
    estimate: number;
    se: number;
    tau2: number;
    tau2Interval: [number, number];
    lme4: { estimate: number; tau2: number };
  }[];
  readonly mixes: {
    name: string;
    scores: number[];
    labels: number[];
    clusters: number[];
    benchmark: [number, number];
    recalibrated: [number, number];
    excess: [number, number];
  }[];
  readonly tails: { x: number; df: number; upper: number }[];
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/validation/between-hospitals.json', import.meta.url), 'utf8'),
);

const effectsOf = (values: readonly number[], variances: readonly number[]): Effects => ({
  values: Float64Array.from(values),
  variances: Float64Array.from(variances),
});

const close = (actual: number, expected: number, tolerance = 1e-9) =>
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThan(
    tolerance * Math.max(1, Math.abs(expected)),
  );

const sharesOf = (successes: readonly number[], totals: readonly number[]) => ({
  successes: Float64Array.from(successes),
  totals: Float64Array.from(totals),
});

describe('chi-squared', () => {
  it.each(reference.tails)('has the upper tail of R at $x with $df degrees of freedom', ({ x, df, upper }) => {
    expectRelative(chiSquaredUpperTail(x, df), upper, 1e-11);
    expectRelative(chiSquaredUpperQuantile(upper, df), x, 1e-11);
  });

  it('refuses fractional degrees of freedom and tails outside 0 to 1', () => {
    expect(() => chiSquaredUpperTail(1, 1.5)).toThrow('found 1.5 degrees of freedom, allowed: a whole number from 1');
    expect(() => chiSquaredUpperTail(Number.NaN, 2)).toThrow('found NaN, allowed: a number from 0');
    expect(() => chiSquaredUpperQuantile(0, 2)).toThrow('found tail 0, allowed: between 0 and 1');
  });
});

describe('random effects', () => {
  it.each(reference.pooled)('equal REML with the ad hoc Hartung-Knapp interval of metafor: $name', (expected) => {
    const pooled = randomEffects(effectsOf(expected.yi, expected.vi));
    const { q, tauSquared, iSquared } = pooled.heterogeneity;
    close(pooled.estimate, expected.estimate);
    close(pooled.standardError, expected.se);
    close(pooled.lower, expected.lower);
    close(pooled.upper, expected.upper);
    close(q.value, expected.q);
    close(q.p, expected.qp);
    close(tauSquared.estimate, expected.tau2);
    close(iSquared.estimate, expected.i2);
    for (const [place, weight] of pooled.weights.entries()) close(weight, expected.weights[place]);
    for (const [place, end] of (['lower', 'upper'] as const).entries()) {
      close(tauSquared[end], expected.tau2Interval[place]);
      close(iSquared[end], expected.i2Interval[place]);
    }
  });

  it('predict a further hospital from five on, with t of k − 2', () => {
    for (const { yi, vi, prediction } of reference.pooled) {
      const answer = randomEffects(effectsOf(yi, vi)).prediction;
      if (yi.length < 5) expect(answer).toBeNull();
      else {
        close(answer?.lower ?? Number.NaN, prediction[0]);
        close(answer?.upper ?? Number.NaN, prediction[1]);
        expect(answer?.degreesOfFreedom).toBe(yi.length - 2);
      }
    }
  });

  it('are never narrower than the ordinary interval with the same t, and equal it where hospitals agree too well', () => {
    const alike = randomEffects(effectsOf([1, 1, 1, 1], [0.04, 0.04, 0.04, 0.04]));
    expect(alike.heterogeneity.tauSquared).toEqual({ estimate: 0, lower: 0, upper: 0 });
    close(alike.standardError, 0.1);
    expect(alike.heterogeneity.iSquared.estimate).toBe(0);
  });

  it('do not change with the order of hospitals and shift with the scale', () => {
    const { yi, vi } = reference.pooled[3];
    const forward = randomEffects(effectsOf(yi, vi));
    const backward = randomEffects(effectsOf([...yi].reverse(), [...vi].reverse()));
    const shifted = randomEffects(
      effectsOf(
        yi.map((value) => 3 - 2 * value),
        vi.map((value) => 4 * value),
      ),
    );
    close(backward.estimate, forward.estimate, 1e-13);
    close(shifted.estimate, 3 - 2 * forward.estimate, 1e-12);
    close(shifted.heterogeneity.tauSquared.estimate, 4 * forward.heterogeneity.tauSquared.estimate, 1e-10);
  });

  it('refuse fewer than three hospitals, variances of 0 and figures that are no numbers', () => {
    expect(() => randomEffects(effectsOf([1, 2], [0.1, 0.1]))).toThrow(
      'hospitals: found 2, allowed: at least 3 to be pooled',
    );
    expect(() => randomEffects(effectsOf([], []))).toThrow('figures: found 0, allowed: at least two');
    expect(() => randomEffects(effectsOf([1, 2, 3], [0.1, 0, 0.1]))).toThrow(
      'figure at index 1: found 2 with variance 0',
    );
    expect(() => randomEffects(effectsOf([1, Number.NaN, 3], [0.1, 0.1, 0.1]))).toThrow('figure at index 1: found NaN');
    expect(() => randomEffects(effectsOf([1, 2, Infinity], [0.1, 0.1, 0.1]))).toThrow('found Infinity');
    expect(() => randomEffects(effectsOf([1, 2, 3], [0.1, 0.1]))).toThrow('variances: found 2 for 3 figures');
  });
});

describe('influence of single hospitals', () => {
  const cases = reference.pooled.flatMap(({ name, yi, vi, influence }) =>
    influence ? [{ name, yi, vi, influence }] : [],
  );

  it.each(cases)('equals leave-one-out and influence() of metafor: $name', ({ yi, vi, influence }) => {
    const answer = pooledInfluence(effectsOf(yi, vi));
    expect(answer).toHaveLength(yi.length);
    answer.forEach((own, place) => {
      const expected = influence[place];
      close(own.estimate, expected.estimate);
      close(own.lower, expected.lower);
      close(own.upper, expected.upper);
      close(own.tauSquared, expected.tau2);
      close(own.studentizedResidual, expected.rstudent, 1e-8);
      close(own.dffits, expected.dffits, 1e-8);
      close(own.cooksDistance, expected.cook, 1e-8);
    });
  });

  it('names the hospital that stands apart', () => {
    const apart = pooledInfluence(effectsOf([1, 1.1, 0.9, 1.05, 3], [0.01, 0.01, 0.01, 0.01, 0.01]));
    expect(apart.map(({ influential }) => influential)).toEqual([false, false, false, false, true]);
  });

  it('refuses three hospitals, of which two would be left', () => {
    expect(() => pooledInfluence(effectsOf([1, 2, 3], [1, 1, 1]))).toThrow('hospitals: found 3, allowed: at least 4');
  });
});

describe('asymmetry of the funnel', () => {
  const cases = reference.pooled.flatMap(({ name, yi, vi, ni, asymmetry }) =>
    asymmetry ? [{ name, yi, vi, ni, asymmetry }] : [],
  );

  it.each(cases)("equals Peters's regression by metafor: $name", ({ yi, vi, ni, asymmetry }) => {
    const answer = funnelAsymmetry(effectsOf(yi, vi), ni);
    close(answer.t, asymmetry.t);
    close(answer.p, asymmetry.p);
    close(answer.limit, asymmetry.limit);
    expect(answer.degreesOfFreedom).toBe(asymmetry.df);
  });

  it('is not tested below ten hospitals, nor where all are of one size', () => {
    const nine = effectsOf(Array(9).fill(1), Array(9).fill(1));
    expect(() => funnelAsymmetry(nine, Array(9).fill(5))).toThrow('hospitals: found 9, allowed: at least 10');
    const ten = effectsOf(Array(10).fill(1), Array(10).fill(1));
    expect(() => funnelAsymmetry(ten, Array(10).fill(5))).toThrow('allowed: hospitals of different size');
  });
});

describe('binomial-normal model', () => {
  it.each(reference.shares)('has the maximum that R finds on the exact likelihood: $name', (expected) => {
    const shares = sharesOf(expected.successes, expected.totals);
    const fit = binomialNormal(shares);
    if (fit === undefined) throw new Error('no maximum');
    close(fit.estimate, expected.estimate, 1e-8);
    close(fit.standardError, expected.se, 1e-7);
    close(fit.tauSquared, expected.tau2, 1e-8);
    expect(Math.abs(fit.estimate - expected.lme4.estimate)).toBeLessThan(1e-3);
    const interval = tauSquaredInterval(shares, fit);
    close(interval.lower, expected.tau2Interval[0], 1e-6);
    close(interval.upper, expected.tau2Interval[1], 1e-6);
  });

  it('is the crude logit where hospitals do not differ', () => {
    const fit = binomialNormal(sharesOf([9, 18, 27], [10, 20, 30]));
    expect(fit?.tauSquared).toBe(0);
    close(fit?.estimate ?? Number.NaN, Math.log(9));
    close(fit?.standardError ?? Number.NaN, 1 / Math.sqrt(60 * 0.9 * 0.1));
  });

  it('has no answer where every hospital found all, or none', () => {
    expect(binomialNormal(sharesOf([10, 20, 30], [10, 20, 30]))).toBeUndefined();
    expect(binomialNormal(sharesOf([0, 0, 0], [10, 20, 30]))).toBeUndefined();
  });

  it('comes to an end where one of five hospitals of very different shares found all', () => {
    const shares = sharesOf([122, 78, 119, 106, 137], [154, 102, 119, 144, 313]);
    const fit = binomialNormal(shares);
    if (fit === undefined) throw new Error('the example has a maximum');
    // The widest deviation at which the likelihood is looked at: its slope there is that of its own differences.
    const at = (mean: number) => derivatives(shares, mean, 10);
    const slope = (at(2.5001).logLikelihood - at(2.4999).logLikelihood) / 0.0002;
    expect(at(2.5).score[0]).toBeCloseTo(slope, 5);
    expect(fit.lower).toBeLessThan(fit.estimate);
    expect(Number.isFinite(fit.upper)).toBe(true);
  });

  it('refuses more successes than rows and fewer than three hospitals', () => {
    expect(() => binomialNormal(sharesOf([1, 5, 3], [4, 4, 4]))).toThrow('share at index 1: found 5 of 4');
    expect(() => binomialNormal(sharesOf([1, 2], [4, 4]))).toThrow('found 2 counts and 2 totals');
  });
});

describe('case-mix-corrected concordance', () => {
  it.each(reference.mixes)('equals all pairs, and the infinitesimal jackknife: $name', (expected) => {
    const { scores, labels, clusters, benchmark, recalibrated, excess } = expected;
    const people = new Set(clusters).size;
    const rows = predictions(scores, labels);
    const answer = caseMixConcordance(
      people < scores.length ? { ...rows, clusters: Int32Array.from(clusters) } : rows,
      {
        clipTo: 1e-6,
      },
    );
    for (const [figure, [estimate, se]] of [
      [answer.benchmark, benchmark],
      [answer.recalibrated, recalibrated],
    ] as const) {
      const { estimate: value, lower, upper } = told(figure);
      close(value, estimate);
      const half = (Z_975 * se) / (estimate * (1 - estimate));
      close(Math.log(upper / (1 - upper)) - Math.log(value / (1 - value)), half, 1e-7);
      close(Math.log(value / (1 - value)) - Math.log(lower / (1 - lower)), half, 1e-7);
    }
    const difference = told(answer.excess);
    close(difference.estimate, excess[0]);
    close(difference.upper - difference.estimate, Z_975 * excess[1], 1e-7);
  });

  it('falls with a narrower case-mix while the fit stays, and leaves the excess at 0 for a model that is right', () => {
    const mix = (spread: number) => {
      const scores = Array.from(
        { length: 4000 },
        (_, row) => 1 / (1 + Math.exp(-spread * ((row % 400) / 200 - 0.9975))),
      );
      // Of each ten rows with one score, as many have the outcome as the score says.
      const labels = scores.map((score, row) => Number((Math.floor(row / 400) + 0.5) / 10 < score));
      return caseMixConcordance(predictions(scores, labels), { clipTo: 1e-6 });
    };
    const [wide, narrow] = [mix(3), mix(1)];
    expect(told(wide.benchmark).lower).toBeGreaterThan(told(narrow.benchmark).upper);
    for (const { excess } of [wide, narrow]) expect(Math.abs(told(excess).estimate)).toBeLessThan(0.01);
  });

  it('cannot tell for too few, for one class, and for equal scores', () => {
    const few = caseMixConcordance(predictions([0.1, 0.9], [0, 1]), { clipTo: 1e-6 });
    expect(few.benchmark).toMatchObject({ cannotTell: '2 studies are fewer than 20' });
    const empty = caseMixConcordance(predictions([], []), { clipTo: 1e-6 });
    expect(empty.excess).toMatchObject({ cannotTell: '0 studies are fewer than 20' });
    // The benchmark asks nothing of the labels.
    const rising = Array.from({ length: 40 }, (_, row) => (row + 1) / 41);
    const healthy = caseMixConcordance(predictions(rising, Array(40).fill(0)), { clipTo: 1e-6 });
    expect(told(healthy.benchmark).estimate).toBeGreaterThan(0.7);
    expect(healthy.excess).toMatchObject({
      cannotTell: '0 studies with and 40 without the outcome: at least 10 of each are needed',
    });
    expect(healthy.recalibrated).toMatchObject({ cannotTell: expect.stringContaining('at least 20 of each') });
    const same = caseMixConcordance(
      predictions(
        Array(40).fill(0.3),
        Array.from({ length: 40 }, (_, row) => row % 2),
      ),
      { clipTo: 1e-6 },
    );
    expect(same.benchmark).toMatchObject({ cannotTell: 'all scores are equal' });
    expect(() => caseMixConcordance(predictions([0.1, Number.NaN], [0, 1]), { clipTo: 1e-6 })).toThrow(
      'score at index 1: found NaN',
    );
  });
});
