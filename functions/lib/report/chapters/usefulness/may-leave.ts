import type { AnalysedRow } from '#lib/cohort/select.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { isSmall } from '../../disclosure.ts';

/**
 * Which points of a site's decision curve may leave. A net benefit gives its two counts away, and two of them the people between their
 * thresholds. So a point is kept only if in each class the people below it, above it, and between it and the point kept before or a
 * threshold of the contract (whose counts stand in the report) are none or more than ten.
 */
export function pointsThatMayLeave(
  rows: readonly AnalysedRow[],
  grid: readonly number[],
  thresholds: ModelContract['thresholds'],
): boolean[] {
  const classes = [0, 1].map((label) => rows.filter((row) => row.label === label));
  let kept = Number.NEGATIVE_INFINITY;
  return grid.map((threshold) => {
    const called = (row: AnalysedRow) => row.score >= threshold;
    const beside = [
      called,
      (row: AnalysedRow) => called(row) !== row.score >= kept,
      ...thresholds.map((at) => (row: AnalysedRow) => called(row) !== row.score >= thresholdOf(at, row.file)),
    ];
    const safe = classes.every((of) => beside.every((differs) => tellsOfNobody(of, differs)));
    if (safe) kept = threshold;
    return safe;
  });
}

/** None or more than ten people among the rows. */
function tellsOfNobody(rows: readonly AnalysedRow[], isAmong: (row: AnalysedRow) => boolean): boolean {
  const people = new Set<string>();
  for (const row of rows) {
    if (!isAmong(row)) continue;
    people.add(row.subjectKey);
    if (people.size > 0 && !isSmall(people.size)) return true;
  }
  return people.size === 0;
}

/** Of all sites together: what every one of them shows; a point of one that it keeps to itself could be computed from the rest. */
export const pointsOfAll = (sites: readonly (readonly boolean[])[]): boolean[] =>
  (sites[0] ?? []).map((_, i) => sites.every((points) => points[i]));
