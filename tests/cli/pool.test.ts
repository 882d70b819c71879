import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { selectCohort } from '#lib/cohort/select.ts';
import { hospitals } from '#lib/report/chapters/hospitals/hospitals.ts';
import { LABEL, MODEL } from '../cohort-tables.ts';
import { CONTRACT, simulatedInput } from '../simulated-report.ts';
import { tricuspid, workFolder } from './command.ts';

// Each test starts a process, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = workFolder();
afterAll(() => folder.remove());

const NAMES = ['ash', 'birch', 'cedar', 'elm', 'fir'];
const reports = NAMES.map((name) => `${name}/report.json`);

/** What pooling reads of a hospital's report. */
function reportOf(site: string, place: number): object {
  const { tables, cohort, model } = simulatedInput([
    { site, studies: 200 + 40 * place, prevalence: 0.3, separation: 1.6 + 0.2 * place },
  ]);
  const selection = selectCohort(tables, cohort);
  const { regulatoryStatus, files } = CONTRACT;
  return {
    schema: 'tricuspid/cohort-report/1',
    audience: 'shareable',
    cohort: { title: `Patients of ${site}`, label: LABEL },
    model: { ...MODEL, regulatoryStatus, files },
    primary: { relations: ['external'] },
    provenance: { missing: 0, inputs: [{ sha256: String(place).repeat(64) }] },
    chapters: { hospitals: hospitals.compute({ ...selection, selection, model, cohort, seed: 'none' }) },
  };
}

function put(name: string, json: unknown): void {
  mkdirSync(dirname(folder.in(name)), { recursive: true });
  writeFileSync(folder.in(name), JSON.stringify(json));
}

describe('tricuspid pool', () => {
  beforeAll(() => {
    for (const [place, name] of NAMES.entries()) put(`${name}/report.json`, reportOf(name, place));
  });

  it('pools reports of five hospitals, writes a page, JSON and tables, and says the same in the terminal', async () => {
    const { code, stdout, stderr } = await tricuspid(folder.path, 'pool', ...reports, '--to', 'pooled');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('cad-test 1.0.0: 5 hospitals of 5 reports');
    expect(stdout).toMatch(
      /^AUROC {23,} +5 {2}0\.\d{3} \(0\.\d{3} to 0\.\d{3}\) {2}a further hospital 0\.\d{3} to 0\.\d{3}$/m,
    );
    expect(readdirSync(folder.in('pooled')).sort()).toEqual([
      'hospitals-case-mix.csv',
      'hospitals-pooled.csv',
      'hospitals-sites.csv',
      'pooled.html',
      'pooled.json',
    ]);
    const [, said = ''] = /mean AUROC is (0\.\d{3} \([^)]*\))/.exec(stdout) ?? [];
    expect(readFileSync(folder.in('pooled/pooled.html'), 'utf8')).toContain(said);
    const json = JSON.parse(readFileSync(folder.in('pooled/pooled.json'), 'utf8'));
    expect(json).toMatchObject({ schema: 'tricuspid/pooled-reports/1', label: LABEL, model: MODEL });
    expect(json.hospitals.summaries.map(({ site }: { site: string }) => site)).toEqual(NAMES);
  });

  it('prints JSON and nothing else when asked', async () => {
    const { stdout } = await tricuspid(folder.path, 'pool', ...reports.slice(0, 2), '--json');
    expect(JSON.parse(stdout).hospitals.measures[0].pooled).toEqual({
      cannotTell: 'two hospitals give the figure, and fewer than 3 cannot show how much hospitals differ',
    });
  });

  it('names hospitals whose figures are hidden', async () => {
    const hidden = JSON.parse(JSON.stringify(reportOf('small', 7)));
    const [summary] = hidden.chapters.hospitals.summaries;
    hidden.chapters.hospitals.summaries = [
      { ...summary, auroc: { absent: 'hidden in the shareable report (counts of 1 to 10)' } },
    ];
    put('small/report.json', hidden);
    const { code, stdout } = await tricuspid(folder.path, 'pool', ...reports.slice(0, 3), 'small/report.json');
    expect(code).toBe(0);
    expect(stdout).toContain('Takes no part: AUROC: small (hidden in the shareable report (counts of 1 to 10)).');
  });

  it.each([
    [
      'a file that is not there',
      ['ash/report.json', 'none.json'],
      'found no file that can be read (ENOENT), expected none.json',
    ],
    ['one report alone', ['ash/report.json'], 'found 1 report, accepted at least 2'],
    [
      'the same report twice',
      ['ash/report.json', 'ash/report.json'],
      'found the same inputs in ash/report.json and ash/report.json',
    ],
  ] as const)('refuses %s with exit code 2', async (_what, files, words) => {
    const { code, stdout, stderr } = await tricuspid(folder.path, 'pool', ...files);
    expect(stderr).toContain(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('refuses text that is no JSON, and another model', async () => {
    writeFileSync(folder.in('broken.json'), '{');
    put('other.json', {
      ...reportOf('oak', 8),
      model: { ...MODEL, version: '9.0.0', regulatoryStatus: 'x', files: [] },
    });
    const broken = await tricuspid(folder.path, 'pool', 'ash/report.json', 'broken.json');
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('found no JSON in broken.json')]);
    const other = await tricuspid(folder.path, 'pool', 'ash/report.json', 'other.json');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('cad-test 9.0.0 in other.json')]);
  });
});
