import { isSmall, type Sum } from '../../disclosure.ts';
import { type Count, isSuppressed, SUPPRESSED } from '../../record.ts';
import { withoutFigures } from '../figures.ts';
import { type Cells, cellOf, type SharedEvaluation } from '../kind.ts';
import { type EvaluationGroup, isAll } from '../record.ts';
import type {
  CurvePoint,
  HorizonCalibration,
  HorizonResult,
  RiskGroup,
  TimeToEventGroup,
  TimeToEventResults,
} from './record.ts';

const ENDS = ['events', 'competing', 'censored'] as const;
type End = (typeof ENDS)[number];

const known = (count: Count | null): number => (count === null ? 0 : isSuppressed(count) ? Number.NaN : count);

const at = (group: EvaluationGroup, horizon: number, name: string): string => cellOf(group, `${horizon}/${name}`);

/** What ended whose follow-up by each horizon, and between horizons; bins and risk groups as parts of all studies. */
export function cells({ groups, calibration, riskGroups }: TimeToEventResults): Cells {
  const cells: [string, number][] = [];
  const sums: Sum[] = [];
  for (const group of groups) {
    for (const end of ENDS) addEnd(group, end, cells, sums);
    for (const horizon of group.horizons) {
      cells.push([at(group, horizon.at, 'beyond'), known(horizon.beyond)]);
      sums.push({
        total: cellOf(group, 'n'),
        parts: [...ENDS.map((end) => at(group, horizon.at, end)), at(group, horizon.at, 'beyond')],
      });
    }
  }
  sums.push(...sumsOverGroups(groups));
  const parts = [
    ...calibration.map(({ at: horizon, bins }) => ({ id: `bins/${horizon}`, horizon, of: bins })),
    ...(riskGroups.length === 0
      ? []
      : [{ id: 'risk', horizon: groups[0].horizons[groups[0].horizons.length - 1].at, of: riskGroups }]),
  ];
  for (const { id, horizon, of } of parts) {
    of.forEach(({ n, events }, i) => {
      cells.push([`${id}/${i}/n`, known(n)], [`${id}/${i}/events`, known(events)]);
      cells.push([`${id}/${i}/others`, known(n) - known(events)]);
      sums.push({ total: `${id}/${i}/n`, parts: [`${id}/${i}/events`, `${id}/${i}/others`] });
    });
    sums.push({ total: cellOf(groups[0], 'n'), parts: of.map((_, i) => `${id}/${i}/n`) });
    sums.push({ total: at(groups[0], horizon, 'events'), parts: of.map((_, i) => `${id}/${i}/events`) });
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
  return {
    ...results,
    groups: results.groups.map((group) => shareGroup(group, isOpen(group), hidden)),
    calibration: results.calibration.map((calibration) => shareCalibration(calibration, open, hidden)),
    riskGroups: results.riskGroups.map((group, i) => shareRiskGroup(group, i, open, hidden)),
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
    medianFollowUp: open ? rounded(group.medianFollowUp) : group.medianFollowUp && SUPPRESSED,
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

/** A median time is one person's: two digits of it leave. */
const rounded = (value: TimeToEventGroup['medianFollowUp']): TimeToEventGroup['medianFollowUp'] =>
  typeof value === 'number' ? Number(value.toPrecision(2)) : value;

function shareCalibration(
  calibration: HorizonCalibration,
  open: boolean,
  hidden: ReadonlySet<string>,
): HorizonCalibration {
  const id = (i: number, name: string): string => `bins/${calibration.at}/${i}/${name}`;
  const whole = !open || hidden.has(`*/${calibration.at}/events`);
  return {
    ...calibration,
    nullBrier: whole ? SUPPRESSED : calibration.nullBrier,
    curve: whole ? SUPPRESSED : calibration.curve,
    bins: calibration.bins.map((bin, i) => {
      const noCount = !open || hidden.has(id(i, 'n'));
      const noEvents = noCount || hidden.has(id(i, 'events')) || hidden.has(id(i, 'others'));
      return {
        n: noCount ? SUPPRESSED : bin.n,
        events: noEvents ? SUPPRESSED : bin.events,
        predicted: noCount ? SUPPRESSED : bin.predicted,
        observed: noEvents ? SUPPRESSED : bin.observed,
      };
    }),
  };
}

function shareRiskGroup(group: RiskGroup, i: number, open: boolean, hidden: ReadonlySet<string>): RiskGroup {
  const noCount = !open || hidden.has(`risk/${i}/n`);
  const noEvents = noCount || hidden.has(`risk/${i}/events`) || hidden.has(`risk/${i}/others`);
  return {
    ...group,
    n: noCount ? SUPPRESSED : group.n,
    events: noEvents ? SUPPRESSED : group.events,
    curve: noEvents ? [] : thinned(group),
  };
}

/** Times between which nobody or more than ten people had the event, and nobody or more than ten left without it. */
function thinned({ curve, n, events }: RiskGroup): CurvePoint[] {
  const kept: CurvePoint[] = [];
  let [atRisk, seen] = [known(n), 0];
  for (const point of curve) {
    const happened = point.events - seen;
    const left = atRisk - point.atRisk - happened;
    const later = known(events) - point.events;
    if ([happened, left, point.atRisk, later].some(isSmall)) continue;
    kept.push(point);
    [atRisk, seen] = [point.atRisk, point.events];
  }
  return kept;
}
