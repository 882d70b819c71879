import { ageWords, deviceWords, sexWords } from '../reasons.ts';
import type { Group } from '../record.ts';

/** "cedar", "Women at cedar", "Age 50-59, all sites (crude)". */
export function placeWords({ site, sex, ageBand, device }: Group): string {
  const place = site === null ? 'all sites (crude)' : site;
  const at = (who: string) => (site === null ? `${who}, ${place}` : `${who} at ${place}`);
  if (sex !== null) return at(sexWords(sex));
  if (ageBand !== null) return at(ageWords(ageBand));
  if (device !== null) return at(deviceWords(device));
  return site === null ? 'All sites, crude (not pooled)' : site;
}
