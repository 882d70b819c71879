import { describe, expect, it } from 'vitest';
import { headline } from '#cli/headline.ts';
import { answerOf } from '#lib/report/answer.ts';
import { cautionPoints } from '#lib/report/caution-points.ts';
import { reportPage } from '#lib/report/page.ts';
import { IMPORTANCE, mostImportantFirst, type PlacedPoint } from '#lib/report/point.ts';
import { judgedReport, THREE_LIMITS } from '../../judged-report.ts';
import { simulatedReport } from '../../simulated-report.ts';

const { report } = simulatedReport();

const point = (importance: PlacedPoint['importance'], brief: string): PlacedPoint => ({
  ...{ importance, brief, text: `${brief} In full.`, section: brief.toLowerCase(), title: brief },
});

describe('the three things to know', () => {
  it('are a broken limit before a shown harm, what cannot be told, a serious caution and a plain result', () => {
    expect(IMPORTANCE).toEqual(['broken limit', 'shown harm', 'cannot tell', 'serious caution', 'result']);
    const points = [...IMPORTANCE].reverse().map((importance) => point(importance, importance));
    expect(answerOf(report, points).points.map(({ text }) => text)).toEqual(IMPORTANCE.slice(0, 3));
  });

  it('of equal importance stay in the order of the report', () => {
    const points = [point('result', 'A'), point('shown harm', 'B'), point('shown harm', 'C'), point('result', 'D')];
    expect(mostImportantFirst(points).map(({ brief }) => brief)).toEqual(['B', 'C', 'A', 'D']);
  });

  it('lose nothing: every point stands in full under Also, a caution under Cautions', () => {
    const told = ['A', 'B', 'C', 'D', 'E'].map((name) => point('shown harm', name));
    const caution = { ...point('broken limit', 'F'), text: null };
    const answer = answerOf(report, [...told, caution]);
    expect(answer.points.map(({ text }) => text)).toEqual(['F', 'A', 'B']);
    expect(answer.also.map(({ text }) => text)).toEqual(told.map(({ text }) => text));
    expect(answer.further).toBe(3);
  });

  it('are three in every report, each with a section of the page that says more', () => {
    const page = reportPage(report);
    expect(report.answer.points).toHaveLength(3);
    for (const { section, title, text } of [...report.answer.points, ...report.answer.also]) {
      expect(page).toContain(`(<a href="#${section}">${title}</a>)`);
      expect(page).toContain(`id="${section}"`);
      expect(text).toMatch(/[.]$/);
    }
  });

  it('may be cautions about who is in the figures, but none that only says how to read them', () => {
    const told = cautionPoints([
      { code: 'public-data', text: 'Public.' },
      { code: 'verification', text: 'Long.' },
      { code: 'partial', text: 'PARTIAL: the run closed.' },
    ]);
    expect(told.map(({ importance }) => importance)).toEqual(['cannot tell', 'serious caution']);
    expect(told.every(({ section, text }) => section === 'cautions' && text === null)).toBe(true);
  });
});

describe('the answer on the first page', () => {
  const three = judgedReport(report, THREE_LIMITS);

  it('is no verdict where no limits were set, and says so', () => {
    expect(report.answer.verdict).toMatchObject({ answer: 'no limits', limits: [] });
    expect(reportPage(report)).toContain('<strong>NO VERDICT</strong>. No limits were set before the run');
  });

  it('fails with one broken limit and names the answer to each', () => {
    expect(three.answer.verdict.answer).toBe('fail');
    expect(three.answer.verdict.limits.map(({ answer }) => answer)).toEqual(['fail', 'cannot tell', 'pass']);
    expect(three.answer.points[0]).toMatchObject({
      importance: 'broken limit',
      text: expect.stringMatching(/^Broken: “AUROC lower bound ≥ 0\.90” \(birch 0\.700 \(0\.600 to 0\.800\)\)\.$/),
    });
  });

  it('says model, version, people, studies, hospitals and years of the labels', () => {
    const { facts } = report.answer;
    expect(facts.model).toContain('cad-test 1.0.0');
    expect(facts.testedOn).toMatch(
      /^899 studies of 899 people, \d+ of the studies with .*; (?:labels of|years of the labels)/,
    );
    expect(facts.sites).toMatch(/^4 hospitals \(studies: alder \d+, birch \d+/);
  });

  it('is what the terminal prints', () => {
    const lines = headline(three).split('\n');
    expect(lines[2]).toMatch(/^FAIL: AUROC lower bound/);
    expect(lines.filter((line) => /^\d\. /.test(line))).toHaveLength(3);
    expect(
      headline(report)
        .split('\n')
        .filter((line) => /^\d\. /.test(line)),
    ).toHaveLength(3);
    expect(headline(report)).toMatch(/Further in the report: \d+ points \(Also\), \d+ cautions \(Cautions\)\./);
  });
});
