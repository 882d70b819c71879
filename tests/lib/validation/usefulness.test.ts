// Numbers: tests/fixtures/reference/validation/usefulness.py (dcurves, statsmodels, scipy, pmvalsampsize).
import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { decisionCurve } from '#lib/validation/decision-curve.ts';
import {
  sampleForAuroc,
  sampleForNetBenefit,
  sampleForObservedExpected,
  sampleForSlope,
} from '#lib/validation/required-sample.ts';
import { thresholdForSensitivity, thresholdOfHighestNetBenefit } from '#lib/validation/threshold-choice.ts';
import { workload, workloadAtPrevalence } from '#lib/validation/workload.ts';
import python from '../../fixtures/reference/validation/usefulness.json' with { type: 'json' };
import { clustered, expectRelative, independent, predictions, referenceCases, told } from './reference.ts';

const cases = python.cases.map((reference, i) => ({ ...reference, input: independent(referenceCases[i]) }));
const values = (figure: { estimate: number; lower: number; upper: number }) => [
  figure.estimate,
  figure.lower,
  figure.upper,
];

function expectFigure(figure: Parameters<typeof told>[0], expected: readonly number[]): void {
  values(told(figure)).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 10);
  });
}

/** Each row three times, as three rows of one person. */
function thrice(i: number) {
  const { scores, labels } = referenceCases[i];
  const repeat = (of: number[]) => of.flatMap((value) => [value, value, value]);
  const input = predictions(repeat(scores), repeat(labels));
  return { ...input, clusters: Int32Array.from(input.scores, (_, row) => Math.floor(row / 3)) };
}

describe('decisionCurve', () => {
  it.each(cases)(
    'has the net benefit of dcurves and MOVER limits of statsmodels: $name',
    ({ input, decisionCurve: expected }) => {
      const points = decisionCurve(
        input,
        expected.map(({ threshold }) => threshold),
      );
      points.forEach((point, i) => {
        expect(told(point.netBenefit).estimate).toBeCloseTo(expected[i].dcurves, 10);
        expect(told(point.treatAll).estimate).toBeCloseTo(expected[i].dcurvesAll, 10);
        expectFigure(point.netBenefit, expected[i].netBenefit);
        expectFigure(point.overTreatAll, expected[i].overTreatAll);
      });
    },
  );

  it('is the same for rows that are alone in their cluster, and hardly narrower for people counted three times', () => {
    const input = cases[1].input;
    const own = { ...input, clusters: Int32Array.from(input.scores, (_, row) => row) };
    const [plain] = decisionCurve(input, [0.3]);
    expectFigure(decisionCurve(own, [0.3])[0].netBenefit, values(told(plain.netBenefit)));
    const [repeated] = decisionCurve(thrice(1), [0.3]);
    values(told(plain.netBenefit)).forEach((value, i) => {
      expect(values(told(repeated.netBenefit))[i]).toBeCloseTo(value, 2);
    });
  });

  it('keeps an interval where nobody is treated', () => {
    const [point] = decisionCurve(
      predictions(
        new Array(60).fill(0.1),
        Array.from({ length: 60 }, (_, i) => i % 2),
      ),
      [0.5],
    );
    const { estimate, lower, upper } = told(point.netBenefit);
    expect(estimate).toBe(0);
    expect(lower).toBeLessThan(-0.02);
    expect(upper).toBeGreaterThan(0.02);
  });

  it('refuses a threshold probability of 0 or 1, and cannot tell without rows', () => {
    expect(() => decisionCurve(predictions([0.5], [1]), [1])).toThrow(
      'threshold probability: found 1, allowed: between 0 and 1',
    );
    expect(decisionCurve(predictions([], []), [0.5])[0].netBenefit).toMatchObject({ n: 0 });
  });
});

describe('workload', () => {
  it.each(cases)(
    'has the limits of statsmodels, here and at a stated prevalence: $name',
    ({ input, workload: expected }) => {
      for (const { threshold, prevalence, atPrevalence, ...here } of expected) {
        const seen = workload(input, threshold);
        const weighted = workloadAtPrevalence(input, threshold, prevalence);
        for (const name of ['flagged', 'missed', 'falseAlarmsPerTrue'] as const) {
          expectFigure(seen[name], here[name]);
          expectFigure(weighted[name], atPrevalence[name]);
        }
      }
    },
  );

  it('counts people, not rows', () => {
    const once = workloadAtPrevalence(cases[1].input, 0.4, 0.1);
    const repeated = workloadAtPrevalence(thrice(1), 0.4, 0.1);
    for (const name of ['flagged', 'missed', 'falseAlarmsPerTrue'] as const) {
      expectRelative(told(repeated[name]).upper, told(once[name]).upper, 0.02);
    }
  });

  it('cannot tell false alarms per true one where there was none, or hardly a row', () => {
    const none = predictions(new Array(40).fill(0.9), new Array(40).fill(0));
    expect(workload(none, 0.5).falseAlarmsPerTrue).toMatchObject({ cannotTell: 'no true positive was seen' });
    expect(workload(predictions([0.9], [1]), 0.5).flagged).toMatchObject({
      cannotTell: '1 study in the denominator is fewer than 10',
    });
    expect(() => workloadAtPrevalence(none, 0.5, 1)).toThrow('prevalence: found 1, allowed: between 0 and 1');
  });
});

describe('thresholdForSensitivity', () => {
  it.each(cases)('is the order statistic with the ranks of scipy: $name', ({ input, sensitivity: expected }) => {
    for (const { sensitivity, estimate, lower, upper } of expected) {
      expect(values(told(thresholdForSensitivity(input, sensitivity)))).toEqual([estimate, lower, upper]);
    }
  });

  it('widens with the people behind the rows', () => {
    const single = told(thresholdForSensitivity(cases[1].input, 0.8));
    const repeated = told(thresholdForSensitivity(thrice(1), 0.8));
    expect(Math.abs(repeated.upper - repeated.lower - (single.upper - single.lower))).toBeLessThan(0.04);
    const ignored = told(
      thresholdForSensitivity({ ...thrice(1), clusters: Int32Array.from({ length: 1200 }, (_, i) => i) }, 0.8),
    );
    expect(ignored.upper - ignored.lower).toBeLessThan(repeated.upper - repeated.lower);
  });

  it('cannot tell from few people with the outcome', () => {
    expect(thresholdForSensitivity(predictions([0.1, 0.9], [1, 1]), 0.9)).toMatchObject({
      cannotTell: '2 studies with the outcome: at least 20 are needed',
    });
    expect(() => thresholdForSensitivity(predictions([0.1], [1]), 1)).toThrow('sensitivity: found 1');
  });
});

describe('thresholdOfHighestNetBenefit', () => {
  const source = random('net benefit');
  const logits = Float64Array.from({ length: 4000 }, () => source.normal(-1, 1.5));
  const expit = (x: number) => 1 / (1 + Math.exp(-x));
  const labels = Uint8Array.from(logits, (logit) => Number(source.bernoulli(expit(logit))));

  it('is the threshold probability itself for a calibrated model', () => {
    const { estimate, lower, upper } = told(thresholdOfHighestNetBenefit({ scores: logits.map(expit), labels }, 0.2));
    expect(lower < 0.2 && 0.2 < upper).toBe(true);
    expect(lower < estimate && estimate < upper).toBe(true);
  });

  it('is the score that stands for that probability where the model is off', () => {
    const scores = logits.map((logit) => expit(logit + 1));
    const { estimate, lower, upper } = told(thresholdOfHighestNetBenefit({ scores, labels }, 0.2));
    const wanted = expit(Math.log(0.25) + 1);
    expect(Math.abs(estimate - wanted)).toBeLessThan(0.05);
    expect(lower < wanted && wanted < upper).toBe(true);
  });

  it('cannot tell where everybody lies on one side', () => {
    const scores = logits.map((logit) => 0.5 + 0.4 * expit(logit));
    const all = Uint8Array.from(scores, (score) => Number(source.bernoulli(score)));
    expect(thresholdOfHighestNetBenefit({ scores, labels: all }, 0.05)).toMatchObject({
      cannotTell: 'the observed share lies above 0.05 at every score that was seen',
    });
  });
});

describe('required sample', () => {
  it.each(python.riley)(
    'is that of pmvalsampsize: prevalence $input.prevalence',
    ({ input, package: [ratio, slope, auroc], slopeVariance }) => {
      const { prevalence } = input;
      const near = (actual: number, expected: number, tolerance: number) =>
        expect(Math.abs(actual / expected - 1)).toBeLessThan(tolerance);
      // The package steps the standard error of ln O:E by 0.0001 and takes 1.96 for the normal quantile.
      near(sampleForObservedExpected({ prevalence, width: input.oeciwidth }).rows, ratio, 0.005);
      near(sampleForAuroc(input.cstatistic, { prevalence, width: input.cstatciwidth ?? 0.1 }).rows, auroc, 0.001);
      const [mean, deviation] = input.lpnormal;
      const source = random('logits');
      const logits = Float64Array.from({ length: 200_000 }, () => source.normal(mean, deviation));
      const width = input.csciwidth ?? 0.2;
      const rows = sampleForSlope(logits, { prevalence, width }).rows;
      near(rows, slope, 0.03);
      near(rows, slopeVariance * ((2 * 1.959964) / width) ** 2, 0.02);
    },
  );

  it.each(python.netBenefit)(
    'of the net benefit gives the spread that simulation shows: $threshold',
    ({ n, sd, prevalence, ...at }) => {
      const { rows } = sampleForNetBenefit(at, { prevalence, width: 2 * 1.959964 * sd });
      expect(Math.abs(rows / n - 1)).toBeLessThan(0.02);
    },
  );

  it('refuses what is no share and no width', () => {
    expect(() => sampleForAuroc(1, { prevalence: 0.2, width: 0.1 })).toThrow(
      'AUROC: found 1, allowed: between 0 and 1',
    );
    expect(() => sampleForObservedExpected({ prevalence: 0, width: 0.1 })).toThrow('prevalence: found 0');
    expect(() => sampleForObservedExpected({ prevalence: 0.1, width: 0 })).toThrow('interval width: found 0');
    expect(sampleForSlope(new Float64Array(50).fill(0.3), { prevalence: 0.2, width: 0.2 }).rows).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

describe('clustered figures', () => {
  it('say how many people stand behind them', () => {
    const input = clustered(referenceCases[5]);
    const people = new Set(referenceCases[5].clusters).size;
    expect(told(decisionCurve(input, [0.4])[0].netBenefit).clusters).toBe(people);
    expect(told(workload(input, 0.4).flagged).clusters).toBe(people);
  });
});
