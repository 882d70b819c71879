import { beforeAll, describe, expect, it } from 'vitest';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import type { PopulationSummary } from '#lib/drift/population.ts';
import { holm } from '#lib/fairness/multiplicity.ts';
import type { ChapterInput } from '#lib/report/chapter.ts';
import { type DriftValue, drift, type ReportedTest } from '#lib/report/chapters/drift/drift.ts';

import { expectedOf } from '#lib/report/chapters/drift/expected.ts';
import { contradicted, differing } from '#lib/report/chapters/drift/words.ts';
import { isSuppressed, SUPPRESSED } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';
import { FOUR_HOSPITALS, LABEL, MODEL, type SimulatedHospital, simulatedTables } from '../../../cohort-tables.ts';
import { CONTRACT } from '../../../simulated-report.ts';

const cohort = { name: 'drift', title: 'Simulated', model: MODEL, label: LABEL };

function input(hospitals: readonly SimulatedHospital[], more: Partial<ChapterInput> = {}): ChapterInput {
  const selection = selectCohort(simulatedTables('drift', hospitals), cohort);
  return {
    rows: selection.rows,
    silent: selection.silent,
    unlabelled: selection.unlabelled,
    selection,
    sites: selection.sites,
    model: CONTRACT,
    cohort,
    seed: 'test',
    ...more,
  };
}

function computed(of: ChapterInput): DriftValue {
  const value = drift.compute(of);
  if (value === null) throw new Error('nothing to say');
  return value;
}

const alike: readonly SimulatedHospital[] = ['alder', 'birch'].map((site) => ({
  site,
  studies: 160,
  prevalence: 0.4,
  separation: 2,
}));
const kept = ({ summaries }: DriftValue): readonly PopulationSummary[] => {
  if (isSuppressed(summaries)) throw new Error('hidden');
  return summaries;
};

describe('the chapter of drift', () => {
  let value: DriftValue;
  let calm: DriftValue;
  beforeAll(() => {
    value = computed(input(FOUR_HOSPITALS));
    calm = computed(input(alike));
  });

  it('finds the hospitals whose prevalence and scores are others, and corrects all comparisons together', () => {
    const others = value.populations.filter(({ reference }) => reference === 'other hospitals');
    const differs = (aspect: string) =>
      others
        .filter(({ tests }) => tests.some((test) => test.aspect === aspect && test.differs))
        .map(({ site }) => site);
    expect(differs('prevalence')).toEqual(['alder', 'birch', 'cedar', 'durmast']);
    expect(differs('score')).toContain('cedar');
    const all = value.populations.flatMap(({ tests }) => tests);
    expect(value.comparisons).toBe(all.length);
    const p = all.map(({ pValue }) => (isSuppressed(pValue) ? 1 : pValue));
    expect(all.map(({ corrected }) => corrected)).toEqual(holm(p));
  });

  it('shows no difference between hospitals that were drawn from one population', () => {
    const found = calm.populations
      .filter(({ reference }) => reference === 'other hospitals')
      .flatMap(({ tests }) => tests.filter(({ differs }) => differs));
    expect(found).toEqual([]);
  });

  it('compares with what the contract records of the training, without the hospital that the weights never saw', () => {
    const training = value.populations.find((one) => one.site === 'cedar' && one.reference === 'training');
    expect(training?.referencePeople).toBe(320 + 300 + 210);
    const prevalence = training?.tests.find(({ aspect }) => aspect === 'prevalence');
    expect(prevalence).toMatchObject({ differs: true, shares: { reference: { part: 407, whole: 830 } } });
    expect(training?.notRecorded).toContain('scores');
  });

  it('finds no change against itself, and a change of prevalence and scores against another population', () => {
    const of = (populations: readonly PopulationSummary[]) =>
      computed(input(alike, { cohort: { ...cohort, reference: { report: 'last', populations } } })).populations.filter(
        ({ reference }) => reference === 'last audit',
      );
    const same = of(JSON.parse(JSON.stringify(kept(calm))));
    expect(same).toHaveLength(2);
    expect(same.flatMap(({ tests }) => tests.filter(({ differs }) => differs))).toEqual([]);
    const moved = of(kept(computed(input(alike.map((one) => ({ ...one, prevalence: 0.7 }))))));
    const found = moved.flatMap(({ tests }) => tests.filter(({ differs }) => differs).map(({ aspect }) => aspect));
    expect(new Set(found)).toEqual(new Set(['score', 'prevalence']));
  });

  it('says on the first page what changed since the last audit, and nothing where there was none', () => {
    expect(drift.points(value)).toEqual([]);
    const reference = { report: 'last', populations: kept(calm) };
    const again = computed(input(alike, { cohort: { ...cohort, reference } }));
    expect(drift.points(again)).toEqual([
      {
        importance: 'result',
        brief: 'No change since the last audit is shown.',
        text: 'Drift: no change since the last audit is shown.',
      },
    ]);
  });

  it('names findings by one measure, the least likely by chance first; in the order of the measurements where that is hidden', () => {
    const test = (
      field: string,
      test: string,
      distance: number | null,
      pValue: ReportedTest['pValue'],
    ): ReportedTest => ({
      ...{ aspect: 'measurement', field, test, distance, pValue, corrected: pValue, differs: true, shares: null },
      index: distance === null ? { value: 3, chance: 0.1, bins: 4 } : null,
    });
    const tests = [
      test('age', 'Kolmogorov-Smirnov', 0.4, 1e-4),
      test('sex', 'stability index', null, 1e-3),
      test('weight', 'Kolmogorov-Smirnov', 0.2, 1e-9),
    ];
    const of = (all: readonly ReportedTest[]) =>
      differing({ site: 'oak', reference: 'training', people: 9, referencePeople: 9, tests: all, notRecorded: [] }, [
        'measurement',
      ]);
    expect(of(tests)).toBe('3 of 3: weight, age, sex');
    expect(of(tests.map((one) => ({ ...one, pValue: SUPPRESSED, corrected: SUPPRESSED })))).toBe(
      '3 of 3: age, sex, weight',
    );
  });

  it('sees that the scores of a hospital promise what labels do not keep', () => {
    const shifted = alike.map((one) => (one.site === 'birch' ? { ...one, shift: 1.5 } : one));
    const seen = computed(input(shifted));
    const { expected } = seen;
    const of = (site: string) =>
      expected.find((one) => one.site === site)?.figures.map(({ contradicts }) => contradicts);
    expect(of('birch')).toContain(true);
    expect(drift.cautions(seen)[0]?.text).toContain('birch');
  });

  it('calls a promise broken at no more than one hospital in twenty by chance', () => {
    // Outcomes drawn from the scores: ranges of 95 % for each of three figures would call 11 of these 150 broken.
    const source = random('promise');
    const { rows, sites, ...rest } = input(alike);
    const names = Array.from({ length: 150 }, (_, place) => `hospital-${String(place).padStart(3, '0')}`);
    const kept = names.flatMap((site) =>
      Array.from({ length: 60 }, (_, place): AnalysedRow => {
        const score = 0.05 + 0.9 * source.uniform();
        return { ...rows[place], site, score, label: source.bernoulli(score) ? 1 : 0 };
      }),
    );
    const found = expectedOf({ ...rest, rows: kept, unlabelled: [], sites: names }, random('draw'));
    expect(found).toHaveLength(150);
    expect(contradicted(found).length).toBeLessThanOrEqual(8);
  });

  it('finds the day on which scores changed', () => {
    const { rows, ...rest } = input(alike);
    const later = rows.map((row, place): AnalysedRow => {
      const day = Math.floor(((place % 150) * 60) / 150);
      const arrivedAt = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
      return { ...row, arrivedAt, score: day >= 30 ? row.score * 0.4 : row.score };
    });
    const { changes } = computed({ ...rest, unlabelled: [], rows: later });
    const [alder] = changes;
    expect(alder).toMatchObject({ time: 'day of arrival' });
    const score = alder.changes.find(({ of }) => of === 'mean score');
    expect(Math.abs(Date.parse(score?.from ?? '') - Date.UTC(2026, 0, 31))).toBeLessThan(3 * 24 * 3600 * 1000);
    expect(score?.after).toBeLessThan(score?.before ?? 0);
  });

  it('cannot tell changes where everything came on one day', () => {
    expect(value.changes.map(({ time }) => time)).toEqual([null, null, null, null]);
  });

  it('counts each person once', () => {
    const repeated = input(alike.map((one) => ({ ...one, studiesPerSubject: 4 })));
    const populations = computed(repeated).populations.filter(({ reference }) => reference === 'other hospitals');
    expect(populations.map(({ people }) => people)).toEqual([40, 40]);
  });

  it('lets no count and no p-value leave the sites, and nothing of a closed hospital', () => {
    const shared = drift.share(value, { isOpen: ({ site }) => site !== 'cedar', shows: () => true });
    expect(shared.summaries).toEqual({ suppressed: true });
    expect(shared.populations.map(({ site }) => site)).not.toContain('cedar');
    expect(shared.expected.map(({ site }) => site)).not.toContain('cedar');
    const text = JSON.stringify(shared.populations);
    expect(text).not.toContain('"part"');
    for (const test of shared.populations.flatMap(({ tests }) => tests)) {
      expect([test.pValue, test.corrected]).toEqual([{ suppressed: true }, { suppressed: true }]);
      if (test.test === 'Fisher' || test.test === 'stability index')
        expect([test.distance, test.index]).toEqual([null, null]);
    }
    expect(shared.populations.every(({ people }) => isSuppressed(people))).toBe(true);
    const change = {
      of: 'share with the outcome',
      from: '2026-02-01',
      before: 3 / 47,
      after: 9 / 31,
      pValue: 1 / 1000,
    } as const;
    const dated = {
      site: 'alder',
      time: 'day of arrival',
      from: '2026-01-01',
      to: '2026-03-01',
      changes: [change],
    } as const;
    const [{ changes }] = drift.share(
      { ...value, changes: [dated] },
      { isOpen: () => true, shows: () => true },
    ).changes;
    expect(changes).toEqual([{ ...change, before: 0.1, after: 0.3, pValue: 0 }]);
  });

  it('gives the same numbers for the same seed', () => {
    expect(computed(input(alike))).toEqual(calm);
  });

  it('has nothing to say of fewer than twenty people, and compares no single hospital with others', () => {
    expect(drift.compute(input([{ site: 'alder', studies: 12, prevalence: 0.5, separation: 2 }]))).toBeNull();
    const single = computed(input([{ site: 'alder', studies: 100, prevalence: 0.5, separation: 2 }]));
    expect(single.populations.map(({ reference }) => reference)).not.toContain('other hospitals');
  });

  it('writes every comparison into a table and every method into words', () => {
    const lines = (drift.tables(value).get('drift-comparisons.csv') ?? '').trim().split('\r\n');
    expect(lines).toHaveLength(value.comparisons + 1);
    expect(drift.methods(value).join(' ')).toContain(`All ${value.comparisons} p-values`);
  });
});
