import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { examples } from '#lib/report/chapters/examples/examples.ts';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import type { Report } from '#lib/report/record.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { chapterInput, pageOf } from '../../../chapter-input.ts';
import { CONTRACT, simulatedReport } from '../../../simulated-report.ts';

describe('examples', () => {
  const { report, files, predictions } = simulatedReport();

  it('are the studies on which score and label disagree most, at most three of each kind at each hospital', async () => {
    const lines = await readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, predictions);
    const shown = report.chapters.examples?.examples ?? [];
    expect(shown.length).toBeGreaterThan(4 * 3);
    for (const kind of Map.groupBy(shown, ({ site, label }) => `${site} ${label}`).values()) {
      expect(kind.length).toBeLessThanOrEqual(3);
    }
    for (const { site, studyKey, score, label } of shown) {
      const here = lines.filter((line) => line.site === site && line.analysis === 'primary' && line.label === label);
      const worse = here.filter((line) => (label === 1 ? (line.score ?? 1) < score : (line.score ?? 0) > score));
      expect(worse.length).toBeLessThan(3);
      expect(here.map((line) => line.studyKey)).toContain(studyKey);
    }
  });

  it('are called wrongly: a low score without the outcome is no disagreement', () => {
    const [{ value }] = CONTRACT.thresholds;
    const found = report.chapters.examples?.examples ?? [];
    expect(found.filter(({ score, label }) => score >= value === (label === 1))).toEqual([]);
    const input = chapterInput([{ site: 'oak', studies: 40, prevalence: 0, separation: 1 }]);
    const right = { ...input, rows: input.rows.map((row) => ({ ...row, score: 0.002 })) };
    expect(examples.compute(right)).toEqual({ examples: [] });
    expect(renderToString(pageOf(examples, { examples: [] }, input))).toContain(
      'No study is called wrongly at “balanced”',
    );
  });

  it('stay with the hospitals', () => {
    const shared = JSON.parse(files.get('shareable/report.json') ?? '') as Report;
    expect(shared.chapters.examples).toEqual({ examples: null });
    expect(files.get('shareable/report.html')).toContain('internal edition only');
    expect([...files.keys()].filter((path) => path.endsWith('examples.csv'))).toEqual(['internal/tables/examples.csv']);
    for (const { studyKey } of report.chapters.examples?.examples ?? []) {
      expect(files.get('shareable/report.html')).not.toContain(`>${studyKey}<`);
    }
  });

  it('are none where nothing was analysed', () => {
    expect(examples.compute({ rows: [], sites: [] } as unknown as Parameters<typeof examples.compute>[0])).toBeNull();
  });
});
