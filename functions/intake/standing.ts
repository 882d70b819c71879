// A drop that is tried again keeps what an earlier attempt has finished: a unit is processed again only where its result does not stand.
import { attemptKey, attemptOf, dropOf, placeOf } from '#lib/ledger/attempt.ts';
import { closedKey, planKey, receivedKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import type { Bucket } from '../ports.ts';
import type { Closed, Plan, PlannedUnit, Received, UnitMessage } from '../study.ts';
import { claimsOf } from './claim.ts';

/** Units that stay as they are, of those that hold nothing but what is claimed here. */
export type Standing = (claimed: ReadonlySet<string>) => Promise<readonly PlannedUnit[]>;

interface Earlier {
  readonly planned: PlannedUnit;
  readonly place: UnitMessage;
}

/** Results of earlier attempts in which nothing was set aside; none for a first attempt, or when all is to be made again. */
export async function standingResults(site: string, dropKey: string, archive: Bucket): Promise<Standing> {
  if (attemptOf(dropKey) === 1) return async () => [];
  const received = await readJson<Received>(archive, receivedKey(site, dropKey));
  if (received?.replayed?.all) return async () => [];
  const earlier = new Map<string, Earlier>();
  for (let attempt = 1; attempt < attemptOf(dropKey); attempt++) {
    const plan = await readJson<Plan>(archive, planKey(site, attemptKey(dropOf(dropKey), attempt)));
    for (const planned of plan?.units ?? []) {
      const unit = { planned, place: placeOf(plan as Plan, planned) };
      for (const claim of claimsOf(planned)) earlier.set(claim, unit);
    }
  }
  return async (claimed) => {
    const whole = new Set([...claimed].flatMap((claim) => earlier.get(claim) ?? [])).values();
    const kept: PlannedUnit[] = [];
    for (const unit of whole.filter((unit) => isWhole(unit, claimed, earlier))) kept.push(...(await standing(unit)));
    return kept;
  };

  async function standing({ planned, place }: Earlier): Promise<PlannedUnit[]> {
    const closed = await readJson<Closed>(archive, closedKey(place));
    if (closed?.quarantined !== 0) return [];
    return [{ ...planned, slots: closed.slots, keptFrom: closed.dropKey }];
  }
}

/** Everything in it is claimed here, and no later attempt had any of it in another unit. */
const isWhole = (unit: Earlier, claimed: ReadonlySet<string>, earlier: ReadonlyMap<string, Earlier>): boolean =>
  claimsOf(unit.planned).every((claim) => claimed.has(claim) && earlier.get(claim) === unit);
