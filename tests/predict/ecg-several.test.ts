// Zips of ECGs through all steps with ecg-af: several ECGs in one message, each with the answer that it would have by itself.
import { beforeAll, expect, test } from 'vitest';
import { installModel } from '#functions/install/install.ts';
import type { PredictionRow } from '#functions/study.ts';
import { createLoader } from '#lib/inference/sessions.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { ecgKey } from '#lib/ledger/keys.ts';
import { folderReader } from '#lib/local/folder.ts';
import { MemoryBucket } from '#lib/local/memory.ts';
import { PREDICTION_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { storedLeads } from '../ecg-unit.ts';
import { ECG_AF } from '../lib/inference/models.ts';
import { endOf, NORTH } from '../steps/hospital.ts';
import { collectSent, deliver, drainInOrder, dropFile, type MemoryCloud, memoryCloud } from '../steps/memory-cloud.ts';
import { copyModels } from '../steps/models.ts';
import { type FileMap, recordFiles, together, zipped } from '../steps/wfdb-records.ts';

const KEY = 'drops/north/night.zip';

let installed: MemoryBucket;

beforeAll(async () => {
  installed = new MemoryBucket();
  await installModel('ecg-af', folderReader(ECG_AF), installed);
});

async function cloudWithModel(): Promise<MemoryCloud> {
  const cloud = memoryCloud({ models: createLoader(installed, 1), sites: [NORTH] });
  await copyModels(installed, cloud.archive);
  return cloud;
}

const record = (name: string, seed: number): FileMap =>
  recordFiles(name, 1, {
    samplingRateHz: 500,
    leads: storedLeads({ seed, ...(seed % 2 === 0 && { fibrillation: 'always' as const }) }),
  });

const NAMES = ['r1', 'r2', 'r3', 'r4'];
const FILES = together(...NAMES.map((name, n) => record(name, n + 1)));

async function scores({ archive }: MemoryCloud): Promise<Map<string, Omit<PredictionRow, 'row'>>> {
  const found = new Map<string, Omit<PredictionRow, 'row'>>();
  for (const key of archive.keys('predictions/')) {
    const rows = await readParquet<PredictionRow>(
      PREDICTION_COLUMNS,
      (await archive.get(key))?.body ?? new Uint8Array(),
    );
    for (const { row: _, ...said } of rows) found.set(said.studyKey, said);
  }
  return found;
}

test('ECGs of one unit are scored as each would be by itself', async () => {
  const together = await cloudWithModel();
  dropFile(together, KEY, zipped(FILES));
  await drainInOrder(together);
  expect(together.archive.keys('predictions/')).toHaveLength(1);
  const apart = await cloudWithModel();
  for (const [n, name] of NAMES.entries()) dropFile(apart, `drops/north/${name}.zip`, zipped(record(name, n + 1)));
  await drainInOrder(apart);
  expect(apart.archive.keys('predictions/')).toHaveLength(NAMES.length);
  const said = await scores(together);
  expect(said.size).toBe(NAMES.length);
  expect([...said.values()].filter(({ status }) => status === 'scored').length).toBeGreaterThan(1);
  expect(said).toEqual(await scores(apart));
});

test('an ECG on which predict always fails ends alone, and the receipt says which', async () => {
  const cloud = await cloudWithModel();
  const versionId = dropFile(cloud, KEY, zipped(FILES));
  collectSent(cloud);
  while (cloud.waiting[0].queue !== 'predict') {
    await deliver(cloud, cloud.waiting.shift() as (typeof cloud.waiting)[number]);
    collectSent(cloud);
  }
  await damage(cloud);
  await drainInOrder(cloud);
  const { receipt } = await endOf(cloud, KEY, versionId);
  const last = { row: 4, record: 'r4', outcome: 'quarantined' };
  expect(receipt.units[0]).toMatchObject({ items: 4, quarantined: 1, reason: { code: 'model-failed' } });
  expect(receipt.units[0].ecgs?.at(-1)).toEqual(last);
  expect(receipt.units[0].ecgs?.filter(({ outcome }) => outcome === 'quarantined')).toEqual([last]);
  expect((await countLedger(cloud.archive, cloud.intake)).complete).toBe(true);
});

/** The last sample of the last ECG becomes another one than its hash says. */
async function damage({ archive }: MemoryCloud): Promise<void> {
  const [key] = archive.keys('studies/').filter((name) => name.endsWith('ecg.bin'));
  expect(key).toBe(ecgKey('north', key.split('/')[2]));
  const bytes = Buffer.from((await archive.get(key))?.body ?? []);
  archive.drop(key, bytes.fill(1, bytes.length - 1));
}
