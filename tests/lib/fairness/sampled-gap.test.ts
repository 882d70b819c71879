// Numbers: tests/fixtures/reference/validation/groups.R.
import { describe, expect, it } from 'vitest';
import { aurocDifferenceInterval, aurocDifferencePValue } from '#lib/fairness/auroc-gap.ts';
import { type SampledFigure, sampledGap } from '#lib/fairness/sampled-gap.ts';
import { differenceInterval } from '#lib/fairness/score-difference.ts';
import { shareGap } from '#lib/fairness/share-gap.ts';
import { rankingSample } from '#lib/report/evaluation/compared-answers.ts';
import { type AurocEstimate, auroc } from '#lib/validation/auroc.ts';
import { concordance, concordanceInfluence } from '#lib/validation/concordance.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import { meanOfRows } from '#lib/validation/mean-of-rows.ts';
import { observedExpectedAt } from '#lib/validation/survival/at-horizon.ts';
import { incidenceInfluence } from '#lib/validation/survival/cumulative-incidence.ts';
import reference from '../../fixtures/reference/validation/groups.json' with { type: 'json' };

const rowsOf = (is: (row: number) => boolean): number[] => reference.person.map((_, row) => row).filter(is);
const women = rowsOf((row) => reference.sex[row] === 'women');
const men = rowsOf((row) => reference.sex[row] === 'men');
const [deviceA, deviceB] = ['A', 'B'].map((device) => rowsOf((row) => reference.device[row] === device));
const people = (rows: readonly number[]): Int32Array => Int32Array.from(rows, (row) => reference.person[row]);

function errorsOf(rows: readonly number[]): SampledFigure {
  const values = Float64Array.from(rows, (row) => Math.abs(reference.first[row] - reference.second[row]));
  const figure = meanOfRows(values, people(rows));
  const mean = isCannotTell(figure) ? Number.NaN : figure.estimate;
  return { figure, clusters: people(rows), influence: values.map((value) => (value - mean) / values.length) };
}

function rankingOf(rows: readonly number[]): SampledFigure {
  const predictions = {
    scores: Float64Array.from(rows, (row) => reference.score[row]),
    categories: Uint8Array.from(rows, (row) => reference.grade[row]),
    clusters: people(rows),
  };
  const { influence } = concordanceInfluence(predictions);
  return { figure: concordance(predictions), clusters: people(rows), influence };
}

/** Each study a person of its own. */
function ratioOf(rows: readonly number[]): SampledFigure {
  const followUp = {
    times: Float64Array.from(rows, (row) => reference.times[row]),
    causes: Uint8Array.from(rows, (row) => reference.causes[row]),
  };
  const risks = Float64Array.from(rows, (row) => reference.risk[row]);
  const mean = risks.reduce((sum, risk) => sum + risk, 0) / risks.length;
  const { influence } = incidenceInfluence(followUp, 4);
  return { figure: observedExpectedAt(followUp, risks, 4), influence: influence.map((value) => value / mean) };
}

function expectGap(gap: object, expected: { estimate: number; lower: number; upper: number }): void {
  const { estimate, lower, upper } = gap as typeof expected;
  expect(estimate).toBeCloseTo(expected.estimate, 10);
  expect(lower).toBeCloseTo(expected.lower, 9);
  expect(upper).toBeCloseTo(expected.upper, 9);
}

describe('a gap between groups', () => {
  it('takes off the covariance of people in both, and is tested with the degrees of freedom of the smaller group', () => {
    const { gap, pValue, equivalencePValue, detectable } = sampledGap(
      errorsOf(deviceB),
      errorsOf(deviceA),
      'difference',
      1,
    );
    expectGap(gap, reference.errorOfDevices);
    expect(pValue).toBeCloseTo(reference.errorOfDevices.p, 9);
    expect(equivalencePValue).toBeCloseTo(reference.errorOfDevices.equivalence, 9);
    expect(detectable(0.01)).toBeCloseTo(reference.errorOfDevices.seen, 9);
  });

  it('of a figure between 0 and 1 is recovered from both logit intervals, p by inverting it', () => {
    for (const [first, second, expected] of [
      [women, men, reference.ranking],
      [deviceB, deviceA, reference.rankingOfDevices],
    ] as const) {
      const { gap, pValue } = sampledGap(rankingOf(first), rankingOf(second), 'bounded', null);
      expectGap(gap, expected);
      expect(pValue).toBeCloseTo(expected.p, 8);
    }
  });

  it('as a ratio is tested on the logarithm', () => {
    const { gap, pValue } = sampledGap(ratioOf(women), ratioOf(men), 'ratio', null);
    expectGap(gap, reference.ratio);
    expect(pValue).toBeCloseTo(reference.ratio.p, 9);
  });

  it('of the same people in both groups is the paired test', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
    const other = [2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5];
    const clusters = Int32Array.from(values.keys());
    const sampled = (of: readonly number[]): SampledFigure => {
      const mean = of.reduce((sum, value) => sum + value, 0) / of.length;
      const figure = meanOfRows(Float64Array.from(of));
      return { figure, clusters, influence: Float64Array.from(of, (value) => (value - mean) / of.length) };
    };
    // scipy 1.17.1: ttest_rel(values, other) and its confidence_interval().
    const { gap, pValue } = sampledGap(sampled(values), sampled(other), 'difference', null);
    expectGap(gap, { estimate: -1 / 3, lower: -2.700355147874889, upper: 2.033688481208222 });
    expect(pValue).toBeCloseTo(0.7623908871553743, 9);
  });

  it('that is the same in everybody has no interval of rounding errors', () => {
    const values = Array.from({ length: 10 }, (_, row) => ((row * 37) % 11) / 7);
    const clusters = Int32Array.from(values.keys());
    const shifted = (by: number): SampledFigure => {
      const own = Float64Array.from(values, (value) => value + by);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      return { figure: meanOfRows(own), clusters, influence: own.map((value) => (value - mean) / own.length) };
    };
    for (const by of [0.1, 0.2, 1.1])
      expect(sampledGap(shifted(by), shifted(0), 'difference', null).gap).toHaveProperty('cannotTell');
  });

  it('of shares is Miettinen and Nurminen for different people, narrower where the same people answer alike', () => {
    const outcomes = Uint8Array.from({ length: 60 }, (_, row) => Number(row % 3 > 0));
    const others = Uint8Array.from({ length: 60 }, (_, row) => Number(row % 3 > 0 || row % 9 === 0));
    const apart = shareGap({ outcomes }, { outcomes: others }, 0.2).gap;
    const counts = (of: Uint8Array) => ({ successes: of.reduce((sum, one) => sum + one, 0), n: of.length });
    expect(apart).toMatchObject(differenceInterval(counts(outcomes), counts(others), 0.95));
    const clusters = Int32Array.from(outcomes.keys());
    const same = shareGap({ outcomes, clusters }, { outcomes: others, clusters }, 0.2).gap;
    const width = (gap: object) => (gap as { upper: number }).upper - (gap as { lower: number }).lower;
    expect(width(same)).toBeLessThan(0.7 * width(apart));
  });

  it('cannot be told where a group has too few people', () => {
    const few = errorsOf(women.slice(0, 8));
    expect(sampledGap(few, errorsOf(men), 'difference', 1)).toMatchObject({
      gap: { cannotTell: expect.stringContaining('fewer than 10') },
      pValue: null,
      equivalencePValue: null,
    });
  });
});

describe('a gap of two AUROC', () => {
  const sampleOf = (seed: number, rows: number, events: number) => {
    const labels = Uint8Array.from({ length: rows }, (_, row) => Number(row < events));
    const scores = Float64Array.from({ length: rows }, (_, row) => ((row * seed) % 89) / 89 + labels[row] * 0.4);
    return { predictions: { labels, scores }, sample: rankingSample({ labels, scores }) };
  };
  it('has the interval and p that both AUROC alone give, which hold with few people of a class', () => {
    const [one, two] = [sampleOf(31, 80, 12), sampleOf(37, 300, 30)];
    const [first, second] = [one, two].map(({ predictions }) => auroc(predictions) as AurocEstimate);
    if (one.sample.kind !== 'figure' || two.sample.kind !== 'figure') throw new Error('expected figures');
    const { gap, pValue } = sampledGap(one.sample, two.sample, 'bounded', null);
    const { lower, upper } = aurocDifferenceInterval(first, second, 0.95);
    expect(gap).toMatchObject({ lower: expect.closeTo(lower, 10), upper: expect.closeTo(upper, 10) });
    expect(pValue).toBeCloseTo(aurocDifferencePValue(first, second), 8);
  });

  it('is not told of fewer than ten people of a class', () => {
    expect(sampleOf(31, 80, 9).sample).toMatchObject({
      figure: { cannotTell: expect.stringContaining('at least 10') },
    });
  });
});
