import { correctedLists, hiddenGap, shareColumn } from '../../chapters/fairness/share.ts';
import { shareHospitals } from '../../chapters/hospitals/value.ts';
import { isSmall } from '../../disclosure.ts';
import { openCount } from '../../open-count.ts';
import { type CalibrationBin, type Count, isSuppressed, SUPPRESSED, type Suppressed } from '../../record.ts';
import { withoutFigures } from '../figures.ts';
import { type Cells, cellOf, type SharedEvaluation } from '../kind.ts';
import type {
  ComparedGroups,
  DecisionResult,
  ProbabilityFigures,
  ProbabilityGroup,
  ProbabilityPair,
  ProbabilityResults,
} from './record.ts';

/** Counts of a group by name: its outcome, and how many of either lie between one threshold and the next. */
function countsOf(figures: ProbabilityFigures): (readonly [name: string, count: number])[] {
  const { events, nonEvents, eventSubjects, nonEventSubjects } = figures;
  const told = [
    ['events', events],
    ['nonEvents', nonEvents],
    ['eventSubjects', eventSubjects],
    ['nonEventSubjects', nonEventSubjects],
  ] as const;
  return [
    ...told.flatMap(([name, count]) => (count === null ? [] : [[name, openCount(count)] as const])),
    ...stepsOf(figures, 'events').map((count, step) => [`events/${step}`, count] as const),
    ...stepsOf(figures, 'nonEvents').map((count, step) => [`nonEvents/${step}`, count] as const),
  ];
}

/** Below the lowest threshold, from each to the next, and from the highest on; none without thresholds. */
function stepsOf({ thresholds, ...counts }: ProbabilityFigures, name: 'events' | 'nonEvents'): number[] {
  if (thresholds.length === 0) return [];
  const positives = thresholds
    .toSorted((a, b) => a.threshold - b.threshold)
    .map((at) => openCount(name === 'events' ? at.truePositives : at.falsePositives));
  return [openCount(counts[name]), ...positives].map((from, step) => from - (positives[step] ?? 0));
}

/** Every count of every group, with the sums within a group and over the values of a column. */
export function cells({ groups }: ProbabilityResults): Cells {
  const named = groups.map((group) => ({ group, counts: new Map(countsOf(group)) }));
  const [whole, ...parts] = named;
  const columns = [...Map.groupBy(parts, ({ group }) => group.group).values()];
  const within = named.map(({ group, counts }) => sumsWithin(group, counts));
  const across = columns.flatMap((column) =>
    [...whole.counts].map(([name, total]) =>
      summed(
        `${cellOf({ group: column[0].group.group, value: '*' }, name)}`,
        column.map(({ group, counts }) => [cellOf(group, name), counts.get(name) ?? 0]),
        [cellOf(whole.group, name), total],
      ),
    ),
  );
  return {
    cells: [
      ...named.flatMap(({ group, counts }) =>
        [...counts].map(([name, count]) => [cellOf(group, name), count] as const),
      ),
      ...[...within, ...across].flatMap((own) => own.cells),
    ],
    sums: [...within, ...across].flatMap((own) => own.sums),
  };
}

type Named = readonly [id: string, count: number];

/** Parts that are a total and, where people are counted, those once more who are in several parts: whoever they are, they are a count too. */
function summed(id: string, parts: readonly Named[], [total, count]: Named): Cells {
  const members = parts.reduce((sum, [, part]) => sum + part, 0);
  const ids = parts.map(([part]) => part);
  if (members === count) return { cells: [], sums: [{ total, parts: ids }] };
  return {
    cells: [
      [`${id}/members`, members],
      [`${id}/twice`, members - count],
    ],
    sums: [
      { total: `${id}/members`, parts: ids },
      { total: `${id}/members`, parts: [total, `${id}/twice`] },
    ],
  };
}

function sumsWithin(group: ProbabilityGroup, counts: ReadonlyMap<string, number>): Cells {
  const sumOf = (total: string, count: number, names: readonly string[]): Cells =>
    summed(
      cellOf(group, total),
      names.map((name) => [cellOf(group, name), counts.get(name) ?? 0]),
      [cellOf(group, total), count],
    );
  const steps = (name: string) => [...counts.keys()].filter((step) => step.startsWith(`${name}/`));
  const sums = [
    sumOf('n', openCount(group.n), ['events', 'nonEvents']),
    ...['events', 'nonEvents'].flatMap((name) =>
      steps(name).length === 0 ? [] : [sumOf(name, counts.get(name) ?? 0, steps(name))],
    ),
    ...(group.subjects === null
      ? []
      : [sumOf('subjects', openCount(group.subjects), ['eventSubjects', 'nonEventSubjects'])]),
  ];
  return { cells: sums.flatMap((own) => own.cells), sums: sums.flatMap((own) => own.sums) };
}

/** What is told of a group: nothing; all but decisions; everything. */
interface Openness {
  readonly core: boolean;
  readonly decisions: boolean;
}

/**
 * Of a group with a hidden count nothing but how many studies it has is told; with a hidden step between thresholds no decision.
 * Calibration groups are told of a column where none of any of its groups is small; a pair of columns where all groups of both are told
 * whole and no combination has a small count. Histograms have edges of their own, which thresholds would cut into small steps.
 */
export function share(results: ProbabilityResults, { hidden, isOpen }: SharedEvaluation): ProbabilityResults {
  const opennessOf = (group: ProbabilityGroup): Openness => {
    const off = countsOf(group).filter(([name]) => hidden.has(cellOf(group, name)));
    const core = isOpen(group) && off.every(([name]) => name.includes('/'));
    return { core, decisions: core && off.length === 0 };
  };
  const opened = new Map(results.groups.map((group) => [cellOf(group, ''), opennessOf(group)]));
  const openOf = (column: string | null, value: string | null): Openness =>
    opened.get(cellOf({ group: column, value }, '')) ?? { core: false, decisions: false };
  const whole = openOf(null, null);
  const closedOf = (column: string): ReadonlySet<string> => {
    const own = results.groups.filter(({ group }) => group === column);
    const closed = own.filter(({ value }) => !whole.decisions || !openOf(column, value).decisions);
    return new Set(closed.map(({ value }) => value ?? ''));
  };
  const tellsBins = (column: string | null): boolean =>
    results.groups
      .filter(({ group }) => group === column)
      .every((group) => openOf(column, group.value).core && areSafe(group.bins));
  const { curve, bins, histogram } = results.calibration;
  const showsCurve = whole.core && areSafe(bins);
  return {
    ...results,
    groups: results.groups.map((group) =>
      shareGroup(group, openOf(group.group, group.value), tellsBins(group.group), isOpen(group)),
    ),
    calibration: {
      ...results.calibration,
      bins: showsCurve ? bins : [],
      curve: showsCurve ? curve : SUPPRESSED,
      histogram: histogram.map((bin) => ({ ...bin, events: SUPPRESSED, nonEvents: SUPPRESSED })),
    },
    hospitals:
      results.hospitals &&
      shareHospitals(results.hospitals, {
        isOpen: ({ site = null }) => openOf(site === null ? null : 'site', site).core,
        shows: ({ site = null }, count) => {
          const { core, decisions } = openOf(site === null ? null : 'site', site);
          return /Positives|Negatives/.test(count) ? decisions : core;
        },
      }),
    fairness: results.fairness && shareCompared(results.fairness, closedOf, whole.decisions, results.pairs),
    pairs: results.pairs.map((pair) => sharePair(pair, closedOf, whole.decisions)),
  };
}

/** None of the groups of a calibration plot has a small count. */
function areSafe(bins: readonly CalibrationBin[] | Suppressed): boolean {
  if (isSuppressed(bins)) return false;
  return (bins as readonly CalibrationBin[]).every(({ n, events, observed }) => {
    const people = 'clusters' in observed && observed.clusters !== undefined ? observed.clusters : 0;
    return ![openCount(n), openCount(events), openCount(n) - openCount(events), people].some(isSmall);
  });
}

function shareGroup(
  group: ProbabilityGroup,
  { core, decisions }: Openness,
  bins: boolean,
  counted: boolean,
): ProbabilityGroup {
  if (core)
    return {
      ...group,
      bins: bins ? group.bins : SUPPRESSED,
      thresholds: decisions ? group.thresholds : group.thresholds.map(hiddenDecision),
    };
  const people = (count: Count | null) => (count === null ? null : SUPPRESSED);
  return {
    ...withoutFigures({ ...group, bins: [] }),
    n: counted ? group.n : SUPPRESSED,
    subjects: counted ? group.subjects : people(group.subjects),
    ...{ events: SUPPRESSED, nonEvents: SUPPRESSED, bins: SUPPRESSED },
    eventSubjects: people(group.eventSubjects),
    nonEventSubjects: people(group.nonEventSubjects),
    thresholds: group.thresholds.map(hiddenDecision),
  };
}

const hiddenDecision = (at: DecisionResult): DecisionResult => ({
  ...withoutFigures(at),
  ...{ truePositives: SUPPRESSED, falseNegatives: SUPPRESSED, falsePositives: SUPPRESSED, trueNegatives: SUPPRESSED },
});

type ClosedGroups = (column: string) => ReadonlySet<string>;

const isOpenPair = ({ columns, combinations }: ProbabilityPair, closedOf: ClosedGroups): boolean =>
  columns.every((column) => closedOf(column).size === 0) &&
  combinations.every((own) =>
    [
      openCount(own.n),
      ...(own.subjects === null ? [] : [openCount(own.subjects)]),
      ...countsOf(own).map(([, count]) => count),
    ].every((count) => !isSmall(count)),
  );

function sharePair(pair: ProbabilityPair, closedOf: ClosedGroups, whole: boolean): ProbabilityPair {
  if (!whole || !isOpenPair(pair, closedOf)) return { ...pair, combinations: [], hidden: true };
  const bins = pair.combinations.every((own) => areSafe(own.bins));
  return bins ? pair : { ...pair, combinations: pair.combinations.map((own) => ({ ...own, bins: SUPPRESSED })) };
}

function shareCompared(
  compared: ComparedGroups,
  closedOf: ClosedGroups,
  whole: boolean,
  pairs: readonly ProbabilityPair[],
): ComparedGroups {
  const open = pairs.filter((pair) => whole && isOpenPair(pair, closedOf)).map(({ columns }) => columns.join('\n'));
  return {
    ...compared,
    columns: correctedLists(
      compared.columns.map((column) => ({
        ...shareColumn(column, closedOf(column.column), whole),
        // How many people stand in several groups would tell, beside the people of each, who stands in three.
        peopleInSeveral: column.peopleInSeveral === 0 ? 0 : SUPPRESSED,
      })),
      compared.columns,
    ),
    intersections: correctedLists(
      compared.intersections.map((pair) =>
        open.includes(pair.columns.join('\n')) ? pair : { ...pair, gaps: pair.gaps.map(hiddenGap), hidden: true },
      ),
      compared.intersections,
    ),
  };
}
