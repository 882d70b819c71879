// Numbers: tests/fixtures/reference/validation/agreement.R and agreement-clustered.R.
import { describe, expect, it } from 'vitest';
import { meanAbsoluteError } from '#lib/validation/agreement/absolute-error.ts';
import { blandAltman } from '#lib/validation/agreement/bland-altman.ts';
import { calibrationLine } from '#lib/validation/agreement/calibration-line.ts';
import { intraclass } from '#lib/validation/agreement/intraclass.ts';
import reference from '../../fixtures/reference/validation/agreement.json' with { type: 'json' };
import several from '../../fixtures/reference/validation/agreement-clustered.json' with { type: 'json' };

const first = Float64Array.from(reference.first);
const second = Float64Array.from(reference.second);
const third = Float64Array.from(reference.third);
const clusters = Int32Array.from(reference.clusters);

/** Thirty people with one to four pairs each. */
const repeated = {
  first: Float64Array.from(several.first),
  second: Float64Array.from(several.second),
  clusters: Int32Array.from(several.clusters),
};

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

  it('count each person once where people have several pairs, with the spread between and within people', () => {
    const limits = blandAltman(repeated);
    if ('cannotTell' in limits) throw new Error(limits.cannotTell);
    expectClose(limits.bias, several.bias);
    expectClose(limits.upperLimit, several.upperLimit, 9);
    expectClose(limits.lowerLimit, several.lowerLimit, 9);
    expect(limits.bias).toMatchObject({ clusters: 30, n: 72 });
  });

  it('cannot be told from few pairs or few people', () => {
    expect(blandAltman({ first: first.slice(0, 9), second: second.slice(0, 9) })).toMatchObject({
      cannotTell: '9 studies are fewer than 10',
    });
    const fewPeople = clusters.map((person) => person % 9);
    expect(blandAltman({ first, second, clusters: fewPeople })).toMatchObject({
      cannotTell: '9 people are fewer than 10',
    });
  });

  it('cannot be told where all differences are the same but for rounding: the interval would have no width', () => {
    const shifted = second.map((value) => value + 0.1);
    expect(new Set(shifted.map((value, row) => value - second[row])).size).toBeGreaterThan(1);
    const alike = { first: shifted, second };
    expect(blandAltman(alike)).toMatchObject({ cannotTell: 'all differences are the same' });
    expect(meanAbsoluteError(alike)).toMatchObject({
      cannotTell: 'all studies have the same value',
      point: expect.closeTo(0.1, 12),
    });
    expect(calibrationLine(alike)).toMatchObject({ cannotTell: expect.stringContaining('lie on one line') });
    expect(intraclass({ raters: [shifted, second] }, 'consistency')).toHaveProperty('cannotTell');
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

  it('has the jackknife over people where they have several rows', () => {
    const rated = { raters: [repeated.first, repeated.second], clusters: repeated.clusters };
    expectClose(intraclass(rated, 'agreement'), several.agreement, 8);
    expectClose(intraclass(rated, 'consistency'), several.consistency, 8);
    expect(
      intraclass({ ...rated, clusters: repeated.clusters.map((person) => person % 4) }, 'agreement'),
    ).toMatchObject({
      cannotTell: '4 people are fewer than 10',
    });
    expect(() => intraclass({ raters, clusters }, 'agreement')).toThrow(/found 3 with several rows/);
  });

  it('cannot be told from few rows or without variance, and needs two raters', () => {
    expect(intraclass({ raters: raters.map((values) => values.slice(0, 5)) }, 'agreement')).toMatchObject({
      cannotTell: '5 studies are fewer than 10',
    });
    expect(intraclass({ raters: [first, first] }, 'agreement')).toMatchObject({
      cannotTell: expect.stringContaining('no variance'),
    });
    expect(() => intraclass({ raters: [first] }, 'agreement')).toThrow(/two raters or more/);
  });
});

describe('calibration line', () => {
  const { first: answers, second: truth } = repeated;

  it('has the sandwich variance HC3', () => {
    const line = calibrationLine({ first: answers, second: truth });
    if ('cannotTell' in line) throw new Error(line.cannotTell);
    expectClose(line.slope, several.slope);
    expectClose(line.intercept, several.intercept, 9);
  });

  it('has the jackknife over people where they have several pairs', () => {
    const line = calibrationLine(repeated);
    if ('cannotTell' in line) throw new Error(line.cannotTell);
    expectClose(line.slope, several.slopeByPerson);
    expectClose(line.intercept, several.interceptByPerson, 9);
  });

  it('cannot be told from few pairs, nor where all answers are the same', () => {
    expect(calibrationLine({ first: answers.slice(0, 9), second: truth.slice(0, 9) })).toMatchObject({
      cannotTell: '9 studies are fewer than 10',
    });
    expect(calibrationLine({ first: answers.map(() => 55), second: truth })).toMatchObject({
      cannotTell: 'all answers are the same',
    });
  });
});
