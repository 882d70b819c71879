import { describe, expect, it } from 'vitest';
import { inputHashes } from '#functions/audit/inputs.ts';
import { type WrittenReport, writeReport } from '#functions/audit/report.ts';
import { type ComparedReport, compareReports } from '#lib/report/comparison/compare.ts';
import { comparisonCsv, comparisonPage } from '#lib/report/comparison/page.ts';
import { comparedFigure } from '#lib/report/comparison/words.ts';
import { formatFigure } from '#lib/report/format.ts';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import { type Figure, isEstimate, type Report } from '#lib/report/record.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { differenceByMover, ratioByMover } from '#lib/validation/independent-figures.ts';
import type { SimulatedHospital } from '../../cohort-tables.ts';
import { simulatedInput } from '../../simulated-report.ts';

const TWO_HOSPITALS = [
  { site: 'birch', studies: 120, prevalence: 0.45, separation: 2.2 },
  { site: 'cedar', studies: 90, prevalence: 0.4, separation: 1.8 },
];

/** The same studies and labels; scores of the second are blurred towards a half. */
function writtenOf(blur: number, hospitals: readonly SimulatedHospital[]): WrittenReport {
  const key = JSON.stringify([blur, hospitals]);
  const input = simulatedInput(hospitals);
  const predictions = input.tables.predictions.map((row, i) =>
    row.score === null ? row : { ...row, score: row.score * (1 - blur) + (blur * ((i * 7919) % 1000)) / 1000 },
  );
  const tables = { ...input.tables, predictions };
  const inputs = inputHashes(tables, input.cohort, input.model);
  const written = made.get(key) ?? writeReport({ ...input, tables, provenance: { ...input.provenance, inputs } });
  made.set(key, written);
  return written;
}

/** A report takes seconds, and the tests ask for the same ones. */
const made = new Map<string, WrittenReport>();

async function sideOf(
  blur: number,
  edition: 'internal' | 'shareable' = 'internal',
  hospitals: readonly SimulatedHospital[] = TWO_HOSPITALS,
): Promise<ComparedReport> {
  const { files, predictions } = writtenOf(blur, hospitals);
  return {
    report: JSON.parse(files.get(`${edition}/report.json`) ?? '') as Report,
    predictions:
      edition === 'internal' ? await readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, predictions) : undefined,
  };
}

const figureOf = (comparison: ReturnType<typeof compareReports>, site: string | null, name: string) => {
  const figure = comparison.sites.find((entry) => entry.site === site)?.figures.find((entry) => entry.name === name);
  if (figure === undefined) throw new Error(`no ${name} at ${site}`);
  return figure;
};

describe('comparison of two reports', () => {
  const [{ site }] = TWO_HOSPITALS;

  it('of the same report shows no change, study by study, and no interval of no width', async () => {
    const comparison = compareReports(await sideOf(0), await sideOf(0));
    expect(figureOf(comparison, site, 'Brier score')).toMatchObject({
      basis: 'paired',
      change: { cannotTell: 'every study changes alike', point: 0 },
    });
    expect(figureOf(comparison, site, 'AUROC').change).toMatchObject({
      cannotTell: expect.stringContaining('alike'),
      point: 0,
    });
    expect(comparison.headline).toMatch(
      /^The second report against the first, both .* no change \(.* place every study alike, /,
    );
    expect(comparison.cautions[1]).toBe(
      `All ${comparison.studies?.both} studies in both reports have the same score in both.`,
    );
    expect(figureOf(comparison, site, 'Observed / expected')).toMatchObject({
      basis: 'paired',
      change: { cannotTell: 'each study adds alike to both figures', point: 1 },
    });
    expect(comparison.studies).toMatchObject({ contradicting: 0, onlyFirst: 0, onlySecond: 0 });
    expect(comparison.studies?.both).toBe(comparison.sites.find((entry) => entry.site === null)?.pairs);
    expect(comparison.cautions[0]).toBe('Both reports were computed from the same studies and labels.');
  });

  it('gives the change of each figure as the second minus the first, and narrower from pairs than from figures alone', async () => {
    const [first, second] = [await sideOf(0), await sideOf(0.6)];
    const paired = figureOf(compareReports(first, second), site, 'AUROC');
    const alone = figureOf(compareReports({ ...first, predictions: undefined }, second), site, 'AUROC');
    const lines = (side: ComparedReport) =>
      (side.predictions ?? []).filter((line) => line.site === site && line.analysis === 'primary');
    const ranked = (side: ComparedReport) => {
      const result = auroc({
        scores: Float64Array.from(lines(side), ({ score }) => score as number),
        labels: Uint8Array.from(lines(side), ({ label }) => label as number),
      });
      return 'estimate' in result ? result.estimate : Number.NaN;
    };
    if (!isEstimate(paired.change) || !isEstimate(alone.change)) throw new Error('no change');
    expect(paired.change.estimate).toBeCloseTo(ranked(second) - ranked(first), 12);
    expect(paired.change.upper).toBeLessThan(0);
    expect(paired.basis).toBe('paired');
    expect(alone.basis).toBe('unpaired');
    expect(alone.change.upper - alone.change.lower).toBeGreaterThan(paired.change.upper - paired.change.lower);
  });

  it('from shareable editions keeps hidden what they hide, and says that people are taken as different', async () => {
    const small = [{ site: 'tiny', studies: 14, prevalence: 0.3, separation: 1 }, ...TWO_HOSPITALS];
    const comparison = compareReports(await sideOf(0, 'shareable', small), await sideOf(0.3, 'shareable', small));
    expect(figureOf(comparison, 'tiny', 'AUROC').change).toEqual({ suppressed: true });
    expect(comparison.sites.every(({ pairs }) => pairs === null)).toBe(true);
    expect(comparison.cautions.join(' ')).toContain('as if the people were different ones');
  });

  it('names hospitals of one report only', async () => {
    const comparison = compareReports(await sideOf(0), await sideOf(0, 'internal', TWO_HOSPITALS.slice(1)));
    expect(comparison.onlyFirst).toEqual([site]);
    expect(comparison.cautions[0]).toContain('different studies or labels');
    expect(comparisonPage(comparison)).toContain(`Only in the first report: ${site}.`);
  });

  it('writes changes of shares in points, and each method with its source', async () => {
    const comparison = compareReports(await sideOf(0), await sideOf(0.6));
    const { change } = figureOf(comparison, site, 'Sensitivity, balanced');
    if (!isEstimate(change)) throw new Error('no change');
    const page = comparisonPage(comparison);
    expect(page).toContain(`<td class="number">${formatFigure(change, 'points')}</td>`);
    expect(page).toContain('Research use only');
    expect(comparison.methods.filter((text) => /DeLong|MOVER|Tango/.test(text) && !text.includes('doi:'))).toEqual([]);
  });

  it('of two figures alone is their difference or ratio, and none where one is hidden or a ratio would reach 0', () => {
    const figureAt = (estimate: number, lower: number) => ({
      ...{ estimate, lower, upper: estimate + 0.5, level: 0.95, method: '', n: 50, events: 20 },
    });
    const change = (first: Figure, second: Figure, isRatio: boolean) =>
      comparedFigure({ name: 'x', style: 'ratio', isRatio, first, second }, undefined);
    const [one, two] = [figureAt(0.8, 0.6), figureAt(1.2, 1)];
    expect(change(one, two, true)).toMatchObject({ basis: 'unpaired', pValue: null, change: ratioByMover(one, two) });
    expect(change(one, two, false).change).toEqual(differenceByMover(one, two));
    expect(change(one, figureAt(1.2, 0), true).change).toMatchObject({
      cannotTell: expect.stringContaining('reaches 0'),
    });
    expect(change(one, { suppressed: true }, true).change).toEqual({ suppressed: true });
  });

  it('refuses two outcomes', async () => {
    const other = await sideOf(0);
    const death = { ...other, report: { ...other.report, cohort: { ...other.report.cohort, label: 'death' } } };
    expect(() => compareReports(other, death)).toThrow(/found the labels coronary-disease and death/);
  });

  it('stands in a table with one line per hospital and figure', async () => {
    const comparison = compareReports(await sideOf(0), await sideOf(0.3));
    const lines = comparisonCsv(comparison).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + comparison.sites.reduce((count, { figures }) => count + figures.length, 0));
    expect(lines[1]).toMatch(new RegExp(`^${site},AUROC,paired,0\\.\\d+,`));
  });
});
