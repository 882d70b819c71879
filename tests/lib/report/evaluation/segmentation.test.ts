// Masks and numbers: tests/fixtures/nifti/make.py.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { MaskSource } from '#lib/cohort/evaluation/segmentation-answers.ts';
import { evaluationEditions, evaluationFiles } from '#lib/report/evaluation/body.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { MEASURES, type SegmentationResults } from '#lib/report/evaluation/segmentation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import expected from '../../../fixtures/nifti/expected.json' with { type: 'json' };
import { bodyOf } from './evaluated.ts';

const YAML = `
title: Left ventricle by a model
answer: segmentation
columns: { study: id, site: hospital, answer: model, reference: reader }
structures: [{ value: 1, name: cavity }, { value: 2, name: wall }]
toleranceMm: 1.5
`;

type Mean = (typeof expected.summary)['1']['dice'];

const masks: MaskSource = (path) =>
  readFile(new URL(`../../../fixtures/nifti/${path}`, import.meta.url)).catch(() => undefined);

const columns = {
  id: expected.studies.map((_, i) => `s${i}`),
  hospital: expected.studies.map((_, i) => (i < 11 ? 'cedar' : 'elm')),
  model: expected.studies.map(({ answer }) => answer),
  reader: expected.studies.map(({ reference }) => reference),
};

function resultsOf({ results }: EvaluationBody): SegmentationResults {
  if (results.kind !== 'segmentation') throw new Error('expected results of masks');
  return results;
}

describe('a report on masks', () => {
  it('has the means and intervals of scipy, distances only where the spacing is known', async () => {
    const body = await bodyOf(YAML, columns, { masks });
    const results = resultsOf(body);
    expect(results.withoutSpacing).toBe(1);
    const [cavity, wall] = results.groups[0].structures;
    for (const [structure, label] of [
      [cavity, '1'],
      [wall, '2'],
    ] as const) {
      for (const measure of MEASURES) {
        const { n, estimate, lower, upper } = expected.summary[label][measure];
        const mean = structure.measures[measure].mean as Mean;
        expect(mean.n).toBe(n);
        expect(mean.estimate).toBeCloseTo(estimate, 10);
        expect(mean.lower).toBeCloseTo(lower, 9);
        expect(mean.upper).toBeCloseTo(upper, 9);
      }
    }
    expect(wall).toMatchObject({ both: 11, missed: 1, invented: 0, absent: 1 });
    expect(body.provenance.inputs.at(-1)).toMatchObject({ name: '26 masks, their paths and hashes in order' });
  });

  it('takes the stated unit where a file names none', async () => {
    const results = resultsOf(await bodyOf(`${YAML}spacingUnit: mm\n`, columns, { masks }));
    expect(results.withoutSpacing).toBe(0);
    expect(results.groups[0].structures[0].measures.hausdorff95.mean).toMatchObject({ n: 13 });
  });

  it('counts masks that cannot be read or compared, and refuses a folder without any', async () => {
    const model = columns.model.with(0, 'nowhere.nii.gz').with(1, '').with(2, '0-answer.nii.gz');
    const reader = columns.reader.with(3, 'expected.json');
    const body = await bodyOf(YAML, { ...columns, model, reader }, { masks });
    expect(body.flow[0].steps.flatMap(({ losses }) => losses.map(({ code, count }) => `${code} ${count}`))).toEqual([
      'answer-unreadable 1',
      'no-answer 1',
      'reference-unreadable 1',
    ]);
    await expect(bodyOf(YAML, columns)).rejects.toThrow('t.csv: found no mask that can be read');
  });

  it('keeps single studies and small hospitals inside', async () => {
    const body = await bodyOf(YAML, columns, { masks });
    const shared = shareableEvaluation(body);
    expect(resultsOf(body).studies).toHaveLength(26);
    expect(resultsOf(shared).studies).toEqual([]);
    expect(JSON.stringify(shared)).not.toMatch(/"(?:n|both|missed|invented|absent|count)":(?:[1-9]|10)[,}]/);
    const files = evaluationFiles(evaluationEditions(body));
    expect(String(files.get('internal/report.html'))).toContain('Studies to look at');
    expect(String(files.get('shareable/report.html'))).not.toContain('Studies to look at');
    expect(files.has('shareable/tables/studies.csv')).toBe(false);
  });
});
