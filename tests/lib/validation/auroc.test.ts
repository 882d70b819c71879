import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { incompleteBeta } from '#lib/validation/beta.ts';
import { compareAuroc } from '#lib/validation/compare-auroc.ts';
import { type Predictions, selectRows } from '#lib/validation/predictions.ts';
import {
  aurocIntervalCases,
  clustered,
  clusteredCases,
  expectRelative,
  independent,
  predictions,
  pythonReference,
  referenceCases,
  told,
  Z_975,
} from './reference.ts';

const arbitrary = fc
  .array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 1 })), { minLength: 8, maxLength: 60 })
  .map((rows) =>
    predictions(
      rows.map(([score]) => score),
      rows.map(([, label]) => label),
    ),
  )
  .filter(
    ({ labels }) =>
      labels.filter((label) => label === 1).length >= 2 && labels.filter((label) => label === 0).length >= 2,
  );
const minimum = { minimumPerClass: 2 };
const referenceNamed = (name: string): (typeof referenceCases)[number] => {
  const found = referenceCases.find((reference) => reference.name === name);
  if (found === undefined) throw new Error(`no reference case ${name}`);
  return found;
};
const areaOf = (input: Predictions): number | undefined => {
  const answer = auroc(input, minimum);
  return 'cannotTell' in answer ? undefined : answer.estimate;
};

describe('auroc', () => {
  it.each(referenceCases)('equals pROC, and the clustered formula of Obuchowski in R: $name', (reference) => {
    const answer = told(auroc(independent(reference)));
    expect(answer.estimate).toBeCloseTo(reference.auroc.estimate, 12);
    expect(answer.standardError).toBeCloseTo(reference.auroc.se, 12);
    expect(answer.wald?.lower).toBeCloseTo(reference.auroc.wald[0], 10);
    expect(answer.wald?.upper).toBeCloseTo(reference.auroc.wald[1], 10);
    const ofSubjects = told(auroc(clustered(reference)));
    expect(ofSubjects.estimate).toBeCloseTo(reference.auroc.clustered[0], 12);
    expect(ofSubjects.standardError).toBeCloseTo(reference.auroc.clustered[1], 12);
  });

  it.each(aurocIntervalCases.map((reference) => ({ ...reference, cut: reference.rows?.length ?? 'all' })))(
    'has the interval found by root search, independent and clustered: $case, $cut rows',
    ({ case: name, rows, ...reference }) => {
      const whole = clustered(referenceNamed(name));
      const { scores, labels, clusters } = rows === null ? whole : selectRows(whole, Uint32Array.from(rows));
      const answers = {
        independent: told(auroc({ scores, labels })),
        clustered: told(auroc({ scores, labels, ...(clusters && { clusters }) }, minimum)),
      };
      for (const kind of ['independent', 'clustered'] as const) {
        const { estimate, standardError, degreesOfFreedom, interval } = reference[kind];
        const answer = answers[kind];
        expect(answer.estimate).toBeCloseTo(estimate, 12);
        expect(answer.standardError).toBeCloseTo(standardError, 12);
        expectRelative(answer.degreesOfFreedom ?? 0, degreesOfFreedom, 1e-9);
        expect(answer.lower).toBeCloseTo(interval[0], 10);
        expect(answer.upper).toBeCloseTo(interval[1], 10);
      }
    },
  );

  it.each(aurocIntervalCases)("has the statistic and the p of scipy's Brunner-Munzel test: $case", (reference) => {
    const whole = independent(referenceNamed(reference.case));
    const rows = reference.rows === null ? Uint32Array.from(whole.scores.keys()) : Uint32Array.from(reference.rows);
    const { estimate, standardError = 0, degreesOfFreedom = 0 } = told(auroc(selectRows(whole, rows)));
    const statistic = Math.abs(estimate - 0.5) / standardError;
    expectRelative(statistic, reference.brunnerMunzel[0], 1e-9);
    const p = incompleteBeta(degreesOfFreedom / (degreesOfFreedom + statistic ** 2), degreesOfFreedom / 2, 0.5);
    expectRelative(p, reference.brunnerMunzel[1], 1e-9);
  });

  it('has the degrees of freedom of Brunner and Munzel computed from ranks in R', () => {
    for (const [index, { brunnerMunzelDf }] of clusteredCases.entries()) {
      expectRelative(told(auroc(independent(referenceCases[index]))).degreesOfFreedom ?? 0, brunnerMunzelDf, 1e-9);
    }
  });

  it('has as many degrees of freedom as subjects less one where every subject has both classes', () => {
    const source = random('both classes');
    const scores = Float64Array.from({ length: 36 }, () => source.normal());
    const labels = Uint8Array.from(scores, (_, row) => row % 2);
    const clusters = Int32Array.from(scores, (_, row) => Math.floor(row / 4));
    expect(told(auroc({ scores, labels, clusters })).degreesOfFreedom).toBeCloseTo(8, 9);
  });

  it('equals scikit-learn', () => {
    for (const [index, { auroc: expected }] of pythonReference.cases.entries()) {
      expect(told(auroc(independent(referenceCases[index]))).estimate).toBeCloseTo(expected, 12);
    }
  });

  it('is the same for any order of the rows and any increasing transform, and turns round with the score', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer(), (input, seed) => {
        const area = areaOf(input);
        const order = random(seed).shuffle(Uint32Array.from(input.scores.keys()));
        const shuffled = {
          scores: Float64Array.from(order, (row) => input.scores[row]),
          labels: Uint8Array.from(order, (row) => input.labels[row]),
        };
        expect(auroc(shuffled, minimum)).toMatchObject({ n: input.scores.length });
        expect(areaOf(shuffled)).toBe(area);
        expect(areaOf({ ...input, scores: input.scores.map((score) => Math.exp(score / 7) - 3) })).toBe(area);
        const turned = areaOf({ ...input, scores: input.scores.map((score) => -score) });
        if (area !== undefined && turned !== undefined) expect(turned).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  it('holds its estimate inside its interval inside 0 to 1, and single-row clusters change nothing', () => {
    fc.assert(
      fc.property(arbitrary, (input) => {
        const answer = auroc(input, minimum);
        const same = auroc({ ...input, clusters: Int32Array.from(input.scores.keys()) }, minimum);
        if ('cannotTell' in answer) return expect(same).toEqual(answer);
        expect(answer.lower).toBeGreaterThanOrEqual(0);
        expect(answer.lower).toBeLessThanOrEqual(answer.estimate);
        expect(answer.upper).toBeGreaterThanOrEqual(answer.estimate);
        expect(answer.upper).toBeLessThanOrEqual(1);
        expect(told(same).lower).toBeCloseTo(answer.lower, 10);
        expect(told(same).upper).toBeCloseTo(answer.upper, 10);
      }),
    );
  });

  it('gives the exact bound over disjoint pairs where the score separates the classes', () => {
    const rows = Array.from({ length: 30 }, (_, row) => row);
    const perfect = predictions(
      rows,
      rows.map((row) => Number(row >= 18)),
    );
    const answer = told(auroc(perfect));
    expect(answer).toMatchObject({ estimate: 1, upper: 1, n: 30, events: 12 });
    expect(answer.lower).toBeCloseTo(0.025 ** (1 / 12), 14);
    expect(answer.standardError).toBeUndefined();
    const reversed = told(auroc({ ...perfect, scores: perfect.scores.map((score) => -score) }));
    expect(reversed).toMatchObject({ estimate: 0, lower: 0 });
    expect(reversed.upper).toBeCloseTo(1 - 0.025 ** (1 / 12), 14);
    // Subject 0 has an event and a non-event; it can be in one pair only.
    const clusters = Int32Array.from(rows, (row) => (row >= 18 ? row - 18 : row));
    expect(told(auroc({ ...perfect, clusters })).lower).toBeCloseTo(0.025 ** (1 / 9), 14);
  });

  it('cannot tell below five of either class, with one class, without rows, and for a constant score', () => {
    const few = predictions(
      Array.from({ length: 40 }, (_, row) => row % 7),
      Array.from({ length: 40 }, (_, row) => Number(row < 4)),
    );
    const cannotTell = '4 studies with and 36 without the outcome: at least 5 of each are needed';
    expect(auroc(few)).toEqual({ cannotTell, n: 40, events: 4 });
    expect(auroc(predictions([1, 2, 3, 4, 5, 6], [0, 1, 0, 1, 0, 1]))).toMatchObject({
      cannotTell: '3 studies with and 3 without the outcome: at least 5 of each are needed',
    });
    expect(auroc(predictions([1, 2, 3], [1, 1, 1]))).toMatchObject({ n: 3, events: 3 });
    expect(auroc(predictions([], []))).toMatchObject({ n: 0, events: 0 });
    const constant = predictions(
      new Array(40).fill(0.5),
      Array.from({ length: 40 }, (_, row) => row % 2),
    );
    expect(auroc(constant)).toMatchObject({ cannotTell: 'the scores vary too little to estimate a variance' });
  });

  it('answers for eight healthy among 115 diseased, with an interval wider than the normal quantile gives', () => {
    const source = random('115 and 8');
    const labels = Uint8Array.from({ length: 123 }, (_, row) => Number(row < 115));
    const scores = Float64Array.from(labels, (label) => label + source.normal());
    const { lower, upper, wald, degreesOfFreedom } = told(auroc({ scores, labels }));
    expect(degreesOfFreedom).toBeLessThan(15);
    expect(upper - lower).toBeGreaterThan(1.1 * ((wald?.upper ?? 1) - (wald?.lower ?? 0)));
  });

  it('counts subjects, not rows, against the minimum', () => {
    const rows = Array.from({ length: 60 }, (_, row) => row);
    const input = {
      ...predictions(
        rows.map((row) => row % 11),
        rows.map((row) => row % 2),
      ),
      clusters: Int32Array.from(rows, (row) => row % 6),
    };
    expect(auroc(input)).toMatchObject({
      cannotTell: '3 people with and 3 without the outcome: at least 5 of each are needed',
    });
  });

  it('names the index of a score that is not finite, a label that is not 0 or 1, and unequal lengths', () => {
    expect(() => auroc(predictions([1, Number.NaN], [0, 1]))).toThrow(
      'score at index 1: found NaN, allowed: a finite number',
    );
    expect(() => auroc(predictions([Infinity, 1], [0, 1]))).toThrow('score at index 0: found Infinity');
    expect(() => auroc(predictions([1, 2], [0, 2]))).toThrow('label at index 1: found 2, allowed: 0 or 1');
    expect(() => auroc(predictions([1, 2], [0]))).toThrow('labels: found 1 for 2 scores');
    expect(() => auroc({ ...predictions([1, 2], [0, 1]), clusters: new Int32Array(3) })).toThrow(
      'clusters: found 3 for 2 scores',
    );
    expect(() => auroc(predictions([1, 2], [0, 1]), { minimumPerClass: 1 })).toThrow('minimum per class: found 1');
  });
});

describe('compareAuroc', () => {
  it.each(referenceCases)('equals roc.test of pROC, and the clustered difference in R: $name', (reference) => {
    const other = Float64Array.from(reference.otherScores);
    const answer = told(compareAuroc(independent(reference), other));
    expect(answer.first).toBeCloseTo(reference.comparison.first, 12);
    expect(answer.second).toBeCloseTo(reference.comparison.second, 12);
    expectRelative(answer.z, reference.comparison.z, 1e-9);
    expectRelative(answer.pValue, reference.comparison.p, 1e-9);
    expect(answer.upper).toBeCloseTo(answer.estimate + Z_975 * answer.standardError, 12);
    const ofSubjects = told(compareAuroc(clustered(reference), other));
    expect(ofSubjects.estimate).toBeCloseTo(reference.comparison.clustered[0], 12);
    expect(ofSubjects.standardError).toBeCloseTo(reference.comparison.clustered[1], 12);
  });

  it('cannot tell below ten of either class', () => {
    const input = predictions(
      Array.from({ length: 40 }, (_, row) => row % 7),
      Array.from({ length: 40 }, (_, row) => Number(row < 9)),
    );
    expect(compareAuroc(input, input.scores.toReversed())).toEqual({
      cannotTell: '9 studies with and 31 without the outcome: at least 10 of each are needed',
      n: 40,
      events: 9,
    });
  });

  it('cannot tell for two scores that order the rows alike', () => {
    const input = independent(referenceCases[0]);
    const answer = compareAuroc(
      input,
      input.scores.map((score) => 2 * score),
    );
    expect(answer).toMatchObject({
      cannotTell: 'the two scores place every study alike, so that their difference has no variance',
    });
  });

  it('does not take a ranking that is all wrong and one that is all right for alike', () => {
    const labels = Uint8Array.from({ length: 24 }, (_, row) => row % 2);
    const right = Float64Array.from(labels, (label, row) => label + row / 100);
    const wrong = right.map((score) => -score);
    expect(compareAuroc({ scores: right, labels }, wrong)).toMatchObject({
      cannotTell: 'every study is placed apart by as much, so that the difference has no variance',
    });
  });
});
