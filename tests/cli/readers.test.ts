import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { description, simulatedFiles } from '../lib/report/readers/simulated-readers.ts';
import { tricuspid, workFolder } from './command.ts';

const work = workFolder();
afterAll(work.remove);

function studyFolder(name: string, json: string): string {
  const folder = work.in(name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'study.json'), json);
  for (const [file, bytes] of simulatedFiles(80, { sensitivity: 0.7, specificity: 0.9 }))
    writeFileSync(join(folder, file), bytes);
  return folder;
}

describe('tricuspid readers', () => {
  it('writes both editions of the report and prints the answer', { timeout: 60_000 }, async () => {
    const folder = studyFolder('study', JSON.stringify(description));
    const { code, stdout, stderr } = await tricuspid(work.path, 'readers', folder, '--to', 'report');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('Model and residents on 80 simulated ECGs, 2 findings');
    const report = JSON.parse(readFileSync(work.in('report/internal/report.json'), 'utf8'));
    expect(report).toMatchObject({ schema: 'tricuspid/reader-report/1', audience: 'internal', n: 80 });
    expect(report.provenance.inputs.map(({ name }: { name: string }) => name)).toContain('study.json');
    expect(readFileSync(work.in('report/shareable/report.html'), 'utf8')).toContain('Shareable edition');
  });

  it('refuses what it does not understand with exit code 2', { timeout: 60_000 }, async () => {
    const typo = studyFolder('typo', JSON.stringify({ ...description, rater: [] }));
    const refused = await tricuspid(work.path, 'readers', typo);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('study.json: found unknown field rater at top level');
    const broken = await tricuspid(work.path, 'readers', studyFolder('broken', '{'));
    expect(broken).toMatchObject({ code: 2 });
    expect(broken.stderr).toContain('study.json: found text that is not JSON');
    const unknown = await tricuspid(work.path, 'readers', typo, '--dataset', 'nothing');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('found dataset nothing, accepted code-test');
  });
});
