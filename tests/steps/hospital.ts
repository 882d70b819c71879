// A hospital with a table of measurements and one of labels, and a cloud that knows it.

import type { Receipt } from '#functions/settle/receipt.ts';
import type { Closed, Plan } from '#functions/study.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import type { ModelLoader } from '#lib/inference/sessions.ts';
import { placeOf } from '#lib/ledger/attempt.ts';
import { closedKey, planKey, receiptKey } from '#lib/ledger/keys.ts';
import type { Gate } from '#lib/local/memory.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { drainInOrder, dropFile, type MemoryCloud, memoryCloud, recordAt } from './memory-cloud.ts';
import { doubleLoader, plainContract, putContract } from './models.ts';

export const NORTH: Site = parseSite({
  site: 'north',
  name: 'North Hospital',
  timeZone: 'Europe/Zurich',
  datePolicy: 'year',
  tables: [
    {
      name: 'tests',
      patientId: { column: 'id' },
      columns: {
        age: { column: 'age' },
        sex: { column: 'sex' },
        chestPain: { column: 'pain' },
        cholesterol: { column: 'chol', unit: 'mg/dL' },
        maximumHeartRate: { column: 'rate' },
      },
    },
    {
      name: 'outcomes',
      patientId: { column: 'id' },
      label: {
        name: 'coronary-artery-disease',
        column: 'disease',
        codes: { no: 0, yes: 1 },
        source: 'angiography',
        method: 'read by one cardiologist',
        date: { column: 'day' },
      },
    },
  ],
});

export const HEADER = 'id,age,sex,pain,chol,rate';
export const LABEL_HEADER = 'id,disease,day';

/** A table of people with these numbers, all of them readable. */
export const table = (...people: readonly number[]): string => [HEADER, ...people.map(row)].join('\n');

export const row = (person: number): string =>
  `P${person},${40 + (person % 40)},${person % 2 ? 'F' : 'M'},${1 + (person % 4)},${180 + person},${120 + person}`;

/** A cloud with the hospital and, unless others are given, one model that computes a logistic function. */
export async function northCloud(
  options: { contracts?: readonly ModelContract[]; models?: ModelLoader; gate?: Gate; site?: Site } = {},
): Promise<MemoryCloud> {
  const contracts = options.contracts ?? [await plainContract()];
  const models = options.models ?? doubleLoader(...contracts);
  const cloud = memoryCloud({ models, sites: [options.site ?? NORTH], ...(options.gate && { gate: options.gate }) });
  for (const contract of contracts) putContract(cloud.archive, contract);
  return cloud;
}

export interface DropEnd {
  readonly receipt: Receipt;
  readonly plan: Plan;
  readonly closed: readonly Closed[];
  readonly done: boolean;
}

/** Drops a file and waits for its receipt. */
export async function dropAndSettle(cloud: MemoryCloud, key: string, body: Uint8Array | string): Promise<DropEnd> {
  const versionId = dropFile(cloud, key, body);
  await drainInOrder(cloud);
  return endOf(cloud, key, versionId);
}

/** What has become of a drop. */
export async function endOf(cloud: MemoryCloud, key: string, versionId: string): Promise<DropEnd> {
  const receipt = await recordAt<Receipt>(cloud.intake, receiptKey(key, versionId));
  const site = cloud.archive.keys('ledger/').find((name) => name.endsWith(`/${receipt.dropKey}/plan.json`));
  const plan = await recordAt<Plan>(cloud.archive, planKey(site?.split('/')[1] ?? 'north', receipt.dropKey));
  const closed: Closed[] = [];
  for (const planned of plan.units)
    closed.push(await recordAt<Closed>(cloud.archive, closedKey(placeOf(plan, planned))));
  return { receipt, plan, closed, done: cloud.intake.isDone(key, versionId) };
}
