import { describe, expect, it } from 'vitest';
import { RefusedInput } from '#functions/errors.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { levelOf } from '#lib/limits/alpha-spending.ts';
import { readLimits } from '#lib/limits/read-limits.ts';
import type { SharedView } from '#lib/report/chapter.ts';
import { type LimitsValue, limits } from '#lib/report/chapters/limits/limits.ts';
import { predictionsOf } from '#lib/report/measure.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { FOUR_HOSPITALS, LABEL, MODEL, simulatedTables } from '../../../cohort-tables.ts';
import { CONTRACT } from '../../../simulated-report.ts';

const sites = FOUR_HOSPITALS.map(({ site }) => site);
const names = { thresholds: CONTRACT.thresholds.map(({ name }) => name), sites };
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
const selection = selectCohort(simulatedTables('limits', FOUR_HOSPITALS), cohort);
const { rows, silent, unlabelled } = selection;

const compute = (rule: Cohort, looks?: number) =>
  limits.compute({
    ...{ rows, silent, unlabelled, selection, model: CONTRACT, cohort: rule, seed: 'test' },
    sites: rule.sites ?? sites,
    ...(looks !== undefined && { past: { lastAudit: null, looks, shared: [], lacking: [] } }),
  });
function computed(rule: Cohort = cohort, looks?: number): LimitsValue {
  const value = compute(rule, looks);
  if (value === null) throw new Error('the report has no limits');
  return value;
}
const durmastIsClosed: SharedView = {
  isOpen: ({ site, sex }) => !(site === 'durmast' && sex === 'female'),
  shows: () => true,
};

describe('the chapter of limits', () => {
  it('stands before everything else and says first what was kept', () => {
    expect(limits.early).toBe(true);
    expect(limits.points(computed())).toEqual([
      expect.objectContaining({ text: expect.stringMatching(/^Limits: \d of 4 limits (is|are) kept/) }),
    ]);
  });

  it('judges by the very figures of the hospitals', () => {
    const [{ answers }] = computed().limits;
    for (const { group, figure } of answers) {
      expect(figure).toEqual(auroc(predictionsOf(rows.filter(({ site }) => site === group.site)), { level: 0.95 }));
    }
  });

  it('is broken by one group and kept only by all', () => {
    for (const { verdict, answers } of computed().limits) {
      const verdicts = new Set(answers.map((answer) => answer.verdict));
      expect(verdict).toBe(verdicts.has('fail') ? 'fail' : verdicts.has('cannot tell') ? 'cannot tell' : 'pass');
    }
  });

  it('hides the answers of groups with hidden counts, and nothing else', () => {
    const inside = computed();
    const shared = limits.share(inside, durmastIsClosed);
    const isWomen = ({ group }: { group: { site: string | null; sex: string | null } }) =>
      group.site === 'durmast' && group.sex === 'female';
    const [women] = shared.limits[3].answers.filter(isWomen);
    expect(women).toMatchObject({ figure: { suppressed: true }, verdict: 'hidden', needed: null });
    expect(shared.limits[3].answers.filter((answer) => !isWomen(answer))).toEqual(
      inside.limits[3].answers.filter((answer) => !isWomen(answer)),
    );
    expect(limits.tables(shared).get('limits.csv')).toContain('hidden');
    const closed = limits.share(inside, { isOpen: () => false, shows: () => false });
    expect(closed.limits.map(({ verdict }) => verdict)).toEqual(['hidden', 'hidden', 'hidden', 'hidden']);
    expect(limits.points(closed)).toMatchObject([
      { importance: 'cannot tell', brief: expect.stringContaining('4 are hidden') },
    ]);
  });

  it('hides a gap of which one side is hidden', () => {
    const shared = limits.share(computed(), { isOpen: ({ sex }) => sex !== 'female', shows: () => true });
    expect(shared.limits[1].answers).toMatchObject([{ figure: { suppressed: true }, verdict: 'hidden' }]);
  });

  it('writes every answer into a table', () => {
    const value = computed();
    const lines = (limits.tables(value).get('limits.csv') ?? '').trim().split('\r\n');
    expect(lines).toHaveLength(value.limits.flatMap(({ answers }) => answers).length + 1);
  });

  it('decides by the interval that the plan of repeated audits gives, and says so', () => {
    const audits = { perYear: 4, look: 1, falseAlarmsPerYear: 0.05, patients: 'new', spending: 'pocock' } as const;
    const value = computed({ ...cohort, limits: { ...plan, audits } });
    expect(value.level).toBeCloseTo(1 - 2 * (1 - 0.95 ** 0.25), 12);
    expect(value.limits[0].answers[0].figure).toMatchObject({ level: value.level });
    expect(limits.methods(value).join(' ')).toContain('Audit 1 of 4 this year');
    expect(limits.methods(computed()).join(' ')).toContain('Judged once');
  });

  it.each([
    { look: undefined, looks: 1, level: 2, words: 'Audit 2 of 4 this year (the archive holds 1 before it).' },
    { look: 2, looks: 1, level: 2, words: 'Audit 2 of 4 this year (the archive holds 1 before it).' },
    {
      look: 3,
      looks: 0,
      level: 3,
      words: 'Audit 3 of 4 this year, as the limits state; the archive holds none before it.',
    },
    { look: 1, looks: 2, level: 3, words: 'the limits state 1, but the archive holds 2 before it.' },
    { look: undefined, looks: 4, level: 4, words: 'the chance of the year is spent' },
  ])(
    'is judged as the later of the audit that is stated ($look) and that the archive counts ($looks before)',
    (one) => {
      const { look, looks, level, words } = one;
      const common = { perYear: 4, falseAlarmsPerYear: 0.05, patients: 'cumulative', spending: 'pocock' } as const;
      const planned = { ...cohort, limits: { ...plan, audits: { ...common, ...(look !== undefined && { look }) } } };
      const value = computed(planned, looks);
      expect(value.level).toBe(levelOf({ ...common, look: level }));
      expect(limits.methods(value).join(' ')).toContain(words);
    },
  );

  it('refuses to guess which audit of the year it is', () => {
    const audits = { perYear: 4, falseAlarmsPerYear: 0.05, patients: 'new', spending: 'pocock' } as const;
    expect(() => computed({ ...cohort, limits: { ...plan, audits } })).toThrow(
      'no archive that counts the earlier ones',
    );
  });

  it('is absent from a cohort without limits', () => {
    const { limits: _, ...without } = cohort;
    expect(compute(without)).toBeNull();
  });

  it('refuses limits that name what the model or the cohort does not have', () => {
    const wrong = { limits: plan.limits.map((limit) => ({ ...limit, threshold: 'rule-in' })) };
    expect(() => compute({ ...cohort, limits: wrong })).toThrow(RefusedInput);
    const oak = { limits: [{ ...plan.limits[0], where: { site: 'oak' } }] };
    expect(() => compute({ ...cohort, sites: ['alder'], limits: oak })).toThrow(
      'cohort: limits: found hospital "oak", allowed alder',
    );
  });
});
