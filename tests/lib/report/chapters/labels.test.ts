import { describe, expect, it } from 'vitest';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import type { ChapterInput } from '#lib/report/chapter.ts';
import { labels } from '#lib/report/chapters/labels/labels.ts';
import type { LabelsValue } from '#lib/report/chapters/labels/value.ts';
import { isEstimate } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';
import { FOUR_HOSPITALS, LABEL, MODEL, simulatedTables } from '../../../cohort-tables.ts';
import { CONTRACT } from '../../../simulated-report.ts';

const cohort: Cohort = { name: 'labels', title: 'Simulated', model: MODEL, label: LABEL };
const complete = (() => {
  const tables = simulatedTables('labels', FOUR_HOSPITALS);
  const scored = new Set(selectCohort(tables, cohort).unlabelled.map(({ site, studyKey }) => `${site}/${studyKey}`));
  // Without the few studies that have no label by chance.
  return {
    ...tables,
    predictions: tables.predictions.map((row) =>
      scored.has(`${row.site}/${row.studyKey}`) ? { ...row, status: 'failed' as const, score: null } : row,
    ),
  };
})();

function input(tables: CohortTables, rule: Cohort = cohort): ChapterInput {
  const selection = selectCohort(tables, rule);
  const primary = selection.rows.filter(({ relation, unblinded }) => relation !== 'apparent' && !unblinded);
  return {
    rows: primary,
    silent: selection.silent,
    unlabelled: selection.unlabelled,
    selection,
    sites: selection.sites,
    model: CONTRACT,
    cohort: rule,
    seed: 'test',
  };
}

function computed(of: ChapterInput): LabelsValue {
  const value = labels.compute(of);
  if (value === null) throw new Error('nothing to say');
  return value;
}

/** Labels are kept with 95 % where the score is 0.5 or more, with 30 % below. */
function selective(tables: CohortTables): CohortTables {
  const draw = random('verified');
  const score = new Map(tables.predictions.map((row) => [`${row.site}/${row.studyKey}`, row.score ?? 0]));
  const kept = (row: CohortTables['labels'][number]) =>
    draw.bernoulli((score.get(`${row.site}/${row.studyKey}`) ?? 0) >= 0.5 ? 0.95 : 0.3);
  return { ...tables, labels: tables.labels.filter(kept) };
}

const figureOf = (value: LabelsValue, site: string | null, measure: string) =>
  value.verification.find((at) => at.site === site)?.figures.find((figure) => figure.measure === measure);

describe('the chapter of labels', () => {
  it('has nothing to correct where every scored study has a label', () => {
    const value = computed(input(complete));
    expect(value.verification).toEqual([]);
    expect(labels.points(value)).toEqual([]);
  });

  it('corrects sensitivity towards that of all studies where labels depend on the score', () => {
    const truth = computed(input(selective(complete)));
    const full = input(complete);
    const positives = full.rows.filter(({ label }) => label === 1);
    const sensitivity = positives.filter(({ score }) => score >= 0.5).length / positives.length;
    const figure = figureOf(truth, null, 'sensitivity');
    if (!figure?.byBands || !isEstimate(figure.naive) || !isEstimate(figure.byBands) || !isEstimate(figure.byWeights))
      throw new Error('cannot tell');
    expect(figure.naive.lower).toBeGreaterThan(sensitivity);
    expect(figure.byBands.lower).toBeLessThan(sensitivity);
    expect(figure.byBands.upper).toBeGreaterThan(sensitivity);
    expect(Math.abs(figure.byWeights.estimate - sensitivity)).toBeLessThan(figure.naive.estimate - sensitivity);
    expect(labels.points(truth)[0].text).toMatch(/^Labels: at .* who has a label depends on the score/);
    expect(labels.cautions(truth).map(({ code }) => code)).toContain('selective-verification');
  });

  it('bounds every figure by the labels that could be there, whatever they are', () => {
    const value = computed(input(selective(complete)));
    const full = input(complete);
    for (const { site, figures } of value.verification) {
      const rows = full.rows.filter((row) => site === null || row.site === site);
      const share = (label: number) => {
        const own = rows.filter((row) => row.label === label);
        return own.filter(({ score }) => score >= 0.5 === (label === 1)).length / own.length;
      };
      const truth = { AUROC: undefined, sensitivity: share(1), specificity: share(0) };
      for (const { measure, naive, worst, best } of figures) {
        if (!isEstimate(worst) || !isEstimate(best) || !isEstimate(naive)) continue;
        expect(worst.estimate).toBeLessThanOrEqual(naive.estimate);
        expect(best.estimate).toBeGreaterThanOrEqual(naive.estimate);
        const seen = truth[measure];
        if (seen === undefined) continue;
        expect(worst.estimate).toBeLessThanOrEqual(seen);
        expect(best.estimate).toBeGreaterThanOrEqual(seen);
      }
    }
    const sensitivity = figureOf(value, 'alder', 'sensitivity');
    const own = input(selective(complete));
    const at = (score: number) => score >= 0.5;
    const known = own.rows.filter(({ site, label }) => site === 'alder' && label === 1);
    const flagged = own.unlabelled.filter(({ site, score }) => site === 'alder' && at(score)).length;
    const found = known.filter(({ score }) => at(score)).length;
    if (sensitivity === undefined || !isEstimate(sensitivity.best)) throw new Error('cannot tell');
    expect(sensitivity.best.estimate).toBeCloseTo((found + flagged) / (known.length + flagged), 12);
    expect(labels.tables(value).get('labels-verification.csv')).toContain(String(sensitivity.best.estimate));
  });

  it('shows the figures of the report beside the corrected ones', () => {
    const value = computed(input(selective(complete)));
    const at = value.verification.find(({ site }) => site === 'alder');
    const rows = input(selective(complete)).rows.filter(({ site }) => site === 'alder');
    expect(at?.verified).toBe(rows.length);
    expect(figureOf(value, 'alder', 'AUROC')?.byBands).toBeNull();
  });

  it('counts a label given with the score in sight as no verification', () => {
    const tables = {
      ...complete,
      labels: complete.labels.map((row) =>
        row.site === 'alder' && row.row % 2 === 0 ? { ...row, blinded: false } : row,
      ),
    };
    const value = computed(input(tables));
    const alder = value.verification.find(({ site }) => site === 'alder');
    expect(alder?.verified).toBeLessThan(Number(alder?.scored) * 0.6);
    const blinded = value.sites.find(({ site }) => site === 'alder')?.facts.filter(({ fact }) => fact === 'blinded');
    expect(blinded?.map(({ value: said }) => said)).toEqual(['score in sight', 'not stated']);
  });

  it('says of labels by whom, how and when, and what is not stated', () => {
    const tables = {
      ...complete,
      labels: complete.labels.map((row) =>
        row.site === 'birch' ? { ...row, method: 'CT', readers: 2, blinded: true, date: '2024' } : row,
      ),
    };
    const value = computed(input(tables));
    const birch = value.sites.find(({ site }) => site === 'birch');
    expect(birch?.facts.map(({ fact, value: said }) => `${fact} ${said}`)).toEqual([
      'source angiography',
      'method CT',
      'readers 2',
      'blinded blinded to the score',
      'year 2024',
    ]);
    expect(labels.cautions(value).find(({ code }) => code === 'blinding-not-stated')?.text).not.toContain('birch');
    expect(labels.cautions(value).find(({ code }) => code === 'blinding-not-stated')?.text).toContain('alder');
  });

  it('measures how well two labels of a study agree', () => {
    const again = complete.labels
      .filter(({ site }) => site === 'alder')
      .slice(0, 40)
      .map((row, place) => ({
        ...row,
        dropKey: 'again',
        receivedAt: '2026-03-01T00:00:00Z',
        value: place < 4 ? 1 - row.value : row.value,
      }));
    const value = computed(input({ ...complete, labels: [...complete.labels, ...again] }));
    const alder = value.sites.find(({ site }) => site === 'alder');
    expect(alder).toMatchObject({ readings: null, corrections: { twice: 40, agree: 36 } });
    expect(alder?.corrections && isEstimate(alder.corrections.kappa)).toBe(true);
    expect(labels.tables(value).get('labels-agreement.csv')).toContain('first and last drop');
  });

  it('names hospitals that the cohort misspells or leaves out', () => {
    const rule = { ...cohort, sites: ['alder', 'brich'] };
    const codes = labels.cautions(computed(input(complete, rule))).map(({ code, text }) => `${code}: ${text}`);
    expect(codes.find((text) => text.startsWith('hospital-without-drops'))).toContain('brich');
    expect(codes.find((text) => text.startsWith('other-hospitals'))).toContain('birch, cedar and durmast');
  });

  it('lets no count leave the sites, nor a figure from which few unverified could be counted', () => {
    const value = computed(input(selective(complete)));
    const shared = labels.share(value, { isOpen: ({ site }) => site !== 'cedar', shows: () => true });
    expect(JSON.stringify(shared)).not.toMatch(/"(scored|verified|twice|agree)":\d/);
    const cedar = shared.verification.find(({ site }) => site === 'cedar');
    expect(cedar?.figures.map(({ naive, byWeights }) => [naive, byWeights])).toEqual(
      [0, 1, 2].map(() => [{ suppressed: true }, { suppressed: true }]),
    );
    const few = {
      ...value,
      verification: value.verification.map((at) => ({ ...at, scored: Number(at.verified) + 5 })),
    };
    const hidden = labels
      .share(few, { isOpen: () => true, shows: () => true })
      .verification.flatMap(({ figures }) => figures);
    expect(new Set(hidden.map(({ byWeights }) => JSON.stringify(byWeights)))).toEqual(new Set(['{"suppressed":true}']));
  });

  it('has nothing to say of a cohort without labels', () => {
    expect(labels.compute(input({ ...complete, labels: [] }))).toBeNull();
  });
});
