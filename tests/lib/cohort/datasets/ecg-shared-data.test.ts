// The copies in ../shared/data, where they are. Expected counts: models/ecg-af/recipe (Python) reads the same files with its own
// code; results.json there lists segments by rhythm, and each folder's README the rest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cinc2017 } from '#lib/cohort/datasets/cinc2017.ts';
import { cinc2021 } from '#lib/cohort/datasets/cinc2021.ts';
import { cpsc2021 } from '#lib/cohort/datasets/cpsc2021.ts';
import { exportDataset } from '#lib/cohort/datasets/export.ts';
import { mitdb } from '#lib/cohort/datasets/mitdb.ts';
import { ptbXl } from '#lib/cohort/datasets/ptb-xl.ts';
import { collect, countBy, droppedRecords, droppedRows } from './collect.ts';

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const recipe = new URL('../../../../models/ecg-af/', import.meta.url);
const unpacked = mkdtempSync(join(tmpdir(), 'datasets-'));
afterAll(() => rmSync(unpacked, { recursive: true, force: true }));
const unpack = (archive: string): void => {
  const { status, stderr } = spawnSync('tar', ['-xJf', join(data, archive), '-C', unpacked], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
};

describe.skipIf(!existsSync(join(data, 'ptbxl-500')))('12-lead sources', () => {
  test('ptb-xl: 353 ECGs of 339 people at four sites, 9 with fibrillation', async () => {
    const records = await droppedRecords(await ptbXl.open(join(data, 'ptbxl-500')));
    expect(countBy(records, ({ site }) => site)).toEqual({
      'ptb-xl-site-0': 169,
      'ptb-xl-site-1': 130,
      'ptb-xl-site-2': 11,
      'ptb-xl-site-3': 43,
    });
    expect(new Set(records.map(({ ecg }) => ecg.patientId)).size).toBe(339);
    expect(countBy(records, ({ ecg }) => ecg.description.sex)).toEqual({ M: 161, F: 192 });
    expect(countBy(records, ({ label }) => label)).toEqual({ 0: 344, 1: 9 });
  });

  test('cpsc2021: 34 pieces of 3 people, 10 of fibrillation in 2', async () => {
    const records = await droppedRecords(await cpsc2021.open(join(data, 'ecg-cpsc-samples')));
    expect(countBy(records, ({ label }) => label)).toEqual({ 0: 24, 1: 10 });
    expect(new Set(records.map(({ ecg }) => ecg.patientId))).toEqual(new Set(['21', '8', '92']));
  });

  test('cinc2021: 39 ECGs of four sources, one with fibrillation', async () => {
    const records = await droppedRecords(await cinc2021.open(join(data, 'ecg12-cinc2021-sample')));
    expect(countBy(records, ({ site }) => site)).toEqual({
      'cinc2021-cpsc-2018-extra': 11,
      'cinc2021-georgia': 12,
      'cinc2021-ningbo': 10,
      'cinc2021-ptb-xl': 6,
    });
    expect(countBy(records, ({ ecg }) => ecg.description.sex)).toEqual({ M: 21, F: 18 });
    expect(records.filter(({ label }) => label === 1)).toHaveLength(1);
  });
});

describe.skipIf(!existsSync(join(data, 'mitdb')))('sources in archives', () => {
  beforeAll(async () => {
    unpack('mitdb/mitdb-37records.tar.xz');
    unpack('ecg-cinc2017-af/training2017.tar.xz');
    await cp(join(data, 'ecg-cinc2017-af/labels.csv'), join(unpacked, 'labels.csv'));
  }, 120_000);

  test('mitdb: the pieces that the recipe cuts, by rhythm and person, from files with their published hashes', async () => {
    const open = await mitdb.open(unpacked);
    const rows = await droppedRows(open);
    const external = JSON.parse(readFileSync(new URL('recipe/results.json', recipe), 'utf8')).external;
    const { segments, people, fibrillationSegments, byRhythm } = external.find(
      ({ source }: { source: string }) => source === 'mitdb',
    );
    const flutter = byRhythm.find(({ rhythm }: { rhythm: string }) => rhythm === 'AFL').segments;
    expect(countBy(rows, ({ labels }) => labels[0]?.value ?? null)).toEqual({
      0: segments - fibrillationSegments - flutter,
      1: fibrillationSegments,
      null: flutter,
    });
    expect(new Set(rows.map(({ patientId }) => patientId)).size).toBe(people);
    expect(open.notes()[0]).toBe('all 111 files read agree with their published SHA-256');
  }, 60_000);

  test('cinc2017: every recording has the hash that the recipe trained on', async () => {
    const lines = (await collect(exportDataset(cinc2017, unpacked))).map((line) => JSON.parse(line));
    expect(countBy(lines, ({ label }) => label)).toEqual({ 0: 1600, 1: 590, null: 227 });
    const { groups } = JSON.parse(readFileSync(new URL('model.json', recipe), 'utf8')).training;
    expect(new Set(lines.map(({ hash }) => hash))).toEqual(new Set(Object.values(groups).flat()));
  }, 60_000);
});
