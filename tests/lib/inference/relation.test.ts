import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEcg, encodeEcg, leadHash } from '#lib/formats/ecg-object.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { judgeChooser } from '#lib/inference/relation.ts';
import { plainContract } from '../../steps/models.ts';
import { contractJson, ECG_AF, ecgContract, type Json } from './models.ts';

const shipped = ecgContract(contractJson(ECG_AF));
const [first, second] = ['1', '2'].map((digit) => digit.repeat(64));

/** ecg-af, trained on these payloads. */
function trainedOn(
  groups: Readonly<Record<string, readonly string[]>>,
  foldsBy: 'site' | 'recording' = 'recording',
): ModelContract {
  const json = contractJson(ECG_AF);
  const empty = Object.fromEntries(Object.keys(shipped.training.groups).map((group) => [group, []]));
  return ecgContract({ ...json, training: { ...(json.training as Json), foldsBy, groups: { ...empty, ...groups } } });
}

describe('which weights judge', () => {
  test('those of all, for what training never saw', () => {
    expect(judgeChooser(trainedOn({ 'fold-1': [first] }))(second)).toEqual({ file: 'all.onnx', relation: 'external' });
  });

  test('those that left its fold out, for what training saw', () => {
    const judge = judgeChooser(trainedOn({ 'fold-1': [first], 'fold-4': [second] }));
    expect(judge(second)).toEqual({ file: 'fold-4.onnx', relation: 'left-out-fold' });
  });

  test('where folds are sites, the relation says so', async () => {
    expect(judgeChooser(trainedOn({ 'fold-1': [first] }, 'site'))(first).relation).toBe('left-out-site');
    const table = await plainContract();
    const folds: ModelContract = {
      ...table,
      files: [...table.files, { file: 'without-north.onnx', sha256: first, role: 'fold', leftOut: 'north' }],
      training: { ...table.training, groups: { north: [first] } },
    };
    expect(judgeChooser(folds)(first)).toEqual({ file: 'without-north.onnx', relation: 'left-out-site' });
  });

  test('those of all, called apparent, where two folds hold the payload or two leads were seen in two folds', () => {
    const apparent = { file: 'all.onnx', relation: 'apparent' };
    expect(judgeChooser(trainedOn({ 'fold-1': [first], 'fold-2': [first] }))(first)).toEqual(apparent);
    expect(judgeChooser(trainedOn({ 'fold-1': [first], 'fold-2': [second] }))(first, second)).toEqual(apparent);
  });

  test('one lead that training saw is enough', () => {
    expect(judgeChooser(trainedOn({ 'fold-5': [second] }))(first, second).file).toBe('fold-5.onnx');
  });
});

const archive = new URL('../../../../shared/data/ecg-cinc2017-af/training2017.tar.xz', import.meta.url);

describe.skipIf(!existsSync(archive))(
  'the training recordings of ecg-af (skipped where ../shared/data is not there)',
  () => {
    let folder: string;
    let names: readonly string[];

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'tricuspid-cinc2017-'));
      execFileSync('tar', ['-xJf', archive.pathname, '-C', folder]);
      const headers = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.hea'),
      );
      names = headers.map((file) => file.slice(0, -'.hea'.length)).sort();
    }, 60_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('are recognised from their files, each in the one fold that the recipe dealt it to', () => {
      const groups = new Map(
        Object.entries(shipped.training.groups).map(([group, hashes]) => [group, new Set(hashes)]),
      );
      const found = new Map<string, number>();
      const judge = judgeChooser(shipped);
      for (const name of names) {
        const files = new Map([`${name}.hea`, `${name}.mat`].map((file) => [file, readFileSync(join(folder, file))]));
        const [lead] = decodeEcg(encodeEcg(readWfdb(files, name).leads));
        const hash = leadHash(lead);
        const own = [...groups].filter(([, hashes]) => hashes.has(hash)).map(([group]) => group);
        expect(own).toHaveLength(1);
        expect(judge(hash)).toEqual({ file: `${own[0]}.onnx`, relation: 'left-out-fold' });
        found.set(own[0], (found.get(own[0]) ?? 0) + 1);
      }
      expect(names).toHaveLength(2417);
      expect(Object.fromEntries(found)).toEqual({
        'fold-1': 484,
        'fold-2': 484,
        'fold-3': 483,
        'fold-4': 483,
        'fold-5': 483,
      });
    }, 60_000);
  },
);
