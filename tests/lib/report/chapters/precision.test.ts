import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { precision } from '#lib/report/chapters/precision/precision.ts';
import type { Precision, PrecisionOfStudy } from '#lib/report/chapters/precision/value.ts';
import { formatCount } from '#lib/report/format.ts';
import { performanceOf } from '#lib/report/measure.ts';
import { isEstimate } from '#lib/report/record.ts';
import { chapterInput, closing, HOSPITALS, pageOf } from '../../../chapter-input.ts';

const computed = (input: Parameters<typeof precision.compute>[0]): PrecisionOfStudy => {
  const value = precision.compute(input);
  if (value === null) throw new Error('the chapter says nothing');
  return value;
};
const input = chapterInput(HOSPITALS);
const value = computed(input);
const page = renderToString(pageOf(precision, value, input));
const figure = (place: number, criterion: Precision['criterion'], of = value): Precision => {
  const { figures } = of.sites[place];
  const found = Array.isArray(figures) ? figures.find((one) => one.criterion === criterion) : undefined;
  if (found === undefined) throw new Error(`no ${criterion}`);
  return found;
};

describe('the chapter of precision', () => {
  it('shows on the page how many studies each figure takes', () => {
    for (const criterion of ['observedExpected', 'slope', 'auroc', 'netBenefit'] as const) {
      const { studies, width } = figure(0, criterion);
      expect(page).toContain(`<td class="number">${formatCount(studies ?? 0)}</td>`);
      expect(page).toContain(width?.toFixed(2));
    }
    expect(page).toContain('cedar, ');
  });

  it('needs more of the same where the interval is too wide, and not where it is narrow enough', () => {
    for (const place of [0, 1]) {
      for (const criterion of ['observedExpected', 'slope'] as const) {
        const { width, wantedWidth, studies } = figure(place, criterion);
        const { n } = value.sites[place];
        if (width === null || studies === null || typeof n !== 'number') throw new Error('no number');
        // The formula is for a calibrated model; a slope that is off changes its own variance.
        const expected = n * (width / wantedWidth) ** 2;
        expect(studies / expected).toBeGreaterThan(0.5);
        expect(studies / expected).toBeLessThan(2);
      }
    }
  });

  it('asks for more studies where several are of one person, and says how many people these are', () => {
    const alone = computed({ ...input, rows: input.rows.map((row) => ({ ...row, subjectKey: row.studyKey })) });
    const [three, one] = [figure(3, 'slope'), figure(3, 'slope', alone)];
    expect(Number(three.studies)).toBeGreaterThanOrEqual(Number(one.studies));
    expect(Number(three.people) / Number(three.studies)).toBeCloseTo(1 / 3, 1);
    expect(one.people).toBe(one.studies);
  });

  it('has a width wherever the rest of the page has an interval, of eight people without the outcome too', () => {
    const rows = input.rows.filter(({ site }) => site === 'cedar');
    const others = rows.filter(({ label }) => label === 0).slice(0, 8);
    const few = { ...input, sites: ['cedar'], rows: [...rows.filter(({ label }) => label === 1), ...others] };
    const [group] = performanceOf(few.rows, ['cedar'], few.model.thresholds).groups;
    for (const [criterion, shown] of [
      ['auroc', group.auroc],
      ['observedExpected', group.observedExpected],
    ] as const) {
      if (!isEstimate(shown)) throw new Error(`no ${criterion} on the page`);
      const unit = criterion === 'auroc' ? 1 : shown.estimate;
      expect(figure(0, criterion, computed(few)).width).toBeCloseTo((shown.upper - shown.lower) / unit, 12);
    }
    expect(figure(0, 'netBenefit', computed(few)).width).toBeNull();
    expect(isEstimate(group.thresholds[0].specificity)).toBe(false);
  });

  it('judges nothing of fewer than ten people with the outcome, but plans from what was seen', () => {
    const none = computed(chapterInput([{ site: 'cedar', studies: 60, prevalence: 0, separation: 1 }]));
    expect(none.sites[0].figures).toMatchObject({ cannotTell: 'all studies have the same outcome' });
    expect(precision.methods(none)).toEqual([]);
    const few = computed(chapterInput([{ site: 'cedar', studies: 80, prevalence: 0.2, separation: 2 }], 'some'));
    for (const criterion of ['observedExpected', 'auroc', 'netBenefit'] as const) {
      expect(figure(0, criterion, few)).toMatchObject({ width: null, studies: expect.any(Number) });
    }
    const some = computed(chapterInput([{ site: 'cedar', studies: 80, prevalence: 0.25, separation: 2 }], 'some'));
    expect(figure(0, 'slope', some)).toMatchObject({ width: null, studies: expect.any(Number) });
    expect(precision.compute({ ...input, rows: [] })).toBeNull();
  });

  it('keeps a hospital with a hidden count inside: each number needed tells its share with the outcome', () => {
    const shared = precision.share(value, closing('birch', 'all'));
    expect(JSON.stringify([shared.sites[1], shared.sites.at(-1)])).not.toMatch(/\d/);
    expect(shared.sites[0]).toEqual(value.sites[0]);
    expect(precision.tables(shared).get('precision.csv')).toContain('birch,hidden,hidden,hidden');
    expect(renderToString(pageOf(precision, shared, input))).toContain('birch: hidden.');
  });
});

describe('a group without the outcome', () => {
  it('has no ratio of observed to expected: a 0 would look like a verdict', () => {
    const none = chapterInput([{ site: 'cedar', studies: 60, prevalence: 0, separation: 1 }]);
    const [{ observedExpected }] = performanceOf(none.rows, ['cedar'], none.model.thresholds).groups;
    expect(observedExpected).toEqual({
      cannotTell: '0 people with the outcome are fewer than 10',
      n: none.rows.length,
      events: 0,
    });
  });
});
