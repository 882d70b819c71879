import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { Explanation } from '#lib/attribution/occlusion.ts';
import { examples } from '#lib/report/chapters/examples/examples.ts';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import type { Report } from '#lib/report/record.ts';
import type { RerunResult } from '#lib/robustness/disturbance.ts';
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
    expect(examples.compute(right)).toEqual({ examples: [], explained: null });
    expect(renderToString(pageOf(examples, { examples: [], explained: null }, input))).toContain(
      'No study is called wrongly at “balanced”',
    );
  });

  it('stay with the hospitals', () => {
    const shared = JSON.parse(files.get('shareable/report.json') ?? '') as Report;
    expect(shared.chapters.examples).toEqual({ examples: null, explained: null });
    expect(files.get('shareable/report.html')).toContain('internal edition only');
    expect([...files.keys()].filter((path) => path.endsWith('examples.csv'))).toEqual(['internal/tables/examples.csv']);
    for (const { studyKey } of report.chapters.examples?.examples ?? []) {
      expect(files.get('shareable/report.html')).not.toContain(`>${studyKey}<`);
    }
  });

  it('come with what the model says of them without parts of their input, or with the reason why not', () => {
    const input = chapterInput([{ site: 'oak', studies: 60, prevalence: 0.5, separation: 1 }]);
    const said = (reruns?: RerunResult) => {
      const value = examples.compute({ ...input, reruns });
      if (value === null) throw new Error('no examples');
      return {
        value,
        page: renderToString(pageOf(examples, value, input)),
        methods: examples.methods(value).join(' '),
      };
    };
    expect(said().page).toContain('No explanation stands beside the examples: the report was made from tables alone');
    expect(said({ notRun: 'the model is switched off' }).page).toContain(
      'beside the examples: the model is switched off.',
    );
    const [first] = said().value.examples ?? [];
    const parts = [
      { name: 'stSlope', score: 0.21 },
      { name: 'cholesterol', score: 0.7 },
      { name: 'restingEcg', score: null },
    ];
    const test = { parts: 1, withoutFirst: 0.21, withoutLast: 0.7, holds: true };
    const explanation: Explanation = { ...first, of: 'values left out', score: 0.72, parts, test };
    const rerun = { disturbances: [], drawn: 0, studies: [], gone: 0, unreached: 0, explanations: [explanation] };
    const { value, page, methods } = said(rerun);
    expect(page).toContain('ST slope: 0.210; cholesterol: 0.700; resting ECG: no answer');
    expect(page).toContain('in 1 of 1 studies.');
    const count = value.examples?.length ?? 0;
    expect(count).toBeGreaterThan(1);
    expect(page).toContain(`Of ${count - 1} of the ${count} studies there is no explanation`);
    expect(methods).toContain('doi:10.1007/978-3-319-10590-1_53');
    expect(examples.tables(value).get('examples-explanations.csv')).toContain(
      `${first.site},${first.studyKey},values left out,0.72,cholesterol,0.7,1,0.21,0.7,true`,
    );
    expect(examples.share(value, { isOpen: () => true, shows: () => true })).toEqual({
      examples: null,
      explained: null,
    });
  });

  it('are none where nothing was analysed', () => {
    expect(examples.compute({ rows: [], sites: [] } as unknown as Parameters<typeof examples.compute>[0])).toBeNull();
  });
});
