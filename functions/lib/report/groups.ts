import type { Estimate } from '#lib/validation/estimate.ts';
import { few, formatCount, formatPeople } from './format.ts';
import { ageWords, deviceWords, sexWords } from './reasons.ts';
import { type Figure, type Group, type GroupResult, isEstimate, isWhole, type Performance } from './record.ts';

/** Below this many with or without the outcome, the counts themselves say why a ranking cannot be judged. */
const FEW = 10;

/** One row per site, in the order of the report. */
export function siteGroups({ groups }: Performance): GroupResult[] {
  return groups.filter((group) => group.site !== null && isWhole(group));
}

/** A group with a figure that has an interval. */
export interface Told {
  readonly group: GroupResult;
  readonly figure: Estimate;
}

/** Sites at which this figure is told. */
export function told(performance: Performance, of: (group: GroupResult) => Figure): Told[] {
  return siteGroups(performance).flatMap((group) => {
    const figure = of(group);
    return isEstimate(figure) ? [{ group, figure }] : [];
  });
}

/** ", not told at cedar" of the sites at which this figure is not told; nothing where it is at all, or at none. */
export function untoldWords(performance: Performance, of: (group: GroupResult) => Figure): string {
  const sites = siteGroups(performance);
  const untold = sites.filter((group) => !isEstimate(of(group)));
  return untold.length === 0 || untold.length === sites.length
    ? ''
    : `, not told at ${few(untold.map(({ site }) => site ?? ''))}`;
}

/** All sites in one: crude, not pooled. */
export function crudeGroup({ groups }: Performance): GroupResult | undefined {
  return groups.find((group) => group.site === null && isWhole(group));
}

/** Rows of one sex each: at one site, or at all of them (null). */
export function sexGroups({ groups }: Performance, site: string | null): GroupResult[] {
  return groups.filter((group) => group.site === site && group.sex !== null);
}

/** Rows of one age band each: at one site, or at all of them (null). */
export function ageGroups({ groups }: Performance, site: string | null): GroupResult[] {
  return groups.filter((group) => group.site === site && group.ageBand !== null);
}

/** Rows of one recorder each: at one site, or at all of them (null). */
export function deviceGroups({ groups }: Performance, site: string | null): GroupResult[] {
  return groups.filter((group) => group.site === site && group.device !== null);
}

/** "Women at cedar", "Age 50-59, all sites". */
export function groupWords({ site, sex, ageBand, device }: Group): string {
  const place = site ?? 'all sites';
  if (device !== null) return `${deviceWords(device)}${site === null ? ',' : ' at'} ${place}`;
  if (sex !== null) return site === null ? `${sexWords(sex)}, ${place}` : `${sexWords(sex)} at ${place}`;
  if (ageBand !== null) return site === null ? `${ageWords(ageBand)}, ${place}` : `${ageWords(ageBand)} at ${place}`;
  return place;
}

/** All groups, but those of all sites only where there are several. */
function distinctGroups(performance: Performance): GroupResult[] {
  const isSingle = siteGroups(performance).length === 1;
  return performance.groups.filter(({ site }) => !(isSingle && site === null));
}

/** Groups in which the ranking of patients cannot be judged, with the reason. */
export function silentGroups(
  performance: Performance,
  outcome: string,
): { readonly group: GroupResult; readonly why: string }[] {
  return distinctGroups(performance).flatMap((group) => {
    const { auroc, eventSubjects, nonEventSubjects } = group;
    if (isEstimate(auroc) || !('cannotTell' in auroc)) return [];
    const few = [eventSubjects, nonEventSubjects].some((count) => typeof count === 'number' && count < FEW);
    const counts = `${formatPeople(eventSubjects)} with ${outcome}, ${formatCount(nonEventSubjects)} without`;
    return [{ group, why: few ? counts : auroc.cannotTell }];
  });
}
