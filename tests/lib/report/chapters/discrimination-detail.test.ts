import { describe, expect, it } from 'vitest';
import { writeReport } from '#functions/audit/report.ts';
import { type AnalysedRow, selectCohort } from '#lib/cohort/select.ts';
import type { ChapterInput } from '#lib/report/chapter.ts';
import { discriminationDetail } from '#lib/report/chapters/discrimination-detail/discrimination-detail.ts';
import { safeSteps } from '#lib/report/chapters/discrimination-detail/share.ts';
import { type CurveStep, DETAIL_METRICS } from '#lib/report/chapters/discrimination-detail/value.ts';
import { formatFigure } from '#lib/report/format.ts';
import { isEstimate, isSuppressed, type Report } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';
import { FOUR_HOSPITALS, LABEL, MODEL, simulatedTables } from '../../../cohort-tables.ts';
import { CONTRACT, simulatedInput } from '../../../simulated-report.ts';

const sites = FOUR_HOSPITALS.map(({ site }) => site);
const cohort = { name: 'detail', title: 'Simulated', model: MODEL, label: LABEL, sites };
const written = (publicData: boolean) =>
  writeReport({ ...simulatedInput(), tables: simulatedTables('detail', FOUR_HOSPITALS), cohort, publicData }).files;
const files = written(false);
const reportOf = (edition: string): Report => JSON.parse(files.get(`${edition}/report.json`) ?? '');
const detailOf = (report: Report) => {
  const value = report.chapters['discrimination-detail'];
  if (value === null) throw new Error('the report has no discrimination in detail');
  return value;
};
const internal = reportOf('internal');
const shared = reportOf('shareable');

const selection = selectCohort(simulatedTables('detail', FOUR_HOSPITALS), cohort);

/** Rows of one hospital; people have one study each. */
function rowsOf(site: string, labels: readonly number[], seed: string): AnalysedRow[] {
  const source = random(seed);
  return labels.map((label, i) => ({
    ...selection.rows[0],
    ...{ site, studyKey: `s${i}`, subjectKey: `p${i}`, label: label === 1 ? 1 : 0 },
    score: 1 / (1 + Math.exp(1 - source.normal(2 * label))),
  }));
}

function inputOf(rows: readonly AnalysedRow[]): ChapterInput {
  const here = [...new Set(rows.map(({ site }) => site))];
  return { rows, silent: [], unlabelled: [], selection, sites: here, model: CONTRACT, cohort, seed: 'detail' };
}

describe('discrimination in detail', () => {
  it('shows on the page and in the tables the figures of report.json', () => {
    const page = files.get('internal/report.html') ?? '';
    for (const { averagePrecision, thresholds } of detailOf(internal).sites) {
      if (isEstimate(averagePrecision)) expect(page).toContain(formatFigure(averagePrecision, 'fraction'));
      for (const { metrics } of thresholds) {
        if (isEstimate(metrics.f1)) expect(page).toContain(formatFigure(metrics.f1, 'fraction'));
      }
    }
    const table = files.get('internal/tables/discrimination-detail-thresholds.csv') ?? '';
    expect(table.split('\r\n')).toHaveLength(2 + sites.length * CONTRACT.thresholds.length);
  });

  it('sets every figure under its own heading', () => {
    const page = files.get('internal/report.html') ?? '';
    const table = page.match(/<table id="metrics-0">.*?<\/table>/s)?.[0] ?? '';
    const headings = [...table.matchAll(/<th scope="col"[^>]*>(.*?)<\/th>/g)].map(([, text]) => text);
    const [alder] = detailOf(internal).sites;
    const row = table.match(new RegExp(`<th scope="row">${alder.site}</th>(.*?)</tr>`, 's'))?.[1] ?? '';
    const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text);
    expect(headings).toHaveLength(cells.length + 1);
    const { balancedAccuracy, matthewsCorrelation } = alder.thresholds[0].metrics;
    expect(cells[headings.indexOf('Balanced accuracy') - 1]).toBe(formatFigure(balancedAccuracy, 'fraction'));
    expect(cells[headings.indexOf('Matthews correlation') - 1]).toBe(formatFigure(matthewsCorrelation, 'fraction'));
  });

  it('has the counts of the core at every threshold', () => {
    for (const { site, thresholds } of detailOf(internal).sites) {
      const core = internal.primary.groups.find(
        (group) => group.site === site && group.sex === null && group.ageBand === null && group.device === null,
      );
      for (const [i, at] of thresholds.entries()) {
        const { truePositives, falsePositives, trueNegatives, falseNegatives } = at;
        expect(core?.thresholds[i]).toMatchObject({ truePositives, falsePositives, trueNegatives, falseNegatives });
      }
    }
  });

  it('ends every curve at all studies and never falls', () => {
    for (const { curve, n, events } of detailOf(internal).sites) {
      expect(curve.at(-1)).toMatchObject({ truePositives: events, falsePositives: Number(n) - Number(events) });
      for (const [i, step] of curve.slice(1).entries()) {
        expect(step.truePositives).toBeGreaterThanOrEqual(curve[i].truePositives);
        expect(step.falsePositives).toBeGreaterThanOrEqual(curve[i].falsePositives);
      }
    }
  });

  it('hides a hospital with a hidden count and shows no step of 1 to 10 of the others', () => {
    const value = detailOf(shared);
    const hidden = value.sites.filter(({ n, events }) => isSuppressed(n) || isSuppressed(events));
    expect(hidden.length).toBeGreaterThan(0);
    for (const { averagePrecision, curve, thresholds } of hidden) {
      expect(isSuppressed(averagePrecision)).toBe(true);
      expect(curve).toEqual([]);
      for (const { metrics } of thresholds)
        for (const name of DETAIL_METRICS) expect(isSuppressed(metrics[name])).toBe(true);
    }
    const open = value.sites.filter((site) => !hidden.includes(site));
    expect(open.some(({ curve }) => curve.length > 3)).toBe(true);
    const small = (count: number): boolean => count >= 1 && count <= 10;
    for (const { curve } of open) {
      for (const [i, { score, truePositives, falsePositives }] of curve.entries()) {
        expect(score).toBeNull();
        expect(small(truePositives - (curve[i - 1]?.truePositives ?? 0))).toBe(false);
        expect(small(falsePositives - (curve[i - 1]?.falsePositives ?? 0))).toBe(false);
      }
    }
  });

  it('drops a point beside a threshold whose counts are shown', () => {
    const step = (truePositives: number, falsePositives: number): CurveStep => ({
      score: 0.5,
      truePositives,
      falsePositives,
    });
    const curve = [step(20, 0), step(40, 15), step(60, 40), step(80, 80)];
    const counts = (steps: readonly CurveStep[]) => steps.map(({ truePositives }) => truePositives);
    expect(counts(safeSteps(curve, []))).toEqual([20, 40, 60, 80]);
    expect(counts(safeSteps(curve, [step(40, 18)]))).toEqual([20, 60, 80]);
    expect(counts(safeSteps([step(5, 0), ...curve], []))).toEqual([20, 40, 60, 80]);
    expect(counts(safeSteps([step(20, 0), step(75, 80), step(80, 80)], []))).toEqual([20, 80]);
    expect(safeSteps([], [])).toEqual([]);
  });

  it('names its methods and warns where hospitals differ in prevalence', () => {
    expect(internal.methods.join(' ')).toContain('F1, Wilson interval of TP / (TP + FP + FN)');
    expect(internal.cautions.map(({ code }) => code)).toContain('prevalence-in-metrics');
  });

  it('says why at a hospital without the outcome, and nothing without rows', () => {
    const none = discriminationDetail.compute(inputOf(rowsOf('oak', new Array(40).fill(0), 'none')));
    expect(none?.sites[0].averagePrecision).toMatchObject({
      cannotTell: '0 studies with the outcome are fewer than 10',
    });
    expect(none?.sites[0].thresholds[0].metrics.matthewsCorrelation).toHaveProperty('cannotTell');
    if (none === null) throw new Error('no value');
    const page = JSON.stringify(discriminationDetail.section(none, internal));
    expect(page).not.toContain('NaN');
    expect(JSON.parse(JSON.stringify(none))).toEqual(none);
    expect(discriminationDetail.compute(inputOf([]))).toBeNull();
    expect(discriminationDetail.cautions(none)).toEqual([]);
  });

  it('counts people where they have several studies, and tells no number of them outside', () => {
    const once = rowsOf(
      'elm',
      Array.from({ length: 120 }, (_, i) => i % 2),
      'people',
    );
    const value = discriminationDetail.compute(
      inputOf([...once, ...once.map((row) => ({ ...row, studyKey: `${row.studyKey}b` }))]),
    );
    if (value === null) throw new Error('no value');
    expect(value.sites[0].averagePrecision).toMatchObject({ n: 240, clusters: 120 });
    const open = discriminationDetail.share(value, { isOpen: () => true, shows: () => true });
    expect(JSON.stringify(open)).not.toContain('clusters');
    expect(open.sites[0].averagePrecision).toMatchObject({ n: 240 });
  });

  it('gives the same figures for the same seed', () => {
    const rows = rowsOf(
      'ash',
      Array.from({ length: 90 }, (_, i) => Number(i % 3 === 0)),
      'same',
    );
    expect(discriminationDetail.compute(inputOf(rows))).toEqual(discriminationDetail.compute(inputOf(rows)));
  });
});
