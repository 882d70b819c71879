// What of the prediction sets may leave the sites.
import type { SharedView } from '../../chapter.ts';
import { isSmall } from '../../disclosure.ts';
import { type Count, type Figure, type Group, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import { type Calibrated, type Conformal, type GroupCoverage, isCalibrated, type Question } from './value.ts';

/**
 * A group is closed where the core of the report hides one of its counts, and where its studies or those calibrated with are 1 to 10. A kind
 * of figure (coverage; sizes of sets; right where one) leaves only where no count of 1 to 10 stands behind it in any group of the column, so
 * that none follows from the total. Limits are somebody's scores, and reasons count people: they stay inside, as do sets of
 * classes, whose numbers beside the primary analysis would tell how many have no class.
 */
export function shareConformal({ questions }: Conformal, view: SharedView): Conformal {
  return {
    questions: questions.map((question) => ({
      ...question,
      calibrations: question.calibrations.map((one) =>
        isCalibrated(one) ? shareCalibrated(one, question.about, view) : { ...one, cannotTell: SUPPRESSED },
      ),
    })),
  };
}

function shareCalibrated(one: Calibrated, about: Question['about'], view: SharedView): Calibrated {
  const columns = new Map(
    [...Map.groupBy(one.groups, ({ column }) => column)].map(([column, groups]) => {
      const open = about === 'outcome' && groups.every((group) => isOpenGroup(group, one.leftOut, view));
      return [column, open ? kindsOf(groups) : undefined] as const;
    }),
  );
  return {
    ...one,
    calibrated: one.calibrated.map(() => SUPPRESSED),
    chance: one.chance === null ? null : SUPPRESSED,
    thresholds: SUPPRESSED,
    groups: one.groups.map((group) => shareGroup(group, columns.get(group.column))),
  };
}

/** Which kinds of figures of a column may be shown. */
interface Kinds {
  readonly coverage: boolean;
  readonly sizes: boolean;
  readonly right: boolean;
}

function kindsOf(groups: readonly GroupCoverage[]): Kinds {
  const areSafe = (of: (group: GroupCoverage) => readonly Figure[]) =>
    groups.every((group) => of(group).every((figure) => !cellsOf(figure).some(isFew)));
  const sizes = areSafe(({ single, several, none }) => [single, several, none]);
  return {
    coverage: areSafe(({ coverage }) => [coverage]),
    sizes,
    right: sizes && areSafe(({ singleRight }) => [singleRight]),
  };
}

/** Sets are calibrated with the people of all hospitals: where any of them changed, so may the sets of those who did not. */
const isOpenGroup = (group: GroupCoverage, leftOut: string | null, view: SharedView): boolean =>
  (view.isSettled?.({}) ?? true) &&
  view.isOpen(coreGroup(group, leftOut)) &&
  ![group.n, group.notJudged, group.people].some(isFew);

const isFew = (count: Count): boolean => typeof count === 'number' && isSmall(count);

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

function shareGroup(group: GroupCoverage, kinds: Kinds | undefined): GroupCoverage {
  const clustered = group.n !== group.people;
  const share = (figure: Figure, shown: boolean | undefined): Figure =>
    shown ? withoutPeople(figure, clustered) : SUPPRESSED;
  return {
    ...{ column: group.column, group: group.group },
    n: kinds === undefined ? SUPPRESSED : group.n,
    people: kinds === undefined || clustered ? SUPPRESSED : group.people,
    notJudged: kinds === undefined ? SUPPRESSED : group.notJudged,
    coverage: share(group.coverage, kinds?.coverage),
    verdict: kinds?.coverage ? group.verdict : 'hidden',
    single: share(group.single, kinds?.sizes),
    several: share(group.several, kinds?.sizes),
    none: share(group.none, kinds?.sizes),
    singleRight: share(group.singleRight, kinds?.right),
    meanSize: kinds?.sizes ? group.meanSize : SUPPRESSED,
  };
}

/** Where people have several studies, `clusters` and the reason for silence count people. */
function withoutPeople(figure: Figure, clustered: boolean): Figure {
  if (!clustered || isSuppressed(figure)) return figure;
  if (!isEstimate(figure)) return SUPPRESSED;
  const { clusters: _, ...rest } = figure;
  return rest;
}
