// A drop that was set aside or refused may be tried again. Every later attempt is a drop key of its own, `<dropKey>-attempt-<n>`,
// so that whatever carries the key (records, claims, hints, messages, rows) carries the attempt; the highest counts.
import type { Plan, PlannedUnit, UnitMessage } from '#functions/study.ts';

const SUFFIX = /-attempt-([1-9]\d*)$/;

/** The key under which an attempt at a drop is kept; the first attempt is the drop itself. */
export const attemptKey = (drop: string, attempt: number): string =>
  attempt === 1 ? drop : `${drop}-attempt-${attempt}`;

/** The drop that an attempt is about. */
export const dropOf = (dropKey: string): string => dropKey.replace(SUFFIX, '');

/** Which attempt this is, from 1. */
export const attemptOf = (dropKey: string): number => Number(SUFFIX.exec(dropKey)?.[1] ?? 1);

/** The highest attempt at each drop among these keys, by drop. */
export function latestAttempts(dropKeys: Iterable<string>): ReadonlyMap<string, string> {
  const latest = new Map<string, string>();
  for (const dropKey of dropKeys) {
    const known = latest.get(dropOf(dropKey));
    if (known === undefined || attemptOf(known) < attemptOf(dropKey)) latest.set(dropOf(dropKey), dropKey);
  }
  return latest;
}

/** Where a unit of the plan was or is processed: by an earlier attempt at the drop, if that one's result is kept. */
export const placeOf = ({ site, dropKey }: Plan, { unit, keptFrom }: PlannedUnit): UnitMessage => ({
  site,
  dropKey: keptFrom ?? dropKey,
  unit,
});

/** Units that this attempt processes itself. */
export const ownUnits = ({ units }: Plan): readonly PlannedUnit[] =>
  units.filter(({ keptFrom }) => keptFrom === undefined);
