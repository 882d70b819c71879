// Numbers: tests/fixtures/reference/validation/calibration-at-horizon.R.
import { describe, expect, it } from 'vitest';
import { rowsByQuantile } from '#lib/validation/calibration-groups.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
import { brierAt } from '#lib/validation/survival/at-horizon.ts';
import { curveAt, slopeAt } from '#lib/validation/survival/calibration-at.ts';
import { harrellC } from '#lib/validation/survival/concordance.ts';
import { cumulativeIncidence, incidenceInfluence } from '#lib/validation/survival/cumulative-incidence.ts';
import type { FollowUp } from '#lib/validation/survival/follow-up.ts';
import { medianFollowUp, withoutCompeting } from '#lib/validation/survival/follow-up-time.ts';
import reference from '../../fixtures/reference/validation/calibration-at-horizon.json' with { type: 'json' };

const { horizon } = reference;
const followUp: FollowUp = { times: Float64Array.from(reference.times), causes: Uint8Array.from(reference.causes) };
const clusters = Int32Array.from(reference.clusters);
const probabilities = Float64Array.from(reference.probabilities);
const z = normalMultiplier(0.95);
const logit = (value: number): number => Math.log(value / (1 - value));

function told<Value extends object>(value: Value): Exclude<Value, { readonly cannotTell: string }> {
  if ('cannotTell' in value) throw new Error(String(value.cannotTell));
  return value as Exclude<Value, { readonly cannotTell: string }>;
}

describe('calibration at a horizon, censored and with competing events', () => {
  it('has the slope of a weighted regression, with the variance of the jackknife', () => {
    const slope = told(slopeAt(followUp, probabilities, horizon));
    expect(slope.estimate).toBeCloseTo(reference.slope.estimate, 9);
    expect((slope.upper - slope.lower) / 2 / z).toBeCloseTo(reference.slope.error, 7);
    const byPerson = told(slopeAt({ ...followUp, clusters }, probabilities, horizon));
    expect((byPerson.upper - byPerson.lower) / 2 / z).toBeCloseTo(reference.slopeByPerson.error, 7);
    expect(byPerson).toMatchObject({ clusters: 150, n: 300 });
  });

  it('has the smooth curve of the same regression on a spline', () => {
    const curve = told(curveAt(followUp, probabilities, horizon, Float64Array.from(reference.curve.at)));
    reference.curve.estimate.forEach((estimate, i) => {
      expect(logit(curve.observed[i])).toBeCloseTo(estimate, 7);
      expect((logit(curve.upper[i]) - logit(curve.lower[i])) / 2 / z).toBeCloseTo(reference.curve.error[i], 6);
    });
  });

  it('has the groups of riskRegression', () => {
    const groups = rowsByQuantile(probabilities, 5);
    groups.forEach((rows, i) => {
      const part = {
        times: Float64Array.from(rows, (row) => followUp.times[row]),
        causes: Uint8Array.from(rows, (row) => followUp.causes[row]),
      };
      const mean = rows.reduce((total, row) => total + probabilities[row], 0) / rows.length;
      expect(mean).toBeCloseTo(reference.groups.predicted[i], 12);
      expect(told(cumulativeIncidence(part, horizon)).estimate).toBeCloseTo(reference.groups.observed[i], 10);
    });
  });

  it('compares the Brier score with that of a model that gives everybody the same', () => {
    const same = new Float64Array(300).fill(incidenceInfluence(followUp, horizon).estimate);
    expect(told(brierAt(followUp, same, horizon)).estimate).toBeCloseTo(reference.nullBrier, 9);
  });

  it('takes people with competing events as never having the event in the concordance', () => {
    const figure = told(harrellC(withoutCompeting(followUp), probabilities, { horizon }));
    expect(figure.estimate).toBeCloseTo(reference.concordance.estimate, 10);
    const half = (logit(figure.upper) - logit(figure.lower)) / 2 / z;
    expect(half * figure.estimate * (1 - figure.estimate)).toBeCloseTo(reference.concordance.error, 9);
  });

  it('cannot be told from few events, nor curved where all are predicted alike', () => {
    expect(slopeAt(followUp, probabilities, 0.3)).toMatchObject({ cannotTell: expect.stringContaining('at least 20') });
    expect(
      curveAt(
        followUp,
        probabilities.map(() => 0.3),
        horizon,
        Float64Array.of(0.3),
      ),
    ).toMatchObject({
      cannotTell: expect.stringContaining('too few different values'),
    });
  });

  it('has the median follow-up by the reversed curve', () => {
    const plain = { times: Float64Array.of(1, 2, 3, 4), causes: Uint8Array.of(0, 1, 0, 0) };
    // Censoring steps: 3/4 after 1, then 3/8 at 3, where two are left.
    expect(medianFollowUp(plain)).toBe(3);
    expect(medianFollowUp({ times: Float64Array.of(1, 2), causes: Uint8Array.of(1, 1) })).toBeUndefined();
  });
});
