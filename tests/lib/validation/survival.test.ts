// Numbers: tests/fixtures/reference/validation/survival.R, competing-concordance.R.
import { describe, expect, it } from 'vitest';
import { normalMultiplier } from '#lib/validation/normal.ts';
import { aurocAt, brierAt, observedExpectedAt } from '#lib/validation/survival/at-horizon.ts';
import { harrellC, unoC, unoInfluence } from '#lib/validation/survival/concordance.ts';
import { cumulativeIncidence } from '#lib/validation/survival/cumulative-incidence.ts';
import wolbers from '../../fixtures/reference/validation/competing-concordance.json' with { type: 'json' };
import reference from '../../fixtures/reference/validation/survival.json' with { type: 'json' };

const { horizon } = reference;
const times = Float64Array.from(reference.times);
const untied = Float64Array.from(reference.untied);
const causes = Uint8Array.from(reference.causes);
const single = causes.map((cause) => Number(cause === 1));
const scores = Float64Array.from(reference.scores);
const probabilities = Float64Array.from(reference.probabilities);
const clusters = Int32Array.from(reference.clusters);

type Limits = { readonly estimate: number; readonly lower: number; readonly upper: number };

/** The standard error on the scale on which the interval was made. */
function errorOf(figure: object, scale: (value: number) => number, slope: number): number {
  const { lower, upper } = figure as Limits;
  return (Math.abs(scale(upper) - scale(lower)) / 2 / normalMultiplier(0.95)) * slope;
}

const logit = (value: number) => Math.log(value / (1 - value));

function expectLogit(figure: object, expected: { estimate: number; error: number }, digits = 10) {
  const { estimate } = figure as Limits;
  expect(estimate).toBeCloseTo(expected.estimate, 12);
  expect(errorOf(figure, logit, estimate * (1 - estimate))).toBeCloseTo(expected.error, digits);
}

/** R's concordance of `Surv ~ score` counts the pairs in which the higher score lives longer. */
const reversed = ({ estimate, error }: { estimate: number; error: number }) => ({ estimate: 1 - estimate, error });

describe('concordance', () => {
  it("is Harrell's C with the jackknife variance of survival", () => {
    expectLogit(harrellC({ times, causes: single }, scores), reversed(reference.harrell));
  });

  it('takes people with several rows as clusters', () => {
    const figure = harrellC({ times, causes: single, clusters }, scores);
    expectLogit(figure, reversed(reference.harrellClustered));
    expect(figure).toMatchObject({ clusters: 80 });
  });

  it("is Uno's C up to a horizon", () => {
    expectLogit(unoC({ times, causes: single }, scores, { horizon }), reversed(reference.uno));
  });

  it('is that of Wolbers and others up to a horizon where events compete', () => {
    const { estimate, error, errorByPerson } = wolbers.allPairs;
    const figure = unoC({ times: untied, causes }, scores, { horizon });
    expect((figure as Limits).estimate).toBeCloseTo(wolbers.pec, 9);
    expectLogit(figure, { estimate, error }, 9);
    expectLogit(unoC({ times: untied, causes, clusters }, scores, { horizon }), { estimate, error: errorByPerson }, 9);
  });

  it('counts two people with the same score half', () => {
    const flat = new Float64Array(times.length).fill(3);
    expect(unoInfluence({ times, causes: single }, flat, 2)).toMatchObject({ estimate: 0.5 });
    expect(harrellC({ times, causes: single }, flat)).toMatchObject({ cannotTell: 'all scores are equal' });
  });

  it('cannot be told from few events, nor where every pair is ordered alike', () => {
    const few = single.map((cause, row) => (row < 9 ? cause : 0));
    expect(harrellC({ times, causes: few }, scores)).toMatchObject({
      cannotTell: expect.stringContaining('fewer than 10'),
    });
    const ones = new Uint8Array(times.length).fill(1);
    expect(
      harrellC(
        { times, causes: ones },
        times.map((time) => -time),
      ),
    ).toMatchObject({ cannotTell: 'every pair is ordered alike' });
  });

  it('refuses times and scores that are no numbers', () => {
    expect(() => harrellC({ times: times.with(4, 0), causes: single }, scores)).toThrow(/time at index 4: found 0/);
    expect(() => harrellC({ times, causes: single }, scores.with(2, Number.NaN))).toThrow(
      /score at index 2: found NaN/,
    );
    expect(() => harrellC({ times, causes: single.slice(1) }, scores)).toThrow(/found 160 times, 159 causes/);
  });
});

describe('cumulative incidence', () => {
  const cloglog = (value: number) => Math.log(-Math.log1p(-value));
  const slopeAt = (value: number) => -(1 - value) * Math.log1p(-value);

  it('is that of Aalen and Johansen with competing events, with the variance of survfit', () => {
    const figure = cumulativeIncidence({ times, causes }, horizon) as Limits;
    expect(figure.estimate).toBeCloseTo(reference.incidence.estimate, 12);
    expect(errorOf(figure, cloglog, slopeAt(figure.estimate))).toBeCloseTo(reference.incidence.error, 10);
  });

  it('is one minus Kaplan and Meier, with Greenwood’s variance, without competing events', () => {
    const figure = cumulativeIncidence({ times, causes: single }, horizon) as Limits;
    expect(figure.estimate).toBeCloseTo(reference.kaplanMeier.estimate, 12);
    expect(errorOf(figure, cloglog, slopeAt(figure.estimate))).toBeCloseTo(reference.kaplanMeier.greenwood, 10);
  });

  it('cannot be told beyond the follow-up', () => {
    expect(cumulativeIncidence({ times, causes }, 100)).toMatchObject({ cannotTell: 'nobody was followed up to 100' });
  });

  it('is compared with what was predicted', () => {
    const figure = observedExpectedAt({ times, causes }, probabilities, horizon) as Limits;
    const mean = reference.probabilities.reduce((total, value) => total + value, 0) / times.length;
    expect(figure.estimate).toBeCloseTo(reference.incidence.estimate / mean, 12);
    expect(figure.lower).toBeLessThan(figure.estimate);
  });
});

describe('AUROC and Brier score at a horizon', () => {
  it('are those of riskRegression without competing events', () => {
    const followUp = { times: untied, causes: single };
    const { auc, brier } = reference.survivalOnly;
    expectLogit(aurocAt(followUp, probabilities, horizon), auc, 7);
    const figure = brierAt(followUp, probabilities, horizon) as Limits;
    expect(figure.estimate).toBeCloseTo(brier.estimate, 12);
    expect(errorOf(figure, (value) => value, 1)).toBeCloseTo(brier.error, 5);
  });

  it('are those of riskRegression with competing events, and have the variance of the jackknife done by hand', () => {
    const followUp = { times: untied, causes };
    const { auc, brier } = reference.competing;
    expectLogit(aurocAt(followUp, probabilities, horizon), { ...auc, error: reference.jackknife.auc }, 9);
    const figure = brierAt(followUp, probabilities, horizon) as Limits;
    expect(figure.estimate).toBeCloseTo(brier.estimate, 12);
    expect(errorOf(figure, (value) => value, 1)).toBeCloseTo(reference.jackknife.brier, 9);
  });

  it('cannot be told where few were followed beyond, and refuse what is no probability', () => {
    expect(aurocAt({ times, causes: single }, scores, 24.9)).toMatchObject({
      cannotTell: expect.stringContaining('at least 10 of each'),
    });
    expect(() => brierAt({ times, causes }, probabilities.with(1, 1.2), horizon)).toThrow(
      /probability at index 1: found 1.2/,
    );
  });
});
