import type { Bucket } from '#functions/ports.ts';
import type { Closed, Plan, PlannedUnit, Reason, UnitMessage } from '#functions/study.ts';
import { placeOf } from './attempt.ts';
import { closedKey } from './keys.ts';
import { readJson } from './once.ts';

/** Reads in flight at a time. */
const AT_ONCE = 32;

/**
 * Closed records of the plan's units; undefined while one is in flight. Looks at the last unit first, which closes late: while a
 * drop of thousands is at work, each of them asks, and almost every answer is one read.
 */
export async function closedUnits(plan: Plan, archive: Bucket): Promise<readonly Closed[] | undefined> {
  const closed: Closed[] = [];
  let rest = plan.units;
  for (let size = 1; rest.length > 0; size = AT_ONCE) {
    const read = rest.slice(-size).map((unit) => readJson<Closed>(archive, closedKey(placeOf(plan, unit))));
    rest = rest.slice(0, -size);
    const records = await Promise.all(read);
    if (records.some((record) => record === undefined)) return undefined;
    closed.unshift(...(records as Closed[]));
  }
  return closed;
}

/** The record of a unit that could not be published: every item of it is set aside. */
export function setAside(
  { site, dropKey, unit }: UnitMessage,
  { items, slots, ecgs }: PlannedUnit,
  reason: Reason,
): Closed {
  const none = { predictions: [], withdrawn: [], published: 0, abstained: 0 };
  const each = ecgs?.map((ecg) => ({ ...ecg, outcome: 'quarantined' as const }));
  return { site, unit, dropKey, items, slots, ...none, quarantined: items, reason, ...(each && { ecgs: each }) };
}
