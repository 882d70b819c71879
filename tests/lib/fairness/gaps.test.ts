import { describe, expect, it } from 'vitest';
import { aurocInterval } from '#lib/fairness/auroc-gap.ts';
import { compareColumn, rateAt } from '#lib/fairness/compare-column.ts';
import { detectableDifference, differencePower } from '#lib/fairness/detectable.ts';
import { effectiveCounts } from '#lib/fairness/effective-counts.ts';
import { DEFAULT_MARGINS, type Gap, type GapMetric } from '#lib/fairness/gap.ts';
import { groupFigures } from '#lib/fairness/group-figures.ts';
import { judgeGaps } from '#lib/fairness/judge.ts';
import { benjaminiHochberg, holm } from '#lib/fairness/multiplicity.ts';
import { differenceInterval, differencePValue } from '#lib/fairness/score-difference.ts';
import { ratioInterval, ratioScore } from '#lib/fairness/score-ratio.ts';
import { isSpread } from '#lib/fairness/spread.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import { reference, referenceColumn, referenceRows } from './reference.ts';

const options = { margins: DEFAULT_MARGINS, clipTo: 1e-6 };
const comparison = compareColumn(referenceColumn, referenceRows, options);

const gapOf = (group: string, metric: GapMetric): Gap => {
  const gap = comparison.gaps.find((found) => found.group === group && found.metric === metric);
  if (gap === undefined) throw new Error(`no gap of ${group} in ${metric}`);
  return gap;
};

describe('difference and ratio of two shares', () => {
  for (const { first, second, difference, ratio, pValues, chiSquaredP } of reference.proportions) {
    const name = `${first.successes} of ${first.n} against ${second.successes} of ${second.n}`;
    it(`agrees with the likelihood searched with 80 digits: ${name}`, () => {
      const interval = differenceInterval(first, second, 0.95);
      expect(interval.lower).toBeCloseTo(difference[0], 9);
      expect(interval.upper).toBeCloseTo(difference[1], 9);
      [0, -0.1, 0.1].forEach((at, place) => {
        expect(differencePValue(first, second, at)).toBeCloseTo(pValues[place], 9);
      });
      expect(differencePValue(first, second)).toBeCloseTo(chiSquaredP, 9);
      const ratios = ratioInterval(first, second, 0.95);
      if (ratio === null) return;
      expect(ratios?.lower).toBeCloseTo(ratio[0], 9);
      expect(ratios?.upper).toBeCloseTo(ratio[1], 9);
    });
  }

  it('tests a ratio of 1 as a difference of 0', () => {
    const [first, second] = [
      { successes: 20, n: 31 },
      { successes: 44, n: 90 },
    ];
    expect(2 * (1 - 0.5 * (1 + erf(Math.abs(ratioScore(first, second, 1)) / Math.SQRT2)))).toBeCloseTo(
      differencePValue(first, second),
      6,
    );
  });

  it('has no ratio to a share of 0, and a lower limit of 0 for a share of 0', () => {
    expect(ratioInterval({ successes: 3, n: 20 }, { successes: 0, n: 30 }, 0.95)).toBeUndefined();
    const interval = ratioInterval({ successes: 0, n: 20 }, { successes: 10, n: 30 }, 0.95);
    expect(interval?.lower).toBe(0);
    expect(interval?.upper).toBeGreaterThan(0.1);
  });

  it('finds no difference where both shares are 0 or both are 1', () => {
    for (const share of [0, 1]) {
      const counts = { successes: 25 * share, n: 25 };
      const interval = differenceInterval(counts, counts, 0.95);
      expect(differencePValue(counts, counts)).toBe(1);
      expect(interval.lower).toBeCloseTo(-interval.upper, 12);
      expect(interval.upper).toBeLessThan(0.2);
    }
  });

  it('counts rows of one person as what they tell', () => {
    const outcomes = Uint8Array.from({ length: 60 }, (_, row) => Number(row % 6 < 3));
    const clusters = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 3));
    const { effective, people } = effectiveCounts(outcomes, clusters);
    expect(people).toBe(20);
    expect(effective.n).toBeCloseTo(19, 9);
    const shown = clusteredProportion(outcomes, clusters);
    if (isCannotTell(shown)) throw new Error(shown.cannotTell);
    const rate = {
      metric: 'sensitivity',
      threshold: 'rule',
      figure: shown,
      counts: effectiveCounts(outcomes, clusters),
    };
    expect(rateAt({ ...rate, metric: 'sensitivity' }, 0.95)).toMatchObject({ lower: shown.lower, upper: shown.upper });
  });
});

describe('gaps between groups', () => {
  it('are those of fairlearn', () => {
    const { byGroup, difference, ratio, equalizedOddsDifferenceAB } = reference.gaps.fairlearn;
    expect(comparison.reference).toBe('a');
    for (const [metric, values] of Object.entries(byGroup)) {
      for (const group of ['b', 'c']) {
        const gap = gapOf(group, metric as GapMetric);
        expect(gap.difference).toMatchObject({ estimate: expect.closeTo(values[group] - values.a, 12) });
        expect(gap.ratio).toMatchObject({ estimate: expect.closeTo(values[group] / values.a, 12) });
      }
      const found = comparison.spreads.find((entry) => entry.metric === metric)?.spread;
      if (found === undefined || !isSpread(found)) throw new Error(`no spread of ${metric}`);
      expect(found.difference).toMatchObject({ estimate: expect.closeTo(difference[metric], 12) });
      expect(found.ratio).toMatchObject({ estimate: expect.closeTo(ratio[metric], 12) });
    }
    const odds = comparison.odds.find(({ group }) => group === 'b');
    expect(odds?.gap).toMatchObject({ estimate: expect.closeTo(equalizedOddsDifferenceAB, 12) });
  });

  it('in AUROC and calibration are those of scipy', () => {
    const { aurocBA, calibrationBA } = reference.gaps;
    const ranking = gapOf('b', 'auroc');
    expect(ranking.difference).toMatchObject({
      estimate: expect.closeTo(aurocBA.difference, 12),
      lower: expect.closeTo(aurocBA.interval[0], 9),
      upper: expect.closeTo(aurocBA.interval[1], 9),
    });
    expect(ranking.pValue).toBeCloseTo(aurocBA.pValues[0], 9);
    const oneSided = [1 - aurocBA.pValues[1] / 2, aurocBA.pValues[2] / 2];
    expect(ranking.equivalencePValue).toBeCloseTo(Math.max(...oneSided), 9);
    expect(gapOf('b', 'calibration')).toMatchObject({
      ratio: {
        estimate: expect.closeTo(calibrationBA.ratio, 12),
        lower: expect.closeTo(calibrationBA.interval[0], 9),
        upper: expect.closeTo(calibrationBA.interval[1], 9),
      },
      pValue: expect.closeTo(calibrationBA.pValue, 9),
    });
  });

  it('of a group of few people cannot be told, with the reason', () => {
    const rows = Uint32Array.from({ length: 8 }, (_, row) => row);
    const few = groupFigures('few', referenceRows, rows, options);
    expect(few.auroc).toHaveProperty('cannotTell');
    expect(few.rates.every(({ figure }) => isCannotTell(figure))).toBe(true);
    const column = {
      ...referenceColumn,
      values: ['a', 'b', 'c', 'few'],
      codes: referenceColumn.codes.map((code, row) => (row < 8 ? 3 : code)),
    };
    const gaps = compareColumn(column, referenceRows, options).gaps.filter(({ group }) => group === 'few');
    expect(gaps.every(({ pValue }) => pValue === null)).toBe(true);
    expect(gaps[0].difference).toMatchObject({ cannotTell: expect.stringMatching(/^few: .* fewer than 10/) });
  });

  it('refuses scores that are no numbers', () => {
    const scores = Float64Array.from(referenceRows.scores, (score, row) => (row === 3 ? Number.NaN : score));
    expect(() => compareColumn(referenceColumn, { ...referenceRows, scores }, options)).toThrow('score at index 3');
  });

  it('has the interval of an AUROC at any level from the one that is given', () => {
    for (const scores of [referenceRows.scores, Float64Array.from(referenceRows.labels)]) {
      const given = auroc({ ...referenceRows, scores });
      const wanted = auroc({ ...referenceRows, scores }, { level: 0.999 });
      if (isCannotTell(given) || isCannotTell(wanted)) throw new Error('an AUROC can be told');
      const made = aurocInterval(given, 0.999);
      expect(made.lower).toBeCloseTo(wanted.lower, 10);
      expect(made.upper).toBeCloseTo(wanted.upper, 10);
    }
  });
});

describe('many comparisons', () => {
  it('are corrected as statsmodels does', () => {
    const { pValues, holm: steps, benjaminiHochberg: shares } = reference.multiplicity;
    holm(pValues).forEach((p, place) => {
      expect(p).toBeCloseTo(steps[place], 12);
    });
    benjaminiHochberg(pValues).forEach((p, place) => {
      expect(p).toBeCloseTo(shares[place], 12);
    });
    expect(holm([])).toEqual([]);
    expect(() => holm([0.2, Number.NaN])).toThrow('p-value: found NaN, allowed: 0 to 1');
  });

  it('have the power that statsmodels says, and the gap that is found with 80 %', () => {
    for (const { powers, ...of } of reference.power) {
      for (const { difference, power } of powers) expect(differencePower(of, difference)).toBeCloseTo(power, 9);
      const gap = detectableDifference(of);
      if (gap === null) continue;
      const reached = [gap, -gap].map((difference) => differencePower(of, difference));
      expect(
        Math.min(...reached.filter((power) => !Number.isNaN(power)).map((power) => Math.abs(power - 0.8))),
      ).toBeLessThan(1e-9);
    }
    expect(detectableDifference({ n: 3, referenceN: 400, share: 0.5, alpha: 0.0001 })).toBeNull();
  });

  it('are counted by family, and nothing is called equivalent or different without its corrected test', () => {
    const { judged, families } = judgeGaps(comparison.gaps);
    expect(families).toEqual({ performance: 8, predictive: 6 });
    for (const gap of judged) {
      if (gap.holm === null || gap.equivalenceHolm === null) throw new Error('every gap here is tested');
      expect(gap.verdict.startsWith('differs')).toBe(gap.holm < 0.05);
      expect(gap.verdict === 'equivalent').toBe(gap.holm >= 0.05 && gap.equivalenceHolm < 0.05);
    }
  });

  it('calls a large gap different, two alike large groups equivalent, and small ones neither', () => {
    const verdicts = (n: number, seen: number) => {
      const labels = Uint8Array.from({ length: 2 * n }, () => 1);
      const flags = Uint8Array.from(labels, (_, row) => Number(row % n < (row < n ? 0.8 : seen) * n));
      const rows = { scores: Float64Array.from(flags), labels, decisions: [{ threshold: 'rule', flagged: flags }] };
      const codes = Int32Array.from(labels, (_, row) => Number(row >= n));
      const column = { name: 'half', values: ['one', 'two'], codes };
      const { gaps } = compareColumn(column, rows, options);
      const { judged } = judgeGaps(gaps);
      return judged.find(({ metric }) => metric === 'sensitivity')?.verdict;
    };
    expect(verdicts(600, 0.55)).toBe('differs');
    expect(verdicts(3000, 0.8)).toBe('equivalent');
    expect(verdicts(40, 0.75)).toBe('cannot-tell');
    expect(verdicts(20_000, 0.77)).toBe('differs-within-margin');
  });
});

/** Error function by its series, for small arguments. */
function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
