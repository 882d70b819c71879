// Groups of people that a site describes (ethnicity, insurance, ward …): they travel in a study's payload beside its measurements,
// under names that no measurement has. No model sees them, and the hash that tells whether training saw the payload leaves them out.
import type { Measurements } from '#functions/study.ts';
import { canonicalPayload, payloadHash } from './payload.ts';

const PREFIX = 'group:';

/** Value of a cell that the site's codes do not list. */
export const NOT_LISTED = 'not-listed';

/** The payload's name of a group column. */
export const groupKey = (name: string): string => `${PREFIX}${name}`;

/** True for names that groupKey makes. */
export const isGroupKey = (key: string): boolean => key.startsWith(PREFIX);

/** Groups by column name; a column without a value is absent. */
export function groupsOf(payload: Measurements): Readonly<Record<string, string>> {
  const own = Object.entries(payload).filter(([key]) => isGroupKey(key));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(PREFIX.length), String(value)]));
}

/** What was measured, without groups. */
export function withoutGroups(payload: Measurements): Measurements {
  const keys = Object.keys(payload);
  if (!keys.some(isGroupKey)) return payload;
  return Object.fromEntries(Object.entries(payload).filter(([key]) => !isGroupKey(key)));
}

/** Payload hash of measurements (lib/formats/payload.ts): the same with groups and without. */
export const measurementsHash = (payload: Measurements): string =>
  payloadHash(canonicalPayload(withoutGroups(payload)));
