import { describe, expect, it } from 'vitest';
import { examples } from '#lib/report/chapters/examples/examples.ts';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import type { Report } from '#lib/report/record.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { simulatedReport } from '../../../simulated-report.ts';

describe('examples', () => {
  const { report, files, predictions } = simulatedReport();

  it('are the studies on which score and label disagree most, three of each kind at each hospital', async () => {
    const lines = await readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, predictions);
    const shown = report.chapters.examples?.examples ?? [];
    expect(shown).toHaveLength(4 * 6);
    for (const { site, studyKey, score, label } of shown) {
      const here = lines.filter((line) => line.site === site && line.analysis === 'primary' && line.label === label);
      const worse = here.filter((line) => (label === 1 ? (line.score ?? 1) < score : (line.score ?? 0) > score));
      expect(worse.length).toBeLessThan(3);
      expect(here.map((line) => line.studyKey)).toContain(studyKey);
    }
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
