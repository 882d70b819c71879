import { formatCount } from './format.ts';
import { ageWords, sexWords } from './reasons.ts';
import { type GroupResult, isEstimate, type Performance } from './record.ts';

/** Below this many diseased or not diseased, the counts themselves say why a ranking cannot be judged. */
const FEW = 10;

/** One row per site, in the order of the report. */
export function siteGroups({ groups }: Performance): GroupResult[] {
  return groups.filter((group) => group.site !== null && group.sex === null && group.ageBand === null);
}

/** All sites in one: crude, not pooled. */
export function crudeGroup({ groups }: Performance): GroupResult | undefined {
  return groups.find((group) => group.site === null && group.sex === null && group.ageBand === null);
}

/** Rows of one sex each: at one site, or at all of them (null). */
export function sexGroups({ groups }: Performance, site: string | null): GroupResult[] {
  return groups.filter((group) => group.site === site && group.sex !== null);
}

/** Rows of one age band each: at one site, or at all of them (null). */
export function ageGroups({ groups }: Performance, site: string | null): GroupResult[] {
  return groups.filter((group) => group.site === site && group.ageBand !== null);
}

/** "Women at cedar", "Age 50-59, all sites". */
export function groupWords({ site, sex, ageBand }: GroupResult): string {
  const place = site ?? 'all sites';
  if (sex !== null) return site === null ? `${sexWords(sex)}, ${place}` : `${sexWords(sex)} at ${place}`;
  if (ageBand !== null) return site === null ? `${ageWords(ageBand)}, ${place}` : `${ageWords(ageBand)} at ${place}`;
  return place;
}

/** Groups in which the ranking of patients cannot be judged, with the reason. */
export function silentGroups({ groups }: Performance): { readonly group: GroupResult; readonly why: string }[] {
  return groups.flatMap((group) => {
    const { auroc, events, nonEvents } = group;
    if (isEstimate(auroc) || !('cannotTell' in auroc)) return [];
    const few = [events, nonEvents].some((count) => typeof count === 'number' && count < FEW);
    const counts = `${formatCount(events)} diseased, ${formatCount(nonEvents)} not`;
    return [{ group, why: few ? counts : auroc.cannotTell }];
  });
}
