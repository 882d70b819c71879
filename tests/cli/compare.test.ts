import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import { evaluationBody, evaluationReport } from '#lib/report/evaluation/body.ts';
import { studiesParquet } from '#lib/report/evaluation/studies-table.ts';
import { simulatedReport } from '../simulated-report.ts';
import { tricuspid, workFolder } from './command.ts';

const EVALUATION = `title: EF
answer: continuous
quantity: EF
unit: mm
columns: { study: id, answer: model, reference: reader }`;

const folder = workFolder();
afterAll(() => folder.remove());

function put(name: string): void {
  const { files, predictions } = simulatedReport();
  for (const [path, body] of [...files, ['internal/predictions.parquet', predictions] as const]) {
    const target = folder.in(join(name, path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, body);
  }
}

describe('tricuspid compare', () => {
  it('writes page, record and table of two reports, pair by pair where both have their studies', async () => {
    put('march');
    const { code, stdout } = await tricuspid(
      folder.path,
      'compare',
      'march/internal',
      'march/internal',
      '--out',
      'change',
    );
    expect(stdout).toContain('The second report against the first, both cad-test 1.0.0 on simulated');
    expect(readdirSync(folder.in('change')).sort()).toEqual(['comparison.csv', 'comparison.html', 'comparison.json']);
    expect(readFileSync(folder.in('change/comparison.html'), 'utf8')).toContain('the same studies');
    expect(code).toBe(0);
  });

  it('compares an internal edition with a shareable one figure by figure', async () => {
    const { stdout } = await tricuspid(folder.path, 'compare', 'march/internal', 'march/shareable', '--out', 'mixed');
    expect(stdout).toContain('as if the people were different ones');
    expect(readFileSync(folder.in('mixed/comparison.html'), 'utf8')).not.toContain('the same studies');
  });

  /** Both internal editions as `evaluate` writes them. */
  async function putEvaluations(yaml: string, sides: readonly { name: string; rows: readonly string[] }[]) {
    for (const { name, rows } of sides) {
      const table = new TextEncoder().encode(['id,model,reader', ...rows].join('\n'));
      const description = readDescription('e.yaml', yaml);
      const answers = await evaluatedAnswers(description, await readAnswers('t.csv', table), async () => undefined);
      const body = evaluationBody({ answers, publicData: false, command: '', software: 'test', inputs: [] });
      mkdirSync(folder.in(`${name}/internal`), { recursive: true });
      writeFileSync(folder.in(`${name}/internal/report.json`), JSON.stringify(evaluationReport(body)));
      writeFileSync(folder.in(`${name}/internal/studies.parquet`), studiesParquet(answers, body.results) ?? '');
    }
  }

  it('takes two evaluations, study by study where both have their studies', async () => {
    const rows = (shift: number) =>
      Array.from({ length: 40 }, (_, i) => `s${i},${50 + (i % 7) + shift * (i % 3)},${50 + (i % 5)}`);
    await putEvaluations(EVALUATION, [
      { name: 'one', rows: rows(0) },
      { name: 'two', rows: rows(3) },
    ]);
    const { code, stdout } = await tricuspid(folder.path, 'compare', 'one/internal', 'two/internal', '--out', 'both');
    // Mean and t interval of the 40 differences 0, 3, 6, 0, ... by scipy: 2.925 (2.127 to 3.723).
    expect(stdout).toContain('change of Bias, mm, second minus first: 2.9 (2.1 to 3.7)');
    expect(stdout).toContain('40 studies are in both reports with the same reference');
    expect(code).toBe(0);
    const mixed = await tricuspid(folder.path, 'compare', 'one/internal', 'march/internal', '--out', 'x');
    expect(mixed.stderr).toContain(
      'found schemas tricuspid/evaluation-report/1 and tricuspid/cohort-report/1, allowed: one and the same',
    );
    writeFileSync(folder.in('two/internal/studies.parquet'), 'damaged');
    const damaged = await tricuspid(folder.path, 'compare', 'one/internal', 'two/internal', '--out', 'x');
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toContain('found no studies of the report in two/internal/studies.parquet');
    writeFileSync(folder.in('two/internal/report.json'), '{');
    const half = await tricuspid(folder.path, 'compare', 'one/internal', 'two/internal', '--out', 'x');
    expect(half.code).toBe(2);
    expect(half.stderr).toContain('found no JSON in two/internal/report.json');
  });

  it('takes the probabilities of two models, study by study', async () => {
    const yaml = 'title: AF\nanswer: probability\nevent: AF\ncolumns: { study: id, score: model, label: reader }';
    const rows = (step: number) => Array.from({ length: 40 }, (_, i) => `s${i},${((i * step) % 41) / 41},${i % 2}`);
    await putEvaluations(yaml, [
      { name: 'old', rows: rows(7) },
      { name: 'new', rows: rows(11).slice(4) },
    ]);
    const { stdout } = await tricuspid(folder.path, 'compare', 'old/internal', 'new/internal', '--out', 'models');
    expect(stdout).toContain(
      '36 studies are in both reports with the same reference and are compared one by one; 4 are',
    );
    expect(readFileSync(folder.in('models/comparison.html'), 'utf8')).toContain('paired DeLong');
  });

  it('refuses a folder without a report, and a file that is none', async () => {
    mkdirSync(folder.in('other'));
    writeFileSync(folder.in('other/report.json'), '{"schema":"else/1"}');
    const none = await tricuspid(folder.path, 'compare', 'march/internal', 'nowhere', '--out', 'x');
    const foreign = await tricuspid(folder.path, 'compare', 'other', 'march/internal', '--out', 'x');
    expect([none.code, foreign.code]).toEqual([2, 2]);
    expect(none.stderr).toContain('found no report (ENOENT), expected nowhere/report.json');
    expect(foreign.stderr).toContain('found schema else/1 in other/report.json, allowed: tricuspid/cohort-report/1');
  });
});
