import { describe, expect, it } from 'vitest';
import { fisherGreater, fisherTwoSided } from '#lib/fairness/fisher.ts';
import { searchSlices } from '#lib/fairness/slices.ts';
import { plantedSlice } from '#lib/simulate/planted-slice.ts';
import { random } from '#lib/simulate/random.ts';

const search = (seed: string, input: Parameters<typeof plantedSlice>[1]) => {
  const source = random(seed);
  const { columns, target, person } = plantedSlice(source, input);
  return searchSlices(columns, [target], person, source);
};

describe('search for the worst slice', () => {
  it('finds a planted gap of two conditions and confirms it among other people', () => {
    const found = search('planted', { people: 2000, studiesPerPerson: 1, missed: 0.2, missedInSlice: 0.55 });
    const [worst] = found.findings;
    expect(worst.conditions).toEqual([
      { column: 'sex', value: 'sex-0' },
      { column: 'age', value: 'age-4' },
    ]);
    expect(worst.confirmed).toBe(true);
    expect(worst.difference?.lower).toBeGreaterThan(0.15);
    expect(found.people).toEqual({ search: 1000, confirmation: 1000 });
    expect(found.lookedAt).toBeGreaterThan(100);
  });

  it('confirms nothing in more than 5 % of data without a gap, with several studies per person', () => {
    let alarms = 0;
    for (let repetition = 0; repetition < 60; repetition++) {
      const input = { people: 300, studiesPerPerson: 2, missed: 0.25, missedInSlice: 0.25 };
      alarms += Number(search(`null/${repetition}`, input).findings.some(({ confirmed }) => confirmed));
    }
    // 60 draws at 5 %: more than 8 have a chance below 0.3 %.
    expect(alarms).toBeLessThanOrEqual(8);
  });

  it('chooses and confirms among different people, and never the same', () => {
    const source = random('halves');
    const { columns, target, person } = plantedSlice(source, {
      people: 400,
      studiesPerPerson: 3,
      missed: 0.3,
      missedInSlice: 0.6,
    });
    for (const finding of searchSlices(columns, [target], person, source).findings) {
      const isIn = (row: number) =>
        finding.conditions.every(({ column, value }) => {
          const of = columns.find(({ name }) => name === column);
          return of?.values[of.codes[row]] === value;
        });
      const rows = person.filter((_, row) => isIn(row)).length;
      expect(finding.seen.rows + finding.confirmation.rows).toBe(rows);
      expect(finding.confirmation.rows + finding.rest.rows).toBe(600);
    }
  });

  it('has nothing to say of too few people', () => {
    const found = search('few', { people: 25, studiesPerPerson: 1, missed: 0.3, missedInSlice: 0.9 });
    expect(found.findings).toEqual([]);
  });
});

describe("Fisher's exact test", () => {
  // scipy 1.17.1: fisher_exact([[a, n1 - a], [b, n2 - b]], alternative='greater' and 'two-sided').pvalue
  it.each([
    [9, 15, 30, 200, 0.00019872640904805683, 0.00019872640904805683],
    [1, 10, 0, 126, 0.07352941176470587, 0.07352941176470587],
    [0, 10, 5, 50, 1, 0.5783219006018847],
    [12, 12, 55, 90, 0.004438935871016467, 0.007264367785915833],
    [400, 1000, 3000, 9000, 1.7117589647109912e-5, 3.227458169941568e-5],
  ])('of %i of %i against %i of %i agrees with scipy', (a, first, b, second, greater, twoSided) => {
    const [one, two] = [
      { successes: a, n: first },
      { successes: b, n: second },
    ];
    expect(fisherGreater(one, two) / greater).toBeCloseTo(1, 9);
    expect(fisherTwoSided(one, two) / twoSided).toBeCloseTo(1, 9);
  });

  it('refuses counts that are none', () => {
    expect(() => fisherGreater({ successes: 3, n: 2 }, { successes: 0, n: 5 })).toThrow(
      "Fisher's test: found 3 of 2, allowed: whole numbers",
    );
  });
});
