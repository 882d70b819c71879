import { describe, expect, it } from 'vitest';
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

  it('numbers people for this run only: equal numbers are one person', async () => {
    const elm = (await lines).filter(({ site }) => site === 'elm');
    const studies = Map.groupBy(elm, ({ subject }) => subject);
    expect(Math.max(...[...studies.values()].map((of) => of.length))).toBe(3);
    expect(new Set((await lines).map(({ subject }) => subject)).size).toBe(
      Math.max(...(await lines).map(({ subject }) => subject)),
    );
  });
});
