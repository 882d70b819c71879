import type { Bucket } from '#functions/ports.ts';
import type { Closed, Plan } from '#functions/study.ts';
import { closedKey } from './keys.ts';
import { readJson } from './once.ts';

/** Closed records of the plan's units; undefined while one is in flight. */
export async function closedUnits(plan: Plan, archive: Bucket): Promise<readonly Closed[] | undefined> {
  const closed: Closed[] = [];
  for (const { unit } of plan.units) {
    const record = await readJson<Closed>(archive, closedKey(plan.site, unit));
    if (record === undefined) return undefined;
    closed.push(record);
  }
  return closed;
}
