import { beforeAll, expect, test } from 'vitest';
import { installModel } from '#functions/install/install.ts';
import { listModels } from '#lib/inference/catalogue.ts';
import type { ModelFileReader } from '#lib/inference/golden.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket } from '#lib/local/memory.ts';
import { SHIPPED_FOLDER } from '../steps/models.ts';

const read = folderReader(SHIPPED_FOLDER);

let installed: MemoryBucket;

beforeAll(async () => {
  installed = new MemoryBucket();
  await installModel('cad-measurements', read, installed);
});

/** The shipped folder with one file changed or left out. */
const changed =
  (file: string, change: (bytes: Uint8Array) => Uint8Array | undefined): ModelFileReader =>
  async (name) => {
    const bytes = await read(name);
    return name === file && bytes ? change(bytes) : bytes;
  };

const withByte = (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, Buffer.from('\n')]);

test('the shipped model is installed, its contract last, and twice does no harm', async () => {
  const written: string[] = [];
  const archive = new MemoryBucket((moment, effect) => moment === 'after' && written.push(effect));
  const name = await installModel('cad-measurements', read, archive);
  expect(written.at(-1)).toMatch(/model\.json$/);
  const count = written.length;
  expect(await installModel('cad-measurements', read, archive)).toBe(name);
  expect(written.length).toBe(count);
  expect((await listModels(archive)).map(({ model, version }) => `${model}@${version}`)).toEqual([name]);
});

test('an installation that died half-way is no model yet, and the next one completes it', async () => {
  let effects = 0;
  const archive = new MemoryBucket((moment) => {
    if (moment === 'before' && ++effects === 4) throw new Error('the process ended');
  });
  await expect(installModel('cad-measurements', read, archive)).rejects.toThrow('the process ended');
  expect(await listModels(archive)).toEqual([]);
  await installModel('cad-measurements', read, archive);
  expect(await listModels(archive)).toHaveLength(1);
});

test('other content under a version that exists is refused by name', async () => {
  await expect(installModel('cad-measurements', changed('card.md', withByte), installed)).rejects.toThrow(
    /^model cad-measurements@[\d.]+: card\.md: found other content under this version, allowed a new version number$/,
  );
});

test.each([
  ['weights with another hash', 'all.onnx', withByte, /all\.onnx: found sha256 .*, allowed /],
  ['golden vectors with another hash', 'golden.json', withByte, /golden\.json: found sha256 .*, allowed /],
  [
    'weights that are not there',
    'without-hungary.onnx',
    () => undefined,
    /without-hungary\.onnx: found nothing, allowed/,
  ],
  ['no card', 'card.md', () => undefined, /card\.md: found nothing, allowed/],
  ['no contract', 'model.json', () => undefined, /model\.json: found nothing, allowed the contract/],
] as const)('a model with %s is refused, and no contract is written', async (_, file, change, message) => {
  const archive = new MemoryBucket();
  await expect(installModel('cad-measurements', changed(file, change), archive)).rejects.toThrow(message);
  expect(await listModels(archive)).toEqual([]);
});
