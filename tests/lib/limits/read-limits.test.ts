import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefusedInput } from '#functions/errors.ts';
import { levelOf, spendingBoundaries, spentBy } from '#lib/limits/alpha-spending.ts';
import type { Audits } from '#lib/limits/limit.ts';
import { editDistance, nearestWord } from '#lib/limits/nearest-word.ts';
import { parseLimit } from '#lib/limits/parse-limit.ts';
import { checkedPlan, readLimits } from '#lib/limits/read-limits.ts';
import { random } from '#lib/simulate/random.ts';

const names = { thresholds: ['rule-out', 'balanced'], sites: ['alder', 'va-long-beach'] };
const read = (source: string) => readLimits('limits.yaml', source, names);
const one = (line: string) => parseLimit(line, 'limits.yaml: limit 1', names);

describe('readLimits', () => {
  it('reads sentences of each form, with the bar that YAML would take for a block', () => {
    const plan = read(`
limits:
  - AUROC lower bound >= 0.80 at every hospital
  - |sensitivity gap women-men| <= 10 points, TOST
  - O:E interval within [0.8, 1.25] at every hospital
  - "Specificity at rule-out lower bound ≥ 60 % at va-long-beach in women"
`);
    expect(plan.limits).toEqual([
      {
        kind: 'bound',
        text: 'AUROC lower bound ≥ 0.80 at every hospital',
        measure: 'AUROC',
        where: { every: ['hospital'] },
        side: 'lower',
        value: 0.8,
      },
      {
        kind: 'gap',
        text: '|sensitivity gap women-men| ≤ 10 points, TOST',
        measure: 'sensitivity',
        where: {},
        first: { sex: 'female' },
        second: { sex: 'male' },
        most: 0.1,
      },
      {
        kind: 'range',
        text: 'O:E interval within [0.8, 1.25] at every hospital',
        measure: 'O:E',
        where: { every: ['hospital'] },
        from: 0.8,
        to: 1.25,
      },
      {
        kind: 'bound',
        text: 'Specificity at rule-out lower bound ≥ 60 % at va-long-beach in women',
        measure: 'specificity',
        threshold: 'rule-out',
        where: { site: 'va-long-beach', sex: 'female' },
        side: 'lower',
        value: 0.6,
      },
    ]);
    expect(checkedPlan(JSON.parse(JSON.stringify(plan)), names)).toEqual(plan);
  });

  it('reads JSON, and audits that are repeated', () => {
    const audits = { perYear: 4, look: 2, falseAlarmsPerYear: 0.05, patients: 'cumulative' };
    const plan = read(JSON.stringify({ limits: ['Brier upper bound <= 0.2'], audits }));
    expect(plan.audits).toEqual({ ...audits, spending: 'pocock' });
    expect(plan.limits[0]).toMatchObject({ measure: 'Brier score', side: 'upper', value: 0.2 });
  });

  it.each([
    ['AUORC lower bound >= 0.8', 'found "auorc", did you mean "AUROC"?'],
    ['AUROC lowr bound >= 0.8', 'found "lowr", did you mean "lower"?'],
    ['AUROC lower bound >= 0.8 at every hopsital', 'found "hopsital", did you mean "hospital"?'],
    ['AUROC lower bound >= 0.8 at va-long-baech', 'found "va-long-baech", did you mean "va-long-beach"?'],
    ['sensitivity at ruleout lower bound >= 0.8', 'found "ruleout", did you mean "rule-out"?'],
    ['AUROC lower bound >= 0.8 at klingon', 'found "klingon", allowed measures AUROC'],
    ['AUROC lower bound <= 0.8', 'found "lower bound <="'],
    ['AUROC lower bound >= 80', 'found AUROC 80'],
    ['AUROC lower bound >=', 'limit 1: found "AUROC lower bound ≥"'],
    ['AUROC at balanced lower bound >= 0.8', 'found AUROC at balanced'],
    ['sensitivity at hospital lower bound >= 0.8', 'found threshold "hospital"'],
    ['O:E interval within [1.25, 0.8]', 'found [1.25, 0.8]'],
    ['|O:E gap women vs men| <= 0.1', 'found a gap of O:E'],
    ['|AUROC gap women vs hospital| <= 0.1', 'found group "hospital"'],
    ['|AUROC gap women vs men| <= 200 points', 'found a gap of 2'],
    ['|AUROC gap women| <= 10 points', 'found groups "women"'],
    ['AUROC 0.8', 'found "AUROC 0.8"'],
  ])('refuses %s by name', (line, message) => {
    expect(() => one(line)).toThrow(RefusedInput);
    expect(() => one(line)).toThrow(message);
  });

  it.each([
    [
      'limit:\n  - AUROC lower bound >= 0.8',
      'limits.yaml: found "limit", did you mean "limits"? allowed limits, audits',
    ],
    ['limits: []', 'found no list "limits"'],
    ['- AUROC', 'found no record'],
    ['limits:\n  - 5', 'limits.yaml: limit 1: found number, allowed a sentence'],
    ['limits: [AUROC', 'found no YAML at line'],
    ['limits: [AUROC lower bound >= 0.8]\naudits: {perYaer: 4}', 'audits: found "perYaer", did you mean "perYear"?'],
    [
      'limits: [AUROC lower bound >= 0.8]\naudits: {perYear: 4, look: 5, falseAlarmsPerYear: 0.05, patients: new}',
      'found look 5, allowed 1 to 4',
    ],
    ['limits: [AUROC lower bound >= 0.8]\naudits: {perYear: 4, look: 1, falseAlarmsPerYear: 0.05}', 'audits: patients'],
  ])('refuses the file %j', (source, message) => {
    expect(() => read(source)).toThrow(RefusedInput);
    expect(() => read(source)).toThrow(message);
  });

  it('gives a limit or a refusal for any text, and nothing else', () => {
    const word = fc.constantFrom(
      'AUROC',
      'lower',
      'bound',
      '>=',
      '0.8',
      '|',
      'gap',
      'women-men',
      'at',
      '[',
      ']',
      ',',
      '%',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 9 }).map((words) => words.join(' ')),
        ),
        (line) => {
          try {
            expect(one(line).text.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(RefusedInput);
          }
        },
      ),
      { numRuns: 400, seed: 3 },
    );
  });

  it('refuses a cohort whose limits were edited by hand', () => {
    expect(() => checkedPlan({ limits: [{ kind: 'bound', measure: 'AUROC', where: {}, value: 0.8 }] }, names)).toThrow(
      'cohort: limits: limits.0',
    );
    const plan = (limit: object) => ({ limits: [{ ...one('PPV lower bound >= 0.8'), ...limit }] });
    expect(() => checkedPlan(plan({ threshold: 'rule-in' }), names)).toThrow(
      'cohort: limits: found threshold "rule-in", allowed rule-out, balanced',
    );
    expect(() => checkedPlan(plan({ where: { site: 'oak' } }), names)).toThrow('found hospital "oak", allowed alder');
  });
});

describe('nearestWord', () => {
  it('counts letters put in, taken out, replaced and swapped', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('AUORC', 'AUROC')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('names nothing that is far away', () => {
    expect(nearestWord('sensitivty', ['specificity', 'sensitivity'])).toBe('sensitivity');
    expect(nearestWord('xyz', ['sensitivity'])).toBeUndefined();
    expect(nearestWord('xyz', [])).toBeUndefined();
  });
});

// Expected numbers: spending.R, see tests/fixtures/reference/drift/README.md.
describe('spending of alpha', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../../fixtures/reference/drift/spending.json', import.meta.url), 'utf8'),
  ) as { cases: { t: number[]; alpha: number; spending: Audits['spending']; z: number[] }[] };

  it('has the boundaries that multivariate normal probabilities give', () => {
    for (const { t, alpha, spending, z } of cases) {
      const found = spendingBoundaries(t, alpha, spending);
      for (const [look, boundary] of found.entries()) expect(Math.abs(boundary - z[look])).toBeLessThan(2e-8);
    }
  });

  it('has the published boundaries of five looks at 2.5 % on either side (manual of the R package ldbounds)', () => {
    const rounded = (spending: Audits['spending']) =>
      spendingBoundaries([0.2, 0.4, 0.6, 0.8, 1], 0.025, spending).map((z) => z.toFixed(3));
    expect(rounded('obrien-fleming')).toEqual(['4.877', '3.357', '2.680', '2.290', '2.031']);
    expect(rounded('pocock')).toEqual(['2.438', '2.427', '2.410', '2.397', '2.386']);
  });

  it('raises false alarms in the stated share of years, whichever way patients are counted', () => {
    const draw = random('years');
    const alarms = { new: 0, cumulative: 0 };
    const years = 20_000;
    const level = (patients: Audits['patients'], look: number) =>
      levelOf({ perYear: 4, look, falseAlarmsPerYear: 0.1, patients, spending: 'pocock' });
    const bounds = (patients: Audits['patients']) => [1, 2, 3, 4].map((look) => 1 - (1 - level(patients, look)) / 2);
    const z = { new: bounds('new').map(quantile), cumulative: bounds('cumulative').map(quantile) };
    for (let year = 0; year < years; year++) {
      const steps = [1, 2, 3, 4].map(() => draw.normal());
      const sums = steps.map((_, look) => steps.slice(0, look + 1).reduce((a, b) => a + b, 0) / Math.sqrt(look + 1));
      if (steps.some((step, look) => step > z.new[look])) alarms.new++;
      if (sums.some((sum, look) => sum > z.cumulative[look])) alarms.cumulative++;
    }
    expect(alarms.new / years).toBeCloseTo(0.1, 2);
    expect(alarms.cumulative / years).toBeCloseTo(0.1, 2);
  });

  it('is 95 % without a plan, and spends all at the end', () => {
    expect(levelOf(undefined)).toBe(0.95);
    expect(spentBy(1, 0.05, 'pocock')).toBeCloseTo(0.05, 12);
    expect(spentBy(1, 0.05, 'obrien-fleming')).toBeCloseTo(0.05, 12);
    expect(
      levelOf({ perYear: 1, look: 1, falseAlarmsPerYear: 0.025, patients: 'cumulative', spending: 'pocock' }),
    ).toBeCloseTo(0.95, 9);
  });

  it('refuses fractions out of order', () => {
    expect(() => spendingBoundaries([0.5, 0.4], 0.05, 'pocock')).toThrow('fractions: found 0.5, 0.4');
    expect(() => spendingBoundaries([], 0.05, 'pocock')).toThrow('fractions: found none');
  });
});

/** z of a one-sided probability, by bisection on the error function's series: independent of the code under test. */
function quantile(p: number): number {
  const cdf = (z: number) => {
    let [term, total] = [z, z];
    for (let k = 1; k < 200; k++) {
      term *= (z * z) / (2 * k + 1);
      total += term;
    }
    return 0.5 + (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * total;
  };
  let [low, high] = [0, 6];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}
