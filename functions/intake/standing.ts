// A drop that is tried again keeps what an earlier attempt has finished: a unit is processed again only where its result does not stand.
import { attemptKey, attemptOf, dropOf, placeOf } from '#lib/ledger/attempt.ts';
import { closedKey, planKey, receivedKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import type { Bucket } from '../ports.ts';
import type { Closed, Plan, Received, UnitMessage } from '../study.ts';

/** The result of a unit that stays, if there is one. */
export type Standing = (unit: string) => Promise<Closed | undefined>;

/** Results of earlier attempts in which nothing was set aside; none for a first attempt, or when all is to be made again. */
export async function standingResults(site: string, dropKey: string, archive: Bucket): Promise<Standing> {
  if (attemptOf(dropKey) === 1) return async () => undefined;
  const received = await readJson<Received>(archive, receivedKey(site, dropKey));
  if (received?.replayed?.all) return async () => undefined;
  const places = new Map<string, UnitMessage>();
  for (let attempt = 1; attempt < attemptOf(dropKey); attempt++) {
    const plan = await readJson<Plan>(archive, planKey(site, attemptKey(dropOf(dropKey), attempt)));
    for (const planned of plan?.units ?? []) places.set(planned.unit, placeOf(plan as Plan, planned));
  }
  return async (unit) => {
    const at = places.get(unit);
    const closed = at && (await readJson<Closed>(archive, closedKey(at)));
    return closed?.quarantined === 0 ? closed : undefined;
  };
}
