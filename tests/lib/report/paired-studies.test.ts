import { describe, expect, it } from 'vitest';
import { sameReference } from '#lib/report/comparison/evaluation/figures.ts';
import { pairedStudies } from '#lib/report/comparison/evaluation/pairs.ts';
import { pairedProbabilities } from '#lib/report/comparison/evaluation/probability-pairs.ts';
import { pairStudies, positiveAt, scoredTwice } from '#lib/report/comparison/pairs.ts';
import type { ProbabilityStudies } from '#lib/report/evaluation/probability/studies.ts';
import type { KeptByRow } from '#lib/report/evaluation/studies-table.ts';
import type { PredictionsLine } from '#lib/report/predictions-table.ts';

describe('studies of two cohort reports', () => {
  const line = (site: string, studyKey: string, own: Partial<PredictionsLine>): PredictionsLine => ({
    ...{ site, studyKey, subject: 1, sex: null, ageYears: null, device: null, label: 1, score: 0.5, relation: null },
    ...{ file: null, analysis: 'primary', ...own },
  });
  const first = [
    line('ash', 'a', { subject: 7, score: 0.3 }),
    line('ash', 'b', { subject: 7 }),
    line('ash', 'c', { label: 0 }),
    line('ash', 'd', {}),
    line('ash', 'e', { analysis: 'apparent' }),
  ];
  const second = [
    line('ash', 'b', { score: 0.8, subject: 2 }),
    line('ash', 'a', { score: 0.9, subject: 3 }),
    line('ash', 'c', { label: 1 }),
    line('elm', 'd', {}),
    line('ash', 'e', {}),
  ];
  const { pairs, met } = pairStudies(first, second);

  it('are known again by hospital and key in the primary analysis, and paired only with the same label', () => {
    expect(met).toEqual({ both: 2, contradicting: 1, onlyFirst: 1, onlySecond: 2 });
    expect(scoredTwice(pairs)).toEqual({
      labels: Uint8Array.of(1, 1),
      first: Float64Array.of(0.3, 0.5),
      second: Float64Array.of(0.9, 0.8),
      subjects: Int32Array.of(7, 7),
    });
  });

  it('are positive from the threshold of their own report on', () => {
    const at = (value: number) => ({ name: 'x', value, chosen: '' });
    const isPositive = positiveAt(pairs, { first: at(0.5), second: at(0.9) });
    expect([isPositive('first', 0), isPositive('first', 1)]).toEqual([false, true]);
    expect([isPositive('second', 0), isPositive('second', 1)]).toEqual([true, false]);
  });
});

describe('studies of two evaluations', () => {
  const women = { group: 'Sex', value: 'women' };

  it('are in a group only where both reports put them into it', () => {
    const lines = (sexes: readonly string[]) =>
      sexes.map((sex, i) => ({ site: null, studyKey: String(i), subject: i, 'group Sex': sex }));
    const pairing = pairedStudies(lines(['women', 'women', 'men']), lines(['women', 'men', 'women']), () => true);
    expect(pairing.inGroup(women).count).toBe(1);
    expect(pairing.inGroup({ group: null, value: null }).count).toBe(3);
    const studies = (codes: readonly number[]): ProbabilityStudies => ({
      keys: Uint32Array.from({ length: 12 }, (_, word) => word),
      subjects: Int32Array.of(1, 2, 3),
      scores: Float64Array.of(0.1, 0.2, 0.3),
      labels: Uint8Array.of(0, 1, 0),
      columns: [{ name: 'Sex', values: ['men', 'women'], codes: Uint8Array.from(codes) }],
    });
    const { count, pairs } = pairedProbabilities(studies([1, 1, 0]), studies([1, 0, 1])).inGroup(women);
    expect([count, pairs.subjects]).toEqual([1, Int32Array.of(1)]);
  });

  it('have the same reference where time and end are the same, and where the same structures were drawn', () => {
    const isSame = (results: object, one: object, two: object) =>
      sameReference(results as KeptByRow)({ first: one, second: two } as Parameters<
        ReturnType<typeof sameReference>
      >[0]);
    const times = { kind: 'time-to-event' };
    expect(isSame(times, { time: 2.5, cause: 1 }, { time: 2.5, cause: 1 })).toBe(true);
    expect(isSame(times, { time: 2.5, cause: 1 }, { time: 2.5, cause: 0 })).toBe(false);
    const masks = { kind: 'segmentation', groups: [{ structures: [{ structure: 'LV' }] }] };
    const presence = (of: string) => ({ 'LV presence': of });
    expect(isSame(masks, presence('both'), presence('missed'))).toBe(true);
    expect(isSame(masks, presence('both'), presence('invented'))).toBe(false);
  });
});
