// What of the prediction sets may leave the sites.
import type { SharedView } from '../../chapter.ts';
import { isSmall } from '../../disclosure.ts';
import { type Count, type Figure, type Group, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import {
  type Calibrated,
  type Conformal,
  type GroupCoverage,
  isCalibrated,
  type NotCalibrated,
  type Question,
} from './value.ts';

/**
 * A group is closed where the core of the report hides one of its counts, and where its studies, those it calibrated with, or those with and
 * without the right answer, with one, several or no answer in the set are 1 to 10. Of a column with a closed group nothing is
 * shown but the total, of hospitals that are left out nothing where one of them is closed; limits are somebody's scores and stay inside.
 * Sets of classes stay inside whole: beside the primary analysis their numbers would tell how many have no class.
 */
export function shareConformal({ questions }: Conformal, view: SharedView): Conformal {
  return { questions: questions.map((question) => ({ ...question, calibrations: shareAll(question, view) })) };
}

function shareAll({ about, calibrations }: Question, view: SharedView): (Calibrated | NotCalibrated)[] {
  const isOpen = (one: Calibrated | NotCalibrated): boolean =>
    isCalibrated(one)
      ? one.groups.every((group) => isOpenGroup(group, one.leftOut, view))
      : view.isOpen({ site: one.leftOut });
  const isWholeOpen = about === 'outcome' && view.isOpen({ site: null });
  return calibrations.map((one) => {
    const together = calibrations.filter(
      (other) => other.leftOut !== null && other.method === one.method && other.level === one.level,
    );
    const open = isWholeOpen && (one.leftOut === null || together.every(isOpen));
    // The reason counts people.
    if (!isCalibrated(one)) return { ...one, cannotTell: SUPPRESSED };
    return {
      ...one,
      calibrated: one.calibrated.map(() => SUPPRESSED),
      chance: one.chance === null ? null : SUPPRESSED,
      thresholds: SUPPRESSED,
      groups: one.groups.map((group) => (open && isShown(group, one, view) ? opened(group) : closed(group))),
    };
  });
}

/** All groups of its column are open; the total where it is itself. */
const isShown = (group: GroupCoverage, { groups, leftOut }: Calibrated, view: SharedView): boolean =>
  groups.filter(({ column }) => column === group.column).every((one) => isOpenGroup(one, leftOut, view));

function isOpenGroup(group: GroupCoverage, leftOut: string | null, view: SharedView): boolean {
  const counts = [group.n, group.notJudged, group.people, ...figuresOf(group).flatMap(cellsOf)];
  return view.isOpen(coreGroup(group, leftOut)) && !counts.some((count) => typeof count === 'number' && isSmall(count));
}

const figuresOf = (group: GroupCoverage): Figure[] => [
  group.coverage,
  group.single,
  group.several,
  group.none,
  group.singleRight,
];

/** Studies with and without, behind a share. */
function cellsOf(figure: Figure): Count[] {
  return isSuppressed(figure) ? [SUPPRESSED] : [figure.events, figure.n - figure.events];
}

/** The group as the core of the report names it; columns that it does not show are closed by counts alone. */
function coreGroup({ column, group }: GroupCoverage, leftOut: string | null): Partial<Group> {
  if (leftOut !== null) return { site: leftOut };
  if (column === 'site') return { site: group };
  if (column === 'sex') return { site: null, sex: group };
  if (column === 'age') return { site: null, ageBand: group };
  return column === 'device' ? { site: null, device: group } : { site: null };
}

/** Where people have several studies, what counts people stays inside. */
function opened(group: GroupCoverage): GroupCoverage {
  if (group.n === group.people) return group;
  const without = (figure: Figure): Figure => {
    if (isSuppressed(figure)) return figure;
    if (!isEstimate(figure)) return SUPPRESSED;
    const { clusters: _, ...rest } = figure;
    return rest;
  };
  return {
    ...group,
    people: SUPPRESSED,
    coverage: without(group.coverage),
    single: without(group.single),
    several: without(group.several),
    none: without(group.none),
    singleRight: without(group.singleRight),
  };
}

const closed = ({ column, group }: GroupCoverage): GroupCoverage => ({
  ...{ column, group, n: SUPPRESSED, people: SUPPRESSED, notJudged: SUPPRESSED, verdict: 'hidden' },
  ...{ coverage: SUPPRESSED, single: SUPPRESSED, several: SUPPRESSED, none: SUPPRESSED, singleRight: SUPPRESSED },
  meanSize: SUPPRESSED,
});
