import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { type Ended, tricuspid, workFolder } from './command.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/ecg12-cinc2021-sample', import.meta.url));
vi.setConfig({ testTimeout: 300_000 });

describe.skipIf(!existsSync(DATA))('a run over the ECGs of four sources', () => {
  const folder = workFolder();
  let run: Ended;

  beforeAll(async () => {
    run = await tricuspid(
      folder.path,
      ...['run', '--dataset', 'cinc2021', '--from', DATA, '--to', 'report', '--state', 'state', '--json'],
    );
  }, 600_000);
  afterAll(() => folder.remove());

  it('analyses what has a label and an answer, by source, and prints nothing but JSON', () => {
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    const { sites } = JSON.parse(run.stdout);
    // Of the extra recordings of CPSC one is flutter, without a label, and one is refused as noise.
    expect(sites.map(({ site, n }: { site: string; n: number }) => [site, n])).toEqual([
      ['cinc2021-cpsc-2018-extra', 9],
      ['cinc2021-ptb-xl', 6],
      ['cinc2021-georgia', 12],
      ['cinc2021-ningbo', 10],
    ]);
  });

  it('judges every ECG by weights that saw none of these sources', async () => {
    const written = readFileSync(folder.in('report/internal/predictions.parquet'));
    const rows = await readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, written);
    expect(rows).toHaveLength(39);
    const scored = rows.filter(({ score }) => score !== null);
    expect(scored.length).toBeGreaterThan(30);
    for (const { relation, file } of scored)
      expect({ relation, file }).toEqual({ relation: 'external', file: 'all.onnx' });
  });

  it('counts the ECGs on which the model kept silent, each with its reason', () => {
    const { flow } = JSON.parse(readFileSync(folder.in('report/internal/report.json'), 'utf8'));
    const { steps } = flow.find(({ site }: Record<string, unknown>) => site === null);
    expect(steps.flatMap(({ losses }: { losses: unknown[] }) => losses)).toMatchObject([
      { code: 'noise-probable', count: 1 },
      { code: 'no-label', count: 1 },
    ]);
  });

  it('reports by source and sex, and says what to be careful with', () => {
    const { primary, cohort } = JSON.parse(readFileSync(folder.in('report/internal/report.json'), 'utf8'));
    expect(cohort.cautions).toContain('Atrial flutter has no label. Part of the records are those of PTB-XL and CPSC.');
    const women = primary.groups.find(
      ({ site, sex, ageBand }: Record<string, unknown>) => site === 'cinc2021-georgia' && sex === 'female' && !ageBand,
    );
    expect(women).toMatchObject({ n: 6, events: 0, auroc: { cannotTell: expect.any(String) } });
  });
});
