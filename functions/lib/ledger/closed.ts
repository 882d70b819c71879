import type { Bucket } from '#functions/ports.ts';
import type { Closed, Plan } from '#functions/study.ts';
import { placeOf } from './attempt.ts';
import { closedKey } from './keys.ts';
import { readJson } from './once.ts';

/** Closed records of the plan's units; undefined while one is in flight. */
export async function closedUnits(plan: Plan, archive: Bucket): Promise<readonly Closed[] | undefined> {
  const closed: Closed[] = [];
  for (const planned of plan.units) {
    const record = await readJson<Closed>(archive, closedKey(placeOf(plan, planned)));
    if (record === undefined) return undefined;
    closed.push(record);
  }
  return closed;
}
