// Which attempt at which drop owns a unit, and each of its ECGs. A claim that leads nowhere (its drop was quarantined) passes to the next drop with the
// same content, and a claim of the drop's own earlier attempt to its later one.
import { dropOf } from '#lib/ledger/attempt.ts';
import { ownerKey, planKey } from '#lib/ledger/keys.ts';
import { once, readJson } from '#lib/ledger/once.ts';
import type { Bucket } from '../ports.ts';
import type { Owner, Plan, PlannedUnit } from '../study.ts';

/** Claims the unit or the ECG for the attempt at the drop; returns the one that owns it. */
export async function claim(archive: Bucket, site: string, unit: string, dropKey: string): Promise<string> {
  for (let dead: string | undefined; ; ) {
    const owner = (await once<Owner>(archive, ownerKey(site, unit, dead), { dropKey })).dropKey;
    if (owner === dropKey) return owner;
    const ours = dropOf(owner) === dropOf(dropKey);
    if (!ours && !(await leadsNowhere(archive, site, unit, owner))) return owner;
    dead = owner;
  }
}

/** A plan without the unit will never send it on; a plan that is still to come may. */
async function leadsNowhere(archive: Bucket, site: string, unit: string, owner: string): Promise<boolean> {
  const plan = await readJson<Plan>(archive, planKey(site, owner));
  return plan !== undefined && !plan.units.some((planned) => planned.unit === unit || claimsOf(planned).includes(unit));
}

/** What a unit consists of as others may claim it: itself, or each of its ECGs. */
export const claimsOf = ({ unit, ecgs }: PlannedUnit): readonly string[] => ecgs?.map(({ ecg }) => ecg) ?? [unit];
