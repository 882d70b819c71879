import { describe, expect, it } from 'vitest';
import { sourceOfParquet } from '#lib/cohort/evaluation/cell-source.ts';
import { probabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import { measureProbabilities } from '#lib/report/evaluation/probability/measure.ts';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { FOUR_HOSPITALS } from '../../cohort-tables.ts';
import { simulatedReport } from '../../simulated-report.ts';

describe('internal/predictions.parquet', () => {
  const hospitals = [
    ...FOUR_HOSPITALS,
    { site: 'elm', studies: 60, prevalence: 0.4, separation: 2, relation: 'apparent' as const, studiesPerSubject: 3 },
  ];
  const { report, predictions } = simulatedReport(hospitals);
  const lines = readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, predictions);

  it('holds the studies of every analysis, as many as the flow counts', async () => {
    const counts = Map.groupBy(await lines, ({ analysis }) => analysis);
    const total = report.flow.find(({ site }) => site === null);
    const left = (name: string) => total?.steps.find((step) => step.name === name)?.count;
    const lost = (name: string, code: string) =>
      total?.steps.find((step) => step.name === name)?.losses.find((loss) => loss.code === code)?.count;
    expect(counts.get('primary')?.length).toBe(left('primary'));
    expect(counts.get('apparent')?.length).toBe(lost('primary', 'apparent'));
    expect(counts.get('unlabelled')?.length).toBe(lost('labelled', 'no-label'));
  });

  it('gives the figures of the report again', async () => {
    const oak = (await lines).filter(({ site, analysis }) => site === FOUR_HOSPITALS[0].site && analysis === 'primary');
    const again = auroc({
      scores: Float64Array.from(oak, ({ score }) => score ?? Number.NaN),
      labels: Uint8Array.from(oak, ({ label }) => label ?? 2),
    });
    expect(report.primary.groups[0]).toMatchObject({ site: FOUR_HOSPITALS[0].site, auroc: again });
  });

  it('is a table that `tricuspid evaluate` reads: the same figures of hospitals, pooled, and gaps between groups', async () => {
    const yaml = `title: The same again
answer: probability
event: the outcome
columns: { study: studyKey, subject: subject, site: site, score: score, label: label }
groups: [{ column: sex }]
only: { column: analysis, value: primary }`;
    const description = readDescription('e.yaml', yaml);
    if (description.answer !== 'probability') throw new Error('expected probabilities');
    const source = await sourceOfParquet('predictions.parquet', predictions.slice().buffer);
    const { results } = measureProbabilities(await probabilityAnswers(description, source));
    const rounded = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(11)) : one)));
    for (const { name } of FOUR_HOSPITALS.map(({ site }) => ({ name: site }))) {
      const wanted = report.primary.groups.find(
        ({ site, sex, ageBand }) => site === name && sex === null && ageBand === null,
      );
      const found = results.groups.find(({ group, value }) => group === 'site' && value === name);
      const { n, events, brier, observedExpected, calibrationIntercept } = wanted ?? {};
      expect(rounded([found?.n, found?.events, found?.brier, found?.observedExpected, found?.intercept])).toEqual(
        rounded([n, events, brier, observedExpected, calibrationIntercept]),
      );
    }
    const pooled = (of: typeof results.hospitals | undefined) =>
      of?.measures.filter(({ threshold }) => threshold === null).map((measure) => [measure.measure, measure.pooled]);
    expect(rounded(pooled(results.hospitals))).toEqual(rounded(pooled(report.chapters.hospitals)));
    const gaps = (columns: NonNullable<typeof results.fairness>['columns'] | undefined) =>
      columns
        ?.find(({ column }) => column === 'site')
        ?.gaps.filter(({ threshold }) => threshold === null)
        .map(({ metric, group, difference, pValue }) => [metric, group, difference, pValue]);
    expect(rounded(gaps(results.fairness?.columns))).toEqual(rounded(gaps(report.chapters.fairness?.columns)));
    expect(gaps(results.fairness?.columns)?.length).toBeGreaterThan(2);
  });

  it('numbers people for this run only: equal numbers are one person', async () => {
    const elm = (await lines).filter(({ site }) => site === 'elm');
    const studies = Map.groupBy(elm, ({ subject }) => subject);
    expect(Math.max(...[...studies.values()].map((of) => of.length))).toBe(3);
    expect(new Set((await lines).map(({ subject }) => subject)).size).toBe(
      Math.max(...(await lines).map(({ subject }) => subject)),
    );
  });
});
