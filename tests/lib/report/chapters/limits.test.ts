import { beforeAll, describe, expect, it } from 'vitest';
import { type WrittenReport, writeReport } from '#functions/audit/report.ts';
import { RefusedInput } from '#functions/errors.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { readLimits } from '#lib/limits/read-limits.ts';
import { formatFigure } from '#lib/report/format.ts';
import type { Report } from '#lib/report/record.ts';
import { FOUR_HOSPITALS, LABEL, MODEL, simulatedTables } from '../../../cohort-tables.ts';
import { CONTRACT, simulatedInput } from '../../../simulated-report.ts';

const sites = FOUR_HOSPITALS.map(({ site }) => site);
const names = { thresholds: CONTRACT.thresholds.map(({ name }) => name), sites };
const tables = simulatedTables('limits', FOUR_HOSPITALS);
const plan = readLimits(
  'limits.yaml',
  `limits:
  - AUROC lower bound >= 0.70 at every hospital
  - |sensitivity gap women-men| <= 10 points, TOST
  - O:E interval within [0.5, 2]
  - AUROC lower bound >= 0.6 at every hospital in every sex
`,
  names,
);
const cohort: Cohort = { name: 'limits', title: 'Simulated', model: MODEL, label: LABEL, sites, limits: plan };
const write = (rule: Cohort, publicData = false): WrittenReport =>
  writeReport({ ...simulatedInput(), tables, cohort: rule, publicData });
const limitsOf = (report: Report) => {
  const { limits } = report.chapters;
  if (limits === null) throw new Error('the report has no limits');
  return limits;
};

describe('the chapter of limits', () => {
  let written: WrittenReport;
  let shared: Report;
  const page = () => written.files.get('internal/report.html') ?? '';
  beforeAll(() => {
    written = write(cohort);
    shared = JSON.parse(written.files.get('shareable/report.json') ?? '');
  });

  it('is the first thing that the report says', () => {
    expect(written.report.answer.points[0]).toMatch(/^Limits: \d of 4 limits (is|are) kept/);
    expect(page().indexOf('<h2 id="limits">')).toBeLessThan(page().indexOf('<h2 id="flow">'));
  });

  it('judges by the figures that the report shows', () => {
    const [auroc] = limitsOf(written.report).limits;
    for (const { group, figure } of auroc.answers) {
      const shown = written.report.primary.groups.find(
        ({ site, sex, ageBand, device }) => site === group.site && sex === null && ageBand === null && device === null,
      );
      expect(figure).toMatchObject({
        estimate: shown?.auroc && 'estimate' in shown.auroc ? shown.auroc.estimate : null,
      });
      expect(page()).toContain(formatFigure(figure, 'fraction'));
    }
  });

  it('is broken by one hospital and kept only by all', () => {
    for (const { verdict, answers } of limitsOf(written.report).limits) {
      const verdicts = answers.map((answer) => answer.verdict);
      if (verdict === 'pass') expect(new Set(verdicts)).toEqual(new Set(['pass']));
      if (verdict === 'fail') expect(verdicts).toContain('fail');
      if (verdict === 'cannot tell') expect(verdicts).not.toContain('fail');
    }
  });

  it('hides the answers of groups with small cells in the shareable edition', () => {
    const everySex = limitsOf(shared).limits[3];
    const women = everySex.answers.find(({ group }) => group.site === 'durmast' && group.sex === 'female');
    expect(women).toEqual({ group: expect.anything(), figure: { suppressed: true }, verdict: 'hidden', needed: null });
    const inside = limitsOf(written.report).limits[3].answers.find(
      ({ group }) => group.site === 'durmast' && group.sex === 'female',
    );
    expect(inside?.verdict).toBe('cannot tell');
    expect(written.files.get('shareable/tables/limits.csv')).toContain('hidden');
  });

  it('hides nothing of public data', () => {
    const open = JSON.parse(write(cohort, true).files.get('shareable/report.json') ?? '') as Report;
    expect(limitsOf(open)).toEqual(JSON.parse(JSON.stringify(limitsOf(written.report))));
  });

  it('writes every answer into a table', () => {
    const lines = (written.files.get('internal/tables/limits.csv') ?? '').trim().split('\r\n');
    const answers = limitsOf(written.report).limits.flatMap((limit) => limit.answers);
    expect(lines).toHaveLength(answers.length + 1);
  });

  it('decides by the interval that the plan of repeated audits gives, and says so', () => {
    const audits = { perYear: 4, look: 1, falseAlarmsPerYear: 0.05, patients: 'new', spending: 'pocock' } as const;
    const { report } = write({ ...cohort, limits: { ...plan, audits } });
    const value = limitsOf(report);
    expect(value.level).toBeCloseTo(1 - 2 * (1 - 0.95 ** 0.25), 12);
    expect(value.limits[0].answers[0].figure).toMatchObject({ level: value.level });
    expect(report.methods.join(' ')).toContain('Audit 1 of 4 this year');
    expect(written.report.methods.join(' ')).toContain('Judged once');
  });

  it('is absent from a cohort without limits', () => {
    const { limits: _, ...without } = cohort;
    const plain = write(without);
    expect(plain.report.chapters.limits).toBeNull();
    expect(plain.files.has('internal/tables/limits.csv')).toBe(false);
    expect(plain.files.get('internal/report.html')).not.toContain('id="limits"');
  });

  it('refuses limits that name what the model or the cohort does not have', () => {
    const wrong = { limits: plan.limits.map((limit) => ({ ...limit, threshold: 'rule-in' })) };
    expect(() => write({ ...cohort, limits: wrong })).toThrow(RefusedInput);
    expect(() =>
      write({ ...cohort, sites: ['alder'], limits: { limits: [{ ...plan.limits[0], where: { site: 'oak' } }] } }),
    ).toThrow('cohort: limits: found hospital "oak", allowed alder');
  });
});
