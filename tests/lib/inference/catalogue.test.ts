import { beforeAll, describe, expect, test } from 'vitest';
import type { InvalidModel } from '#functions/errors.ts';
import { installModel } from '#functions/install/install.ts';
import { slotsFor } from '#lib/inference/catalogue.ts';
import { disabledKey, modelKey } from '#lib/ledger/keys.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket } from '#lib/local/memory.ts';
import { copyModels, SHIPPED_FOLDER } from '../../steps/models.ts';
import { ECG_AF, THREE_LEADS } from './models.ts';

const ECG_MODELS = [
  { model: 'ecg-af', version: '1.0.0', lane: 'standard' },
  { model: 'three-leads', version: '1.0.0', lane: 'standard' },
];

let installed: MemoryBucket;

beforeAll(async () => {
  installed = new MemoryBucket();
  for (const folder of [SHIPPED_FOLDER, ECG_AF, THREE_LEADS])
    await installModel(folder, folderReader(folder), installed);
});

async function slots(kind: string, change: (archive: MemoryBucket) => void = () => undefined) {
  const archive = new MemoryBucket();
  await copyModels(installed, archive);
  change(archive);
  const refused: InvalidModel[] = [];
  return { slots: await slotsFor(kind, archive, (error) => refused.push(error)), refused };
}

describe('the models that a study is planned for', () => {
  test('are those that read its kind', async () => {
    expect(await slots('ecg')).toEqual({ slots: ECG_MODELS, refused: [] });
    expect((await slots('measurements')).slots.map(({ model }) => model)).toEqual(['cad-measurements']);
    expect((await slots('image')).slots).toEqual([]);
  });

  test('are not those that are switched off', async () => {
    const found = await slots('ecg', (archive) => archive.drop(disabledKey('ecg-af', '1.0.0'), ''));
    expect(found.slots).toEqual(ECG_MODELS.slice(1));
  });

  test.each([
    ['that is no JSON', '{"name":', 'model.json: found 8 bytes that are not JSON, allowed JSON'],
    ['of no kind', '{}', 'model.json: accepts: found another value, allowed object'],
  ])('are not those with a contract %s, and the others are asked all the same', async (_, text, message) => {
    const found = await slots('ecg', (archive) => archive.drop(modelKey('ecg-af', '1.0.0', 'model.json'), text));
    expect(found.slots).toEqual(ECG_MODELS.slice(1));
    expect(found.refused.map((error) => error.message)).toEqual([`model ecg-af@1.0.0: ${message}`]);
  });
});
