// The main job on real input; skipped where the published files are not beside the repository.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import type { Figure, Report } from '#lib/report/record.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { type Ended, tricuspid, workFolder } from './command.ts';

const published = fileURLToPath(new URL('../../../shared/data/uci-heart', import.meta.url));
const isThere = existsSync(published);
/** People per hospital, as heart-disease.names of the published files counts them. */
const PEOPLE = { cleveland: 303, hungary: 294, switzerland: 123, 'va-long-beach': 200 };

describe.skipIf(!isThere)('run --dataset uci-heart (needs ../shared/data/uci-heart)', () => {
  const folder = workFolder();
  let run: Ended;
  let report: Report;

  beforeAll(async () => {
    const parameters = [
      'run',
      '--dataset',
      'uci-heart',
      '--from',
      published,
      '--to',
      'report',
      '--state',
      'state',
      '--json',
    ];
    run = await tricuspid(folder.path, ...parameters);
    report = JSON.parse(readFileSync(folder.in('report/internal/report.json'), 'utf8'));
  }, 600_000);
  afterAll(() => folder.remove());

  it('ends well and prints nothing but JSON', () => {
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    expect(Object.keys(JSON.parse(run.stdout))).toEqual(['sites']);
  });

  it('analyses everybody of each hospital', () => {
    const sites: { site: string; n: number }[] = JSON.parse(run.stdout).sites;
    expect(Object.fromEntries(sites.map(({ site, n }) => [site, n]))).toEqual(PEOPLE);
  });

  it('judges every row by the weights that never saw its hospital', async () => {
    expect(report.primary.relations).toEqual(['left-out-site']);
    expect(report.apparent).toBeNull();
    const written = readFileSync(folder.in('report/internal/predictions.parquet'));
    const rows = await readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, written);
    expect(rows).toHaveLength(920);
    for (const { site, score, relation, file } of rows) {
      expect({ score, relation, file }).toEqual({
        score: expect.any(Number),
        relation: 'left-out-site',
        file: `without-${site}.onnx`,
      });
    }
  });

  it('prints the figures of report.json, and the page shows them', () => {
    const text = readFileSync(folder.in('report/internal/report.html'), 'utf8')
      .replaceAll(/<(?:style|script)[\s\S]*?<\/(?:style|script)>/g, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    for (const printed of JSON.parse(run.stdout).sites) {
      const group = report.primary.groups.find(({ site, sex, ageBand }) => site === printed.site && !sex && !ageBand);
      for (const name of ['auroc', 'brier', 'observedExpected', 'calibrationIntercept'] as const) {
        expect(printed[name], `${printed.site} ${name}`).toMatchObject(bare(group?.[name] as Figure));
      }
      expect(printed.n).toBe(group?.n);
      const { estimate, lower, upper } = printed.auroc;
      const shown = `${estimate.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`;
      expect(text, printed.site).toContain(shown);
    }
  });
});

/** Estimate and interval alone, or why there is none. */
function bare(figure: Figure): object {
  if ('cannotTell' in figure) return { cannotTell: figure.cannotTell };
  if (!('estimate' in figure)) return figure;
  const { estimate, lower, upper } = figure;
  return { estimate, lower, upper };
}
