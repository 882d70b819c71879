import type { Sum } from '../../disclosure.ts';
import { openCount } from '../../open-count.ts';
import { type Count, SUPPRESSED } from '../../record.ts';
import { type Shows, shareBetween, shareComparison } from '../compared-share.ts';
import { twoDigits, withoutFigures } from '../figures.ts';
import { type Cells, cellOf, type SharedEvaluation } from '../kind.ts';
import { type EvaluationGroup, isAll } from '../record.ts';
import type { HorizonCalibration, HorizonResult, RiskGroup, TimeToEventGroup, TimeToEventResults } from './record.ts';
import { thinCurves } from './thin-curves.ts';
import { lastOf } from './words.ts';

const ENDS = ['events', 'competing', 'censored'] as const;
type End = (typeof ENDS)[number];

const known = (count: Count | null): number => (count === null ? 0 : openCount(count));

const at = (group: EvaluationGroup, horizon: number, name: string): string => cellOf(group, `${horizon}/${name}`);

/** What ended whose follow-up by each horizon, and between horizons; risk groups as parts of all studies. */
export function cells({ groups, riskGroups }: TimeToEventResults): Cells {
  const cells: [string, number][] = [];
  const sums: Sum[] = [];
  for (const group of groups) {
    for (const end of ENDS) addEnd(group, end, cells, sums);
    addLeft(group, cells, sums);
    for (const horizon of group.horizons) {
      cells.push([at(group, horizon.at, 'beyond'), known(horizon.beyond)]);
      sums.push({
        total: cellOf(group, 'n'),
        parts: [...ENDS.map((end) => at(group, horizon.at, end)), at(group, horizon.at, 'beyond')],
      });
    }
  }
  sums.push(...sumsOverGroups(groups));
  const { at: last } = groups[0].horizons[groups[0].horizons.length - 1];
  riskGroups.forEach(({ n, events }, i) => {
    cells.push(
      [`risk/${i}/n`, known(n)],
      [`risk/${i}/events`, known(events)],
      [`risk/${i}/others`, known(n) - known(events)],
    );
    sums.push({ total: `risk/${i}/n`, parts: [`risk/${i}/events`, `risk/${i}/others`] });
  });
  if (riskGroups.length > 0) {
    sums.push({ total: cellOf(groups[0], 'n'), parts: riskGroups.map((_, i) => `risk/${i}/n`) });
    sums.push({ total: at(groups[0], last, 'events'), parts: riskGroups.map((_, i) => `risk/${i}/events`) });
  }
  return { cells, sums };
}

/** Ends by each horizon are those by the one before and those between. */
function addEnd(group: TimeToEventGroup, end: End, cells: [string, number][], sums: Sum[]): void {
  group.horizons.forEach((horizon, k) => {
    const by = at(group, horizon.at, end);
    cells.push([by, known(horizon[end])]);
    if (k === 0) return;
    const before = group.horizons[k - 1];
    cells.push([`${by}/since`, known(horizon[end]) - known(before[end])]);
    sums.push({ total: by, parts: [at(group, before.at, end), `${by}/since`] });
  });
}

/** Between two horizons the followed had the event, or left without it: of whatever kind, these too are a count. */
function addLeft(group: TimeToEventGroup, cells: [string, number][], sums: Sum[]): void {
  group.horizons.slice(1).forEach((horizon, k) => {
    const before = group.horizons[k];
    const since = (end: End): number => known(horizon[end]) - known(before[end]);
    const left = at(group, horizon.at, 'left/since');
    cells.push([left, since('competing') + since('censored')]);
    sums.push(
      { total: left, parts: ['competing/since', 'censored/since'].map((name) => at(group, horizon.at, name)) },
      {
        total: at(group, before.at, 'beyond'),
        parts: [...['beyond', 'events/since'].map((name) => at(group, horizon.at, name)), left],
      },
    );
  });
}

function sumsOverGroups(groups: readonly TimeToEventGroup[]): Sum[] {
  const [whole] = groups;
  const columns = [...new Set(groups.filter((group) => !isAll(group)).map(({ group }) => group))];
  const names = [...whole.horizons.flatMap((horizon) => [...ENDS, 'beyond'].map((name) => `${horizon.at}/${name}`))];
  return columns.flatMap((column) =>
    names.map((name) => ({
      total: cellOf(whole, name),
      parts: groups.filter(({ group }) => group === column).map((group) => cellOf(group, name)),
    })),
  );
}

/** Figures of a horizon stay where every count by it may leave. */
export function share(results: TimeToEventResults, { hidden, isOpen }: SharedEvaluation): TimeToEventResults {
  const open = isOpen(results.groups[0]);
  // Horizon by horizon, as the figures themselves; concordance is of the last.
  const shows: Shows = (group, figure) => {
    const [, horizon = String(lastOf(results.groups[0]).at)] = figure.split('/');
    return isOpen(group) && ![...ENDS, 'beyond'].some((name) => hidden.has(at(group, Number(horizon), name)));
  };
  return {
    ...results,
    groups: results.groups.map((group) => shareGroup(group, isOpen(group), hidden)),
    calibration: results.calibration.map((calibration) => shareCalibration(calibration, open, hidden)),
    riskGroups: shareRiskGroups(results, open, hidden),
    between: shareBetween(results.between, shows),
    comparison: shareComparison(results.comparison, shows),
  };
}

function shareGroup(group: TimeToEventGroup, open: boolean, hidden: ReadonlySet<string>): TimeToEventGroup {
  const count = (id: string, value: Count): Count => (!open || hidden.has(id) ? SUPPRESSED : value);
  // Concordance counts the events up to the last horizon.
  const last = group.horizons[group.horizons.length - 1].at;
  const closed = !open || [...ENDS, 'beyond'].some((name) => hidden.has(at(group, last, name)));
  const base = closed ? withoutFigures(group) : group;
  return {
    ...base,
    medianFollowUp: open ? twoDigits(group.medianFollowUp) : group.medianFollowUp && SUPPRESSED,
    horizons: group.horizons.map((horizon): HorizonResult => {
      const id = (name: string): string => at(group, horizon.at, name);
      const off = !open || [...ENDS, 'beyond'].some((name) => hidden.has(id(name)));
      return {
        ...(off ? withoutFigures(horizon) : horizon),
        events: count(id('events'), horizon.events),
        competing: horizon.competing === null ? null : count(id('competing'), horizon.competing),
        censored: count(id('censored'), horizon.censored),
        beyond: count(id('beyond'), horizon.beyond),
        expected: horizon.expected === null ? null : open ? horizon.expected : SUPPRESSED,
      };
    }),
  };
}

/** The smooth curve leaves; bins stay inside, since bins of one horizon, of another and risk groups overlap in a few people. */
function shareCalibration(
  calibration: HorizonCalibration,
  open: boolean,
  hidden: ReadonlySet<string>,
): HorizonCalibration {
  const whole = !open || [...ENDS, 'beyond'].some((name) => hidden.has(`*/${calibration.at}/${name}`));
  return {
    ...calibration,
    nullBrier: whole ? SUPPRESSED : calibration.nullBrier,
    curve: whole ? SUPPRESSED : calibration.curve,
    bins: [],
  };
}

/** Curves leave together or not at all: those of two groups would tell the third's at every horizon. */
function shareRiskGroups(results: TimeToEventResults, open: boolean, hidden: ReadonlySet<string>): RiskGroup[] {
  const { riskGroups, groups } = results;
  const [whole] = groups;
  const isHidden = (i: number, ...names: string[]): boolean =>
    !open || names.some((name) => hidden.has(`risk/${i}/${name}`));
  const closed =
    riskGroups.some((_, i) => isHidden(i, 'n', 'events', 'others')) ||
    whole.horizons.some(({ at: horizon }) => [...ENDS, 'beyond'].some((name) => hidden.has(at(whole, horizon, name))));
  if (!closed && riskGroups.length > 0) {
    const anchors = whole.horizons.map((horizon) => ({
      time: horizon.at,
      events: known(horizon.events),
      beyond: known(horizon.beyond),
    }));
    return thinCurves(riskGroups, anchors);
  }
  return riskGroups.map((group, i) => ({
    ...group,
    n: isHidden(i, 'n') ? SUPPRESSED : group.n,
    events: isHidden(i, 'n', 'events', 'others') ? SUPPRESSED : group.events,
    curve: [],
  }));
}
