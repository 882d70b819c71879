import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { tricuspid, workFolder } from './command.ts';

const work = workFolder();
afterAll(work.remove);

const YAML = `
title: Ejection fraction by a model
answer: continuous
quantity: Ejection fraction
unit: "%"
columns: { study: id, answer: model, reference: reader }
`;

describe('tricuspid evaluate', () => {
  it('writes both editions with their PDF and prints the answer, the same three things first', {
    timeout: 60_000,
  }, async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `s${i},${50 + (i % 7)},${50 + (i % 5)}`);
    writeFileSync(work.in('ef.csv'), ['id,model,reader', ...rows].join('\n'));
    writeFileSync(
      work.in('e.yaml'),
      `${YAML}acceptableDifference: 1\nclasses: { cutPoints: [53], names: [low, high] }\n`,
    );
    const { code, stdout, stderr } = await tricuspid(work.path, 'evaluate', 'ef.csv', '--as', 'e.yaml', '--out', 'out');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('Ejection fraction: answers lie above the reference on average');
    const report = JSON.parse(readFileSync(work.in('out/internal/report.json'), 'utf8'));
    expect(report).toMatchObject({ schema: 'tricuspid/evaluation-report/1', audience: 'internal' });
    const told = stdout.split('\n').flatMap((line) => /^\d\. (.*)/.exec(line)?.[1] ?? []);
    expect(told).toHaveLength(3);
    expect(report.answer.points.slice(0, 3)).toEqual(told);
    expect(report.provenance.inputs.map(({ name }: { name: string }) => name)).toEqual(['e.yaml', 'ef.csv']);
    expect(readFileSync(work.in('out/shareable/report.pdf'), 'latin1')).toMatch(/^%PDF-/);
  });

  it('reads probabilities from Parquet by column and hashes the file as it is', { timeout: 60_000 }, async () => {
    const rows = Array.from({ length: 60 }, (_, i) => i);
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'id', type: 'INT32', data: rows },
        { name: 'p', type: 'DOUBLE', data: rows.map((i) => (i + 1) / 62) },
        { name: 'af', type: 'BOOLEAN', data: rows.map((i) => i % 7 > 3 || i > 40) },
      ],
      rowGroupSize: 25,
    });
    writeFileSync(work.in('af.parquet'), new Uint8Array(bytes));
    writeFileSync(
      work.in('af.yaml'),
      'title: Fibrillation\nanswer: probability\nevent: fibrillation\ncolumns: { study: id, score: p, label: af }',
    );
    const args = ['evaluate', 'af.parquet', '--as', 'af.yaml', '--out', 'af'];
    const { code, stdout, stderr } = await tricuspid(work.path, ...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Fibrillation (60 studies, 36 with it): AUROC');
    const report = JSON.parse(readFileSync(work.in('af/internal/report.json'), 'utf8'));
    const sha256 = createHash('sha256').update(new Uint8Array(bytes)).digest('hex');
    expect(report.provenance.inputs[1]).toEqual({ name: 'af.parquet', sha256 });
  });

  it('refuses what it does not understand with exit code 2', { timeout: 60_000 }, async () => {
    writeFileSync(work.in('ef.csv'), 'id,model,reader\na,50,51');
    writeFileSync(work.in('typo.yaml'), `${YAML}quantitty: x\n`);
    const refused = await tricuspid(work.path, 'evaluate', 'ef.csv', '--as', 'typo.yaml', '--out', 'refused');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('typo.yaml: found unknown field quantitty at top level, did you mean quantity?');
  });
});
