import type { Measurements } from '#functions/study.ts';
import { isGroupKey } from '#lib/formats/study-groups.ts';
import { fieldOf, identifierPattern, isFieldName } from '#lib/formats/vocabulary.ts';

/** What a site's policy leaves of a date: its year, or nothing. */
export type DatePolicy = 'year' | 'none';

/** HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C): ages over 89 become one category, written here as 90. */
const oldestAge = 90;

/**
 * Lets pass only the fields of the vocabulary and the groups of the site's description, each named by an identifier. Age becomes completed years (a fraction would give the birth date away
 * within days) and at most 90. Applied twice it changes nothing more.
 */
export function deidentifyMeasurements(measurements: Measurements): Measurements {
  const passed: Record<string, number | string> = {};
  for (const [name, value] of Object.entries(measurements)) {
    if (isGroupKey(name) && identifierPattern.test(String(value))) passed[name] = value;
    if (!isFieldName(name)) continue;
    if (fieldOf(name).kind === 'identifier' && !identifierPattern.test(String(value))) continue;
    passed[name] = name === 'age' && typeof value === 'number' ? Math.min(Math.floor(value), oldestAge) : value;
  }
  return passed;
}

/** The year of an ISO 8601 date, or null where the site gives no dates: Safe Harbor allows no more than the year. */
export function deidentifyDate(isoDate: string, policy: DatePolicy): string | null {
  return policy === 'year' ? isoDate.slice(0, 4) : null;
}
