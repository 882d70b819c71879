// Numbers: tests/fixtures/reference/validation/agreement.R.
import { describe, expect, it } from 'vitest';
import { meanAbsoluteError } from '#lib/validation/agreement/absolute-error.ts';
import { blandAltman } from '#lib/validation/agreement/bland-altman.ts';
import { intraclass } from '#lib/validation/agreement/intraclass.ts';
import reference from '../../fixtures/reference/validation/agreement.json' with { type: 'json' };

const first = Float64Array.from(reference.first);
const second = Float64Array.from(reference.second);
const third = Float64Array.from(reference.third);
const clusters = Int32Array.from(reference.clusters);

interface Limits {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

function expectClose(figure: object, { estimate, lower, upper }: Limits, digits = 10) {
  const actual = figure as Limits;
  expect(actual.estimate).toBeCloseTo(estimate, digits);
  expect(actual.lower).toBeCloseTo(lower, digits);
  expect(actual.upper).toBeCloseTo(upper, digits);
}

describe('limits of agreement', () => {
  it('are mean and spread of the differences with their intervals', () => {
    const limits = blandAltman({ first, second });
    if ('cannotTell' in limits) throw new Error(limits.cannotTell);
    expectClose(limits.bias, reference.bias);
    expectClose(limits.upperLimit, reference.upperLimit, 9);
    expectClose(limits.lowerLimit, reference.lowerLimit, 9);
    expect(limits.trend).toBeCloseTo(reference.trend, 12);
  });

  it('cannot be told from few pairs, nor where people have several', () => {
    expect(blandAltman({ first: first.slice(0, 9), second: second.slice(0, 9) })).toMatchObject({
      cannotTell: '9 pairs are fewer than 10',
    });
    expect(blandAltman({ first, second, clusters })).toMatchObject({
      cannotTell: expect.stringContaining('several pairs'),
    });
  });

  it('refuse what is no number', () => {
    expect(() => blandAltman({ first: first.with(3, Number.NaN), second })).toThrow(/row 3: found NaN and/);
    expect(() => blandAltman({ first: first.slice(1), second })).toThrow(/found 39 first, 40 second/);
  });
});

describe('mean absolute error', () => {
  it('has the interval of a t test', () => {
    expectClose(meanAbsoluteError({ first, second }), reference.absolute);
  });

  it('allows for several rows of one person', () => {
    const figure = meanAbsoluteError({ first, second, clusters });
    expectClose(figure, reference.absoluteClustered);
    expect(figure).toMatchObject({ clusters: 20 });
  });
});

describe('intraclass correlation', () => {
  const raters = [first, second, third];

  it('of absolute agreement is ICC(2,1)', () => {
    expectClose(intraclass({ raters }, 'agreement'), reference.agreement, 8);
  });

  it('of consistency is ICC(3,1), and forgives a rater who always measures higher', () => {
    expectClose(intraclass({ raters }, 'consistency'), reference.consistency, 8);
    const higher = intraclass({ raters: [first, second, third.map((value) => value + 30)] }, 'consistency');
    expectClose(higher, reference.consistency, 8);
  });

  it('cannot be told from few rows or without variance, and needs two raters', () => {
    expect(intraclass({ raters: raters.map((values) => values.slice(0, 5)) }, 'agreement')).toMatchObject({
      cannotTell: '5 rows are fewer than 10',
    });
    expect(intraclass({ raters: [first, first] }, 'agreement')).toMatchObject({
      cannotTell: expect.stringContaining('no variance'),
    });
    expect(() => intraclass({ raters: [first] }, 'agreement')).toThrow(/two raters or more/);
  });
});
