import { describe, expect, it } from 'vitest';
import type { Cohort, CohortTables, LabelTableRow } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { classTables, RHYTHM_VALUES } from '../../class-tables.ts';
import { ECG_AF } from '../../ecg-unit.ts';

const HOSPITALS = [{ site: 'oak', studies: [12, 6, 4, 0, 3] }];
const tables = classTables(HOSPITALS);
const cohort: Cohort = {
  name: 'classes',
  title: 'Simulated',
  model: { name: ECG_AF.name, version: ECG_AF.version },
  label: 'atrial-fibrillation',
  classes: RHYTHM_VALUES,
};
const classed = (of: CohortTables = tables, rule: Cohort = cohort) => {
  const found = selectCohort(of, rule).classed;
  if (found === undefined) throw new Error('no classes');
  return found;
};
const rhythms = tables.labels.filter(({ label }) => label === 'rhythm');
/** The tables with other labels of the rhythm. */
const withRhythms = (change: (row: LabelTableRow, place: number) => readonly LabelTableRow[]): CohortTables => ({
  ...tables,
  labels: [...tables.labels.filter(({ label }) => label !== 'rhythm'), ...rhythms.flatMap(change)],
});
const left = (of: CohortTables, rule?: Cohort) =>
  Object.fromEntries(classed(of, rule).left.map(({ why, studies }) => [why, studies]));

describe('classes of a cohort', () => {
  it('are those that the cohort names for the values of its labels; every study is in one place', () => {
    const { rows, values, left: out } = classed();
    expect(values.map(({ value, studies }) => [value, studies])).toEqual([
      [0, 12],
      [1, 6],
      [2, 4],
      [4, 3],
    ]);
    expect(out).toEqual([{ site: 'oak', why: 'no-class', studies: 3 }]);
    expect(rows).toHaveLength(22);
    expect(rows.every(({ classes }) => classes.length === 1)).toBe(true);
    expect(Object.keys(rows.find(({ silence }) => silence === undefined)?.probabilities ?? {})).toEqual(ECG_AF.classes);
  });

  it('keep studies on which the model was silent, without probabilities', () => {
    const silent = { ...tables.predictions[0], status: 'abstained' as const, reason: 'noise-probable', score: null };
    const { rows } = classed({ ...tables, predictions: [silent, ...tables.predictions.slice(1)] });
    expect(rows.find(({ studyKey }) => studyKey === silent.studyKey)).toMatchObject({
      silence: 'noise-probable',
      probabilities: undefined,
    });
    expect(rows).toHaveLength(22);
  });

  it('leave out and count: no label, a value that nobody names, labels that contradict each other or were given with the score in sight', () => {
    expect(left(withRhythms((row, place) => (place < 2 ? [] : [row])))).toEqual({ 'no-class': 3, 'no-label': 2 });
    expect(left(withRhythms((row, place) => [place < 2 ? { ...row, value: 99 } : row]))).toEqual({ 'no-class': 5 });
    const twice = withRhythms((row, place) => (place < 2 ? [row, { ...row, row: 900 + place, value: 2 }] : [row]));
    expect(left(twice)).toEqual({ 'contradictory-labels': 2, 'no-class': 3 });
    const seen = withRhythms((row, place) => [place < 2 ? { ...row, blinded: false } : row]);
    expect(left(seen)).toEqual({ 'label-not-blinded': 2, 'no-class': 3 });
    const late = withRhythms((row, place) => [place < 2 ? { ...row, date: '2031-01-01' } : row]);
    expect(left(late)).toEqual({ 'label-dated-after-receipt': 2, 'no-class': 3 });
  });

  it('leave out what the model was trained on, what has no probabilities, and what failed', () => {
    const [first, second, third, ...rest] = tables.predictions.map((row) => ({
      ...row,
      status: 'scored' as const,
      score: row.score ?? 0.1,
      relation: row.relation ?? ('external' as const),
    }));
    const predictions = [
      { ...first, relation: 'apparent' as const },
      { ...second, detail: null },
      { ...third, status: 'failed' as const, score: null },
      ...rest,
    ];
    expect(left({ ...tables, predictions })).toEqual({
      ...{ apparent: 1, 'no-class': 3, 'no-class-scores': 1, 'not-analysed': 1 },
    });
  });

  it('are several where several labels say so, once where two labels say the same', () => {
    const extra = { class: 'atrial-fibrillation', label: 'af', value: 1, meaning: 'fibrillation' };
    const more = rhythms.slice(0, 13).map((row, place) => ({ ...row, label: 'af', value: 1, row: 500 + place }));
    const { rows } = classed(
      { ...tables, labels: [...tables.labels, ...more] },
      { ...cohort, classes: [...RHYTHM_VALUES, extra] },
    );
    expect(rows.filter(({ classes }) => classes.length === 2)).toHaveLength(12);
    expect(rows.filter(({ classes }) => classes.join() === 'atrial-fibrillation')).toHaveLength(6);
  });

  it('are nothing without a mapping, and refuse a value that is two things', () => {
    const { classes: _, ...without } = cohort;
    expect(selectCohort(tables, without).classed).toBeUndefined();
    const twice = [...RHYTHM_VALUES, { class: 'noise', label: 'rhythm', value: 1, meaning: 'noise' }];
    expect(() => classed(tables, { ...cohort, classes: twice })).toThrow(
      'classes of the cohort: found value 1 of rhythm twice, allowed once',
    );
  });
});
