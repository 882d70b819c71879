import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { calibrationDetail } from '#lib/report/chapters/calibration-detail/calibration-detail.ts';
import type { CalibrationDetail } from '#lib/report/chapters/calibration-detail/value.ts';
import { crudeWords } from '#lib/report/chapters/calibration-detail/words.ts';
import { formatFigure } from '#lib/report/format.ts';
import { isEstimate, SUPPRESSED } from '#lib/report/record.ts';
import { chapterInput, closing, HOSPITALS, pageOf } from '../../../chapter-input.ts';

const computed = (input: Parameters<typeof calibrationDetail.compute>[0]): CalibrationDetail => {
  const value = calibrationDetail.compute(input);
  if (value === null) throw new Error('the chapter says nothing');
  return value;
};

const input = chapterInput(HOSPITALS);
const value = computed(input);
const page = renderToString(pageOf(calibrationDetail, value, input));

describe('the chapter of calibration in detail', () => {
  it('shows on the page and in the CSV the figures of report.json', () => {
    const csv = calibrationDetail.tables(value).get('calibration-detail.csv') ?? '';
    for (const group of value.wholes.filter(({ slope }) => isEstimate(slope))) {
      expect(page).toContain(formatFigure(group.slope, 'ratio'));
      for (const figure of [group.ici, group.ece, group.brier, group.reliability]) {
        expect(page).toContain(formatFigure(figure, 'fraction'));
        expect(csv).toContain(String(isEstimate(figure) ? figure.estimate : 'missing'));
      }
    }
    expect(csv.trim().split('\r\n')).toHaveLength(1 + value.wholes.length + value.parts.length);
  });

  it('finds the hospitals whose probabilities were moved, and says how far they are off', () => {
    const ici = (site: string) => value.wholes.find((group) => group.site === site)?.ici ?? SUPPRESSED;
    const birch = ici('birch');
    if (!isEstimate(birch)) throw new Error('no ICI at birch');
    expect(birch.lower).toBeGreaterThan(0.08);
    expect(page).toContain('The mean distance between predicted probability and observed share is largest at birch');
  });

  it('cannot tell where few people have the outcome, and names the groups that are left out', () => {
    const aspen = value.wholes.find(({ site }) => site === 'aspen');
    expect(aspen?.slope).toMatchObject({ cannotTell: expect.stringMatching(/at least 20 of each are needed$/) });
    expect(aspen?.p).toBeNull();
    expect(value.untold.some(({ site, sex }) => site === 'aspen' && sex === 'female')).toBe(true);
    expect(page).toContain('Women at aspen');
  });

  it('resamples people, where they have several studies', () => {
    const willow = value.wholes.find(({ site }) => site === 'willow');
    expect(willow?.ici).toMatchObject({
      method: expect.stringContaining('clustered bootstrap'),
      clusters: expect.any(Number),
    });
    expect(calibrationDetail.methods(value)[0]).toContain('a bootstrap of 1000 or 400 samples, people drawn whole');
  });

  it('hides every figure of a group with a hidden count', () => {
    const shared = calibrationDetail.share(value, closing('birch', 'all'));
    const hidden = JSON.stringify(shared.wholes.filter(({ site }) => site === 'birch' || site === null));
    expect(hidden).not.toMatch(/\d\.\d/);
    expect(shared.wholes[0]).toEqual(value.wholes[0]);
    const sites = [...shared.parts, ...shared.untold].map(({ site }) => site);
    expect(sites.includes('cedar') && !sites.includes('birch') && !sites.includes(null)).toBe(true);
    expect(renderToString(pageOf(calibrationDetail, shared, input))).not.toContain(
      formatFigure(value.wholes[1].slope, 'ratio'),
    );
  });

  it('gives the same bytes for the same input, and others for another seed', () => {
    const small = chapterInput([{ site: 'cedar', studies: 150, prevalence: 0.4, separation: 2 }]);
    expect(JSON.stringify(computed(small))).toBe(JSON.stringify(computed(small)));
    expect(JSON.stringify(computed({ ...small, seed: 'another' }))).not.toBe(JSON.stringify(computed(small)));
  });

  it('warns where probabilities are worse than the share of the hospital', () => {
    const off = chapterInput([{ site: 'cedar', studies: 400, prevalence: 0.3, separation: 0.2, shift: 2.5 }]);
    expect(calibrationDetail.cautions(computed(off))).toMatchObject([{ code: 'worse-than-the-share' }]);
    expect(calibrationDetail.cautions(value)).toEqual([]);
  });

  it('says that errors of hospitals cancel where all together look better than each', () => {
    const opposite = chapterInput([
      { site: 'cedar', studies: 500, prevalence: 0.4, separation: 2, shift: 0.8 },
      { site: 'birch', studies: 500, prevalence: 0.4, separation: 2, shift: -0.8 },
    ]);
    expect(crudeWords(computed(opposite))).toMatch(/cancel/);
    expect(crudeWords(computed(chapterInput(HOSPITALS.slice(0, 1))))).toBeNull();
  });

  it('says nothing of no rows, and has no crude row for one hospital', () => {
    expect(calibrationDetail.compute({ ...input, rows: [] })).toBeNull();
    const one = computed(chapterInput([{ site: 'cedar', studies: 60, prevalence: 0, separation: 1 }]));
    expect(one.wholes.map(({ site }) => site)).toEqual(['cedar']);
    expect(calibrationDetail.methods(one)).toEqual([]);
    expect(renderToString(pageOf(calibrationDetail, one, input))).toContain('No hospital has enough people');
  });
});

describe('where no hospital can tell anything', () => {
  it('is one sentence with the reasons, without tables that repeat them', () => {
    const none = chapterInput([{ site: 'oak', studies: 40, prevalence: 0, separation: 1 }]);
    const text = renderToString(pageOf(calibrationDetail, computed(none), none));
    expect(text).toContain('at least ');
    expect(text).not.toContain('<table');
  });
});
