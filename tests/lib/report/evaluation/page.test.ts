// Every kind of answer as page and record: held to docs/evaluation.schema.json, and looked at in a browser.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationEditions, evaluationFiles, evaluationPapers } from '#lib/report/evaluation/body.ts';
import { testedOn } from '#lib/report/evaluation/page.ts';
import { accessibilityViolations } from '../../../axe.ts';
import { launchBrowser } from '../../../browser.ts';
import masks from '../../../fixtures/nifti/expected.json' with { type: 'json' };
import agreement from '../../../fixtures/reference/validation/agreement-clustered.json' with { type: 'json' };
import survival from '../../../fixtures/reference/validation/calibration-at-horizon.json' with { type: 'json' };
import graded from '../../../fixtures/reference/validation/ordinal.json' with { type: 'json' };
import probabilities from '../../../fixtures/reference/validation/probability.json' with { type: 'json' };
import several from '../../../fixtures/reference/validation/several-answers.json' with { type: 'json' };
import { type JsonSchema, schemaFaults } from '../../../schema-faults.ts';
import { bodyOf } from './evaluated.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../../../docs/evaluation.schema.json', import.meta.url), 'utf8'),
) as JsonSchema;

const named = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`);
const sites = (count: number): string[] => Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 'cedar' : 'elm'));

const bodies = {
  continuous: await bodyOf(
    `title: EF
answer: continuous
quantity: EF
unit: "%"
columns: { study: id, site: hospital, answer: model, reference: reader }
acceptableDifference: 5
classes: { cutPoints: [50], names: [low, high] }`,
    { id: named(72), hospital: sites(72), model: agreement.first, reader: agreement.second },
  ),
  'time-to-event': await bodyOf(
    `title: Death
answer: time-to-event
event: Death
timeUnit: years
columns: { study: id, site: hospital, time: time, event: status }
codes: { censored: 0, event: 1, competing: [2] }
horizons: [{ at: 2, risk: risk }, { at: 8, risk: risk }]`,
    {
      id: named(300),
      hospital: sites(300),
      time: survival.times,
      status: survival.causes,
      risk: survival.probabilities,
    },
  ),
  ordinal: await bodyOf(
    `title: Stenosis
answer: ordinal
quantity: Stenosis
grades: [0, 1, 2, 3]
columns: { study: id, site: hospital, answer: model, reference: reader }`,
    {
      id: named(graded.answer.length),
      hospital: sites(graded.answer.length),
      model: graded.answer,
      reader: graded.reference,
    },
  ),
  probability: await bodyOf(
    `title: Fibrillation
answer: probability
event: fibrillation
columns: { study: id, site: hospital, score: score, label: label }
groups: [{ column: sex }]
thresholds: [{ name: balanced, value: 0.5 }]`,
    probabilities.table,
  ),
  segmentation: await bodyOf(
    `title: Ventricle
answer: segmentation
columns: { study: id, answer: model, reference: reader }
structures: [{ value: 1, name: cavity }, { value: 2, name: wall }]
toleranceMm: 2`,
    {
      id: named(masks.studies.length),
      model: masks.studies.map(({ answer }) => answer),
      reader: masks.studies.map(({ reference }) => reference),
    },
    { masks: (path) => readFile(new URL(`../../../fixtures/nifti/${path}`, import.meta.url)) },
  ),
  classes: await bodyOf(
    `title: Rhythm
answer: classes
classes: [${several.classes.names.join(', ')}]
columns: { study: id, site: hospital, reference: reader, probabilities: { ${several.classes.names.map((name) => `${name}: ${name}`).join(', ')} } }`,
    {
      id: named(several.classes.reference.length),
      hospital: sites(several.classes.reference.length),
      reader: several.classes.reference.map((k) => several.classes.names[k]),
      ...Object.fromEntries(several.classes.names.map((name, k) => [name, several.classes.probabilities[k]])),
    },
  ),
  labels: await bodyOf(
    `title: Findings
answer: labels
columns: { study: id, site: hospital }
labels: [${several.findings.names.map((name) => `{ name: ${name}, reference: ${name}_ref, score: ${name}, threshold: 0.5 }`).join(', ')}]`,
    {
      id: named(several.findings.person.length),
      hospital: sites(several.findings.person.length),
      ...Object.fromEntries(several.findings.names.map((name, k) => [`${name}_ref`, several.findings.labels[k]])),
      ...Object.fromEntries(several.findings.names.map((name, k) => [name, several.findings.scores[k]])),
    },
  ),
};
const kinds = Object.keys(bodies) as (keyof typeof bodies)[];

describe.each(kinds)('the report on %s answers', (kind) => {
  it('is what docs/evaluation.schema.json says, in both editions', () => {
    for (const report of evaluationEditions(bodies[kind])) {
      expect(schemaFaults(JSON.parse(JSON.stringify(report)), SCHEMA).slice(0, 10)).toEqual([]);
      expect(report.results.kind).toBe(kind);
    }
  });

  it('says each figure of its answer with the sources of its methods', () => {
    const [report] = evaluationEditions(bodies[kind]);
    expect(report.methods.join(' ')).toMatch(/doi:10\./);
    expect(report.answer.points.length).toBeGreaterThan(0);
    expect(JSON.stringify(report)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

it('says on how many studies, people and hospitals, and against which reference', () => {
  const [report] = evaluationEditions(bodies.continuous);
  expect(testedOn(report)).toBe('Tested on 72 studies from 2 hospitals. Reference: how it was made is not stated.');
  const told = { ...report, referenceMethod: 'two cardiologists.', groups: [{ ...report.groups[0], subjects: 1 }] };
  expect(testedOn(told)).toBe('Tested on 72 studies of 1 person. Reference: two cardiologists.');
  expect(report.cautions.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['training-unknown', 'reference-not-stated']),
  );
});

describe('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it('has no accessibility violation and no sideways scroll on a phone in the dark', async () => {
    const context = await browser.newContext({
      viewport: { width: 360, height: 900 },
      colorScheme: 'dark',
      offline: true,
    });
    const page = await context.newPage();
    await page.setContent(
      evaluationFiles(evaluationEditions(bodies['time-to-event'])).get('internal/report.html') ?? '',
    );
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await context.close();
  });
});

it('is a paper too, pictures included', async () => {
  const papers = await evaluationPapers(evaluationEditions(bodies['time-to-event']).slice(0, 1));
  expect(new TextDecoder('latin1').decode(papers.get('internal/report.pdf')?.subarray(0, 5))).toBe('%PDF-');
});
