import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { limitsIn } from '#cli/limits-file.ts';
import { referenceIn } from '#cli/reference-file.ts';
import { RefusedInput } from '#functions/errors.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { workFolder } from './command.ts';

const folder = workFolder();
afterAll(() => folder.remove());

const cohort: Cohort = {
  name: 'uci-heart',
  title: 'Four hospitals',
  model: { name: 'cad-measurements', version: '1.0.0' },
  label: 'coronary-artery-disease',
  sites: ['cleveland', 'hungary'],
};
const written = (name: string, text: string): string => {
  writeFileSync(folder.in(name), text);
  return folder.in(name);
};

describe('the limits of a file', () => {
  it('are read with the thresholds of the model and the hospitals of the cohort', async () => {
    const file = written('limits.yaml', 'limits:\n  - sensitivity at balanced lower bound >= 0.7 at hungary\n');
    expect(await limitsIn(file, cohort)).toMatchObject({
      limits: [{ measure: 'sensitivity', threshold: 'balanced', where: { site: 'hungary' } }],
    });
  });

  it.each([
    ['AUROC lower bound >= 0.8 at hungray', 'slips.yaml: limit 1: found "hungray", did you mean "hungary"?'],
    ['sensitivity at balance lower bound >= 0.8', 'found "balance", did you mean "balanced"?'],
  ])('are refused for %s', async (line, message) => {
    const file = written('slips.yaml', `limits:\n  - ${line}\n`);
    await expect(limitsIn(file, cohort)).rejects.toThrow(message);
    await expect(limitsIn(file, cohort)).rejects.toThrow(RefusedInput);
  });

  it('are refused where there is no file', async () => {
    await expect(limitsIn(folder.in('none.yaml'), cohort)).rejects.toThrow(
      'limits: found no file that can be read (ENOENT), expected YAML or JSON',
    );
  });
});

describe('the report of the last audit', () => {
  const summaries = [{ site: null, people: 3, labelled: 3, events: 1, scores: { edges: [], counts: [3] }, fields: [] }];
  const report = (more: object) =>
    written(
      'report.json',
      JSON.stringify({ model: cohort.model, cohort, chapters: { drift: { summaries } }, ...more }),
    );

  it('gives what it kept of its people', async () => {
    expect(await referenceIn(report({}), cohort)).toEqual({
      report: 'uci-heart, cad-measurements 1.0.0',
      populations: summaries,
    });
  });

  it.each([
    [{ model: { name: 'ecg-af', version: '1.0.0' } }, 'found a report of model ecg-af, allowed cad-measurements'],
    [{ chapters: { drift: { summaries: { suppressed: true } } } }, 'found no summary of people'],
    [{ chapters: {} }, 'found no summary of people'],
  ])('is refused with %j', async (more, message) => {
    await expect(referenceIn(report(more), cohort)).rejects.toThrow(message);
  });

  it('is refused where it is no JSON or no file', async () => {
    await expect(referenceIn(written('half.json', '{"model":'), cohort)).rejects.toThrow('found no JSON');
    await expect(referenceIn(folder.in('none.json'), cohort)).rejects.toThrow('(ENOENT)');
  });
});
