// What the first page of an evaluation tells, by the rule of the cohort report (functions/lib/report/point.ts).
import { describe, expect, it } from 'vitest';
import { calibrationPoints } from '#lib/report/classes/calibration-words.ts';
import { betweenPoints } from '#lib/report/evaluation/between-section.ts';
import { evaluationEditions, evaluationFiles } from '#lib/report/evaluation/body.ts';
import type { BetweenHospitals, GroupComparison, GroupGap } from '#lib/report/evaluation/compared-record.ts';
import { comparisonPoints } from '#lib/report/evaluation/comparison-words.ts';
import { kindOf } from '#lib/report/evaluation/kinds.ts';
import { cautionsBeside, pointWords } from '#lib/report/evaluation/words.ts';
import { pointOf } from '#lib/report/point.ts';
import { bodyOf, resultsOf } from './evaluated.ts';

const rows = Array.from({ length: 120 }, (_, row) => row);
const isWoman = (row: number): boolean => row % 3 === 0;
const noise = (row: number): number => ((row * 37) % 41) / 10 - 2;
const yaml = (acceptable: number): string => `
title: EF
answer: continuous
quantity: EF
unit: "%"
columns: { study: id, answer: model, reference: reader }
groups: [{ column: sex, title: Sex }]
acceptableDifference: ${acceptable}
cautions: [Only patients of one clinic.]`;
const columns = {
  id: rows.map((row) => `s${row}`),
  sex: rows.map((row) => (isWoman(row) ? 'women' : 'men')),
  reader: rows.map((row) => 30 + (row % 40)),
  model: rows.map((row) => 30 + (row % 40) + noise(row) + (isWoman(row) ? 6 : 0)),
};
const body = await bodyOf(yaml(4), columns);
const [internal] = evaluationEditions(body);

describe('the three things to know of an evaluation', () => {
  it('are a limit that is broken, a harm that is shown and what limits every figure before plain results', () => {
    const { points } = internal.answer;
    expect(points.length).toBeGreaterThan(3);
    expect(points[0]).toMatch(/^Acceptable difference, as stated: 4 %; the limits of agreement lie beyond it/);
    expect(points[1]).toMatch(/^Groups differ, .*women against men: Bias, % \+/);
    expect(points[2]).toBe('Only patients of one clinic.');
    expect(points[3]).toMatch(/^Mean absolute error/);
  });

  it('are the same three on the page, which tells a caution once: among them, or under Cautions before Also', () => {
    const page = String(evaluationFiles([internal]).get('internal/report.html'));
    const [box] = /<ol>.*?<\/ol>/s.exec(page) ?? [''];
    const told = [...box.matchAll(/<li>(.*?)<\/li>/gs)].map(([, text]) => text);
    expect(told).toEqual(internal.answer.points.slice(0, 3).map((text) => text.replaceAll('<', '&lt;')));
    expect(page.split('Only patients of one clinic.')).toHaveLength(2);
    expect(page.split('The reference is a measurement too')).toHaveLength(2);
    expect(page.indexOf('<h2 id="cautions">')).toBeLessThan(page.indexOf('<h2 id="also">'));
    expect(page.indexOf('The reference is a measurement too')).toBeLessThan(page.indexOf('<h2 id="also">'));
  });

  it('name studies that were lost, and keep the rest of the cautions under Cautions', async () => {
    const lost = { ...columns, reader: columns.reader.map((value, row) => (row % 10 === 0 ? '' : value)) };
    const [report] = evaluationEditions(await bodyOf(yaml(30).replace(/cautions.*/, ''), lost));
    expect(report.answer.points.slice(0, 2)).toEqual([
      expect.stringMatching(/^Groups differ/),
      expect.stringMatching(/^10 % of the studies lack an answer or a reference/),
    ]);
    expect(cautionsBeside(report)).toHaveLength(report.cautions.length - 1);
  });

  it('leave a caution for which there is no room under Cautions', () => {
    const cautions = [{ code: 'about-the-data', text: 'One clinic.' }];
    const harms = ['A', 'B', 'C'].flatMap((text) => pointOf('shown harm', text));
    const points = pointWords([...pointOf('result', 'D'), ...harms], cautions);
    expect(points).toEqual(['A', 'B', 'C', 'D']);
    expect(cautionsBeside({ answer: { headline: '', points }, cautions })).toEqual(['One clinic.']);
  });

  it('take a stated limit as broken only where the limits of agreement lie beyond it', async () => {
    const importance = async (acceptable: number) => {
      const [point] = kindOf(resultsOf(await bodyOf(yaml(acceptable), columns), 'continuous')).points();
      return point.importance;
    };
    expect(await importance(4)).toBe('broken limit');
    expect(await importance(9)).toBe('cannot tell');
    expect(await importance(30)).toBe('result');
  });

  it('take probabilities that are off by a tenth or more as a harm, by their corrected interval', () => {
    const claim = (estimate: number, lower: number, upper: number) =>
      calibrationPoints(
        [
          {
            name: 'block',
            observedExpected: { estimate, lower, upper, level: 0.95, method: '', n: 900, events: 90 },
          },
        ],
        { one: 'finding', many: 'findings' },
        1,
      ).map((point) => point.importance);
    expect(claim(0.9, 0.85, 0.95)).toEqual(['shown harm']);
    expect(claim(1.5, 0.95, 2.1)).toEqual(['result']);
    expect(claim(1.05, 1.02, 1.08)).toEqual(['result']);
  });

  it('take an order that may be chance at a further hospital as what cannot be told', () => {
    const figure = { estimate: 0.7, lower: 0.6, upper: 0.8 };
    const site = { ...figure, value: 0, variance: 1, site: 'cedar', n: 50, corrected: false };
    const said = (lower: number, ideal: number) => {
      const pooled = { ...figure, k: 5, prediction: { lower, upper: 0.9 }, tauSquared: { lower: 0 } };
      const measure = { id: 'auroc/0', name: 'AUROC', scale: 'logit', ideal, figures: [], sites: [site], pooled };
      const between = { measures: [measure] } as unknown as BetweenHospitals;
      return betweenPoints(between, () => 'fraction').map(({ importance }) => importance);
    };
    expect(said(0.45, 0.5)).toEqual(['cannot tell']);
    expect(said(0.55, 0.5)).toEqual(['result']);
    // A bias of 0.45 is no chance.
    expect(said(0.45, 0)).toEqual(['result']);
  });

  it('take a gap as a harm, one that is shown to be small as a result, and none shown as no proof', () => {
    const { comparison } = resultsOf(body, 'continuous');
    if (comparison === null) throw new Error('nothing is compared');
    const said = (...verdicts: readonly GroupGap['verdict'][]) => {
      const gaps = verdicts.map((verdict): GroupGap => ({ ...comparison.gaps[0], verdict, pValue: 0.01, holm: 0.02 }));
      const figures = comparison.figures.map((figure) => ({ ...figure, acceptableGap: 9 }));
      const [point] = comparisonPoints({ ...comparison, figures, gaps } satisfies GroupComparison, () => 'tenths');
      return point;
    };
    expect(said('cannot-tell', 'differs').importance).toBe('shown harm');
    expect(said('equivalent', 'differs-within-margin').importance).toBe('result');
    expect(said('equivalent', 'cannot-tell')).toMatchObject({
      importance: 'cannot tell',
      brief: expect.stringContaining('(1 shown to be too small to matter), which is no proof that there is none'),
    });
    expect(said('equivalent', 'equivalent').importance).toBe('result');
    // What could not be tested is no proof either.
    const untested = { ...comparison.gaps[0], pValue: null, holm: null };
    const equivalent: GroupGap = { ...comparison.gaps[0], verdict: 'equivalent', pValue: 0.5, holm: 0.5 };
    const [partly] = comparisonPoints({ ...comparison, gaps: [equivalent, untested] }, () => 'tenths');
    expect(partly.importance).toBe('cannot tell');
    const hidden: GroupGap = { ...comparison.gaps[0], verdict: 'hidden', pValue: { suppressed: true } };
    for (const verdict of ['cannot-tell', 'differs'] as const) {
      const gaps = [{ ...equivalent, verdict }, untested, hidden, hidden];
      const [{ brief }] = comparisonPoints({ ...comparison, gaps }, () => 'tenths');
      expect(brief).toContain('; 2 more hidden in this edition; 1 more not tested, for too few people');
    }
    expect(comparisonPoints({ ...comparison, gaps: [untested] }, () => 'tenths')).toMatchObject([
      { importance: 'cannot tell', brief: 'Groups by Sex cannot be compared: too few people.' },
    ]);
  });
});
