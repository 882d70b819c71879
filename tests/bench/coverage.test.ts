import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { measurementFamilies, timeFamilies } from '../../bench/coverage/evaluation.ts';
import { cohortFamilies } from '../../bench/coverage/families.ts';
import { gapFamilies } from '../../bench/coverage/gaps.ts';
import { hospitalFamilies } from '../../bench/coverage/hospitals.ts';
import { drawRows, type Population, truthsOf } from '../../bench/coverage/population.ts';
import { coverageTable, familyCoverage } from '../../bench/coverage/table.ts';

// A few of the data sets of `npm run simulate:coverage`, from fixed seeds: the first scenario of each family, enough to see an
// interval that is broken. The Monte-Carlo error of a share is 2 points.
const REPETITIONS = 120;
const LOWEST = 0.88;
const QUICK = [
  'small n',
  'ties',
  'clusters',
  'uneven clusters',
  'miscalibrated',
  '3 hospitals',
  'two groups',
  'two groups, clusters',
  'a measurement, several studies of a person',
];
const families = [
  ...cohortFamilies(),
  ...gapFamilies(),
  ...hospitalFamilies(),
  ...measurementFamilies(),
  ...timeFamilies(),
]
  .filter(({ name }) => QUICK.includes(name))
  .map(({ name, scenarios }) => ({ name, scenarios: scenarios.slice(0, 1) }));

describe('coverage of the 95 % intervals', () => {
  it('looks at every quick family', () => {
    expect(families.map(({ name }) => name).sort()).toEqual(QUICK.toSorted());
  });

  it.each(families)('is near 95 % for every figure: $name', (family) => {
    const results = familyCoverage(family, REPETITIONS);
    expect(results.length).toBeGreaterThan(4);
    const low = results.filter(({ mean }) => mean < LOWEST);
    expect(low).toEqual([]);
  });

  it('is simulated from a population whose figures are what a large draw of it has', () => {
    const population: Population = { centre: -0.7, spread: 1.3, threshold: 0.35, shift: 0.3, tilt: 0.8, step: 0.1 };
    const truths = truthsOf(population);
    const { scores, labels } = drawRows(random('tests/coverage/population'), population, { subjects: 40_000 });
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const share = (member: (row: number) => boolean, success: (row: number) => boolean): number => {
      const members = Array.from(scores.keys()).filter(member);
      return members.filter(success).length / members.length;
    };
    const isCalled = (row: number): boolean => scores[row] >= population.threshold;
    const isEvent = (row: number): boolean => labels[row] === 1;
    const prevalence = share(() => true, isEvent);
    expect(truths.prevalence).toBeCloseTo(prevalence, 2);
    expect(truths.sensitivity).toBeCloseTo(share(isEvent, isCalled), 1);
    expect(truths.positivePredictiveValue).toBeCloseTo(share(isCalled, isEvent), 1);
    expect(truths.observedExpected).toBeCloseTo(prevalence / mean(scores), 1);
    expect(truths.brier).toBeCloseTo(mean(scores.map((score, row) => (score - labels[row]) ** 2)), 2);
  });

  it('is shown with its mean and its minimum, marked where it is too low', () => {
    const one = { figure: 'AUROC', family: 'ties', mean: 0.951, minimum: 0.94, told: 1 };
    const two = { figure: 'Brier', family: 'ties', mean: 0.929, minimum: 0.9, told: 0.8 };
    expect(coverageTable([one, two])).toBe(
      '| figure | ties |\n|---|---|\n| AUROC | 95.1 (94.0) |\n| Brier | **92.9 (90.0)**, 20 % refused |',
    );
  });
});
