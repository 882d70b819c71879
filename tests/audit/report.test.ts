import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { writeReport } from '#functions/audit/report.ts';
import { RefusedInput } from '#functions/errors.ts';
import { chapterTables } from '#lib/report/chapters.ts';
import { formatFigure } from '#lib/report/format.ts';
import { siteGroups } from '#lib/report/groups.ts';
import { isEstimate, type Report } from '#lib/report/record.ts';
import { summary } from '#lib/report/summary.ts';
import { FOUR_HOSPITALS } from '../cohort-tables.ts';
import { pointOf } from '../report-points.ts';
import { simulatedInput, simulatedReport } from '../simulated-report.ts';

const APPARENT = { site: 'elm', studies: 150, prevalence: 0.4, separation: 3, relation: 'apparent' as const };

function parsed(files: ReadonlyMap<string, string>, path: string): Report {
  return JSON.parse(files.get(path) ?? '') as Report;
}

describe('writeReport', () => {
  const { report, files } = simulatedReport();

  it('writes page, record and tables of both editions', () => {
    const tables = [
      'calibration-bins',
      'calibration-curves',
      'checklists',
      'flow',
      'performance',
      'scores',
      'silence',
      'table1',
      'thresholds',
    ];
    const names = ['report.html', 'report.json', ...tables.map((name) => `tables/${name}.csv`)];
    const chapters = chapterTables(report.chapters).map(([name]) => `tables/${name}`);
    const core = [...files.keys()].filter((path) => !chapters.some((name) => path.endsWith(`/${name}`)));
    expect(core.sort()).toEqual(
      [
        'internal/hidden-cells.json',
        ...['internal', 'shareable'].flatMap((edition) => names.map((name) => `${edition}/${name}`)),
      ].sort(),
    );
  });

  it('gives the same bytes for the same input', () => {
    expect(writeReport(simulatedInput()).files).toEqual(files);
  });

  it('gives the same bytes whatever the order of the rows in the tables', () => {
    const input = simulatedInput();
    const { studies, predictions, labels, ledger } = input.tables;
    const tables = {
      studies: studies.toReversed(),
      predictions: predictions.toReversed(),
      labels: labels.toReversed(),
      ledger: ledger.toReversed(),
    };
    expect(writeReport({ ...input, tables }).files).toEqual(files);
  });

  it('stores the report that it returns', () => {
    expect(parsed(files, 'internal/report.json')).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it('ends the flow with the studies that the results start from', () => {
    for (const { site, steps } of report.flow) {
      const group = report.primary.groups.find((one) => one.site === site && one.sex === null && one.ageBand === null);
      expect(steps.at(-1)?.count).toBe(group?.n);
    }
  });

  it('finds hospitals in the order in which their simulated separation puts them', () => {
    const [alder, birch, , durmast] = siteGroups(report.primary).map(({ auroc }) =>
      isEstimate(auroc) ? auroc : undefined,
    );
    expect(alder?.lower).toBeGreaterThan(durmast?.estimate ?? 1);
    expect(birch?.lower).toBeGreaterThan(0.5);
  });

  it('sees the simulated shift of the scores as observed over expected', () => {
    const [, birch, , durmast] = siteGroups(report.primary).map(({ observedExpected }) => observedExpected);
    expect(isEstimate(birch) && birch.upper).toBeLessThan(1);
    expect(isEstimate(durmast) && durmast.lower).toBeGreaterThan(1);
    expect(pointOf(report, 'Calibration')).toMatch(
      /^Calibration: on average the predicted probability was too low at .*durmast .*; too high at birch/,
    );
  });

  it('says that it cannot tell where a hospital has too few women', () => {
    const women = report.primary.groups.find(({ site, sex }) => site === 'durmast' && sex === 'female');
    expect(women?.auroc).toHaveProperty('cannotTell');
    expect(pointOf(report, 'Cannot tell the ranking')).toContain('Women at durmast (');
  });

  it('calls studies from training apparent, keeps them apart and warns', () => {
    const { report: withElm } = simulatedReport([...FOUR_HOSPITALS, APPARENT]);
    expect(withElm.primary).toEqual(report.primary);
    expect(withElm.apparent?.relations).toEqual(['apparent']);
    expect(withElm.apparent === null ? [] : siteGroups(withElm.apparent).map(({ site }) => site)).toEqual(['elm']);
    expect(withElm.cautions.map(({ code }) => code)).toContain('apparent');
    expect(withElm.answer.headline).not.toContain('external (the model was not');
    expect(report.cautions.map(({ code }) => code)).not.toContain('apparent');
  });

  it('reports nothing but apparent performance when the model saw every study', () => {
    const { report: inSample, files: written } = simulatedReport([APPARENT]);
    expect(inSample.primary.relations).toEqual([]);
    expect(siteGroups(inSample.primary)).toEqual([]);
    expect(inSample.answer.headline).toContain('Evidence: none');
    expect(summary(inSample)).toEqual({ sites: [] });
    expect(written.get('internal/report.html')).toContain('Apparent AUROC');
  });

  it('counts people where they have several studies', () => {
    const { report: clustered } = simulatedReport([{ ...FOUR_HOSPITALS[0], studiesPerSubject: 4 }]);
    const [alder] = siteGroups(clustered.primary);
    expect(alder.subjects).toBe(80);
    expect(alder.auroc).toMatchObject({ method: expect.stringContaining('Obuchowski') });
    expect(clustered.methods.join(' ')).toContain('doi:10.2307/2533958');
    expect(clustered.methods.join(' ')).not.toContain('DeLong');
  });

  it('reports a cohort without any study', () => {
    const input = simulatedInput([]);
    const { report: empty } = writeReport({ ...input, cohort: { ...input.cohort, sites: ['alder'] } });
    expect(empty.answer.headline).toContain('tested on 0 studies from 0 hospitals');
    expect(pointOf(empty, 'Ranking')).toBe('Ranking: cannot tell at any hospital how well the model orders patients.');
    expect(empty.answer.points).toHaveLength(3);
  });

  it('refuses a contract of another version', () => {
    const input = simulatedInput();
    const model = { ...input.model, version: '2.0.0' };
    expect(() => writeReport({ ...input, model })).toThrow(RefusedInput);
    expect(() => writeReport({ ...input, model })).toThrow(
      'cohort simulated: found the contract of cad-test 2.0.0, allowed: cad-test 1.0.0',
    );
  });

  it('writes CSV with the numbers of report.json', () => {
    const rows = parse(files.get('internal/tables/performance.csv') ?? '', {
      columns: true,
      record_delimiter: '\r\n',
    }) as Record<string, string>[];
    expect(rows).toHaveLength(report.primary.groups.length);
    rows.forEach((row, i) => {
      const { site, n, auroc } = report.primary.groups[i];
      expect([row.site, row.n]).toEqual([site ?? 'all', String(n)]);
      const seen = 'point' in auroc ? [String(auroc.point), '', ''] : ['', '', ''];
      const told = isEstimate(auroc) ? [auroc.estimate, auroc.lower, auroc.upper].map(String) : seen;
      expect([row.auroc, row.auroc_lower, row.auroc_upper]).toEqual(told);
    });
  });

  it.each(['internal', 'shareable'])('shows every figure of report.json on the page: %s', (edition) => {
    const page = files.get(`${edition}/report.html`) ?? '';
    const { groups } = parsed(files, `${edition}/report.json`).primary;
    const shown = groups.flatMap((group) => [
      formatFigure(group.auroc, 'fraction'),
      formatFigure(group.observedExpected, 'ratio'),
      ...(group.sex === null && group.ageBand === null ? [formatFigure(group.brier, 'fraction')] : []),
      ...group.thresholds.flatMap((at) =>
        [at.sensitivity, at.specificity].map((figure) => formatFigure(figure, 'percent')),
      ),
    ]);
    expect(new Set(shown).size).toBeGreaterThan(30);
    for (const text of shown) expect(page).toContain(`>${text}`);
  });

  it('sums up the sites for programs', () => {
    const { sites } = summary(report);
    expect(sites.map(({ site }) => site)).toEqual(FOUR_HOSPITALS.map(({ site }) => site));
    expect(sites[0].auroc).toEqual({
      estimate: expect.any(Number),
      lower: expect.any(Number),
      upper: expect.any(Number),
      delong: { lower: expect.any(Number), upper: expect.any(Number) },
    });
    expect(sites[2]).toMatchObject({
      auroc: { lower: expect.any(Number) },
      calibrationIntercept: { cannotTell: expect.stringContaining('without the outcome') },
    });
  });
});
