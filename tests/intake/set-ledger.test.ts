import { expect, test } from 'vitest';
import type { Plan } from '#functions/study.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { planKey } from '#lib/ledger/keys.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { northCloud } from '../steps/hospital.ts';
import { drainInOrder, dropFile, type MemoryCloud, recordAt } from '../steps/memory-cloud.ts';
import { recordFiles } from '../steps/wfdb-records.ts';

async function oneRecord(): Promise<MemoryCloud> {
  const cloud = await northCloud();
  for (const [name, body] of recordFiles('r1', 1)) dropFile(cloud, `drops/north/${name}`, body);
  await drainInOrder(cloud);
  return cloud;
}

async function memberPlan({ archive }: MemoryCloud): Promise<Plan> {
  const keys = archive.keys('ledger/north/').filter((key) => key.endsWith('plan.json'));
  const plans = await Promise.all(keys.map((key) => recordAt<Plan>(archive, key)));
  return plans.find(({ state }) => state === 'member') as Plan;
}

test('the ledger counts parts of sets as received drops without items', async () => {
  const cloud = await oneRecord();
  const { total, complete } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, ...total }).toMatchObject({ complete: true, versions: 2, received: 2, members: 1, items: 1 });
});

test('the table of the ledger holds the part with its state and no items', async () => {
  const { archive } = await oneRecord();
  const rows = await readObjects(archive, 'ledger', await tableObjects(archive, 'ledger'));
  const drops = rows.filter(({ kind }) => kind === 'drop').map(({ state, items }) => [state, items]);
  expect(drops.sort()).toEqual([
    ['member', 0],
    ['planned', 1],
  ]);
});

test.each([
  [{ of: 'f'.repeat(32) }, /found it part of a drop that nobody received$/],
  [{ items: 2 }, /found 2 items in a part, expected none$/],
])('a part that is %j contradicts the ledger', async (change, problem) => {
  const cloud = await oneRecord();
  const plan = await memberPlan(cloud);
  cloud.archive.drop(planKey('north', plan.dropKey), JSON.stringify({ ...plan, ...change }));
  const { problems, complete } = await countLedger(cloud.archive, cloud.intake);
  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(complete).toBe(false);
});
