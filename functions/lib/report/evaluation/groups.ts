import { type EvaluatedStudies, NOT_GIVEN, SITE } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { countClusters } from '#lib/validation/cluster-totals.ts';
import type { EvaluationGroup, GroupCount } from './record.ts';

/** Studies of a group, by their places among the evaluated ones. */
export interface GroupPlaces extends EvaluationGroup {
  readonly places: Uint32Array;
}

/** All studies, then those of each value of each column. */
export function groupsOf({ rows, columns }: EvaluatedStudies): GroupPlaces[] {
  const all = Uint32Array.from(rows, (_, place) => place);
  const parts = columns.flatMap(({ name, values, codes }) =>
    values.map((value, wanted) => ({
      group: name,
      value,
      places: all.filter((place) => codes[place] === wanted),
    })),
  );
  return [{ group: null, value: null, places: all }, ...parts];
}

export function groupCount(
  { clusters, knowsSubjects }: EvaluatedStudies,
  { group, value, places }: GroupPlaces,
): GroupCount {
  const subjects = !knowsSubjects
    ? null
    : clusters === undefined
      ? places.length
      : countClusters(Int32Array.from(places, (place) => clusters[place]));
  return { group, value, n: places.length, subjects };
}

/** "All studies", "cedar", "Sex: women", "site: not given". */
export function groupWords({ group, value }: EvaluationGroup): string {
  if (group === null || value === null) return 'All studies';
  return group === SITE && value !== NOT_GIVEN ? value : `${group}: ${value}`;
}
