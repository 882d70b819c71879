// What of the comparison of groups may leave the sites.
import { judgedTogether, testsOf } from '#lib/fairness/judge.ts';
import type { SharedView } from '../../chapter.ts';
import { isSmall } from '../../disclosure.ts';
import { type Count, type Figure, type Group, isEstimate, isSuppressed, SUPPRESSED } from '../../record.ts';
import type {
  AssociationResult,
  FairnessColumn,
  FairnessGap,
  FairnessGroup,
  FairnessValue,
  Intersection,
  PriceResult,
  SimulationResult,
  SliceResult,
  SpreadResult,
} from './value.ts';

type Names = ReadonlySet<string>;

/**
 * A group is closed where any of its counts is 1 to 10, or where the core of the report hides one; of columns that the core does not
 * show, as many further groups are closed as it takes that no closed one follows from the total. Of a closed group nothing
 * is shown, and no gap to it. A pair of columns is shown only where none of its combinations is closed. Slices are
 * told without counts. Where an earlier report tells something else of all studies, only groups and gaps that the core shows are told again.
 */
export function shareFairness(value: FairnessValue, view: SharedView): FairnessValue {
  const closed = new Map(value.columns.map((column) => [column.column, closedGroups(column, view)]));
  const closedOf = (column: string): Names => closed.get(column) ?? new Set();
  const isPlain = view.isSettled?.({}) ?? true;
  return {
    ...value,
    columns: correctedLists(
      value.columns.map((column) => shareColumn(column, closedOf(column.column), isPlain)),
      value.columns,
    ),
    intersections: correctedLists(
      value.intersections.map((pair) => {
        const isOpen = pair.columns.every((column) => closedOf(column).size === 0) && isOpenPair(pair, view);
        if (isOpen) return { ...pair, groups: pair.groups.map(withoutReasons) };
        return { ...pair, groups: [], gaps: pair.gaps.map(hiddenGap), hidden: true };
      }),
      value.intersections,
    ),
    slices: {
      ...value.slices,
      people: { search: SUPPRESSED, confirmation: SUPPRESSED },
      findings: value.slices.findings.map((finding) => shareSlice(finding, isPlain)),
    },
    associations: value.associations.map((entry) =>
      view.isOpen({}) && isPlain ? shareAssociation(entry) : { ...entry, strength: SUPPRESSED },
    ),
    simulations: value.simulations.map((simulation) => ({
      ...shareSimulation(simulation, closedOf(simulation.column), isPlain),
      wanted: view.isOpen({}) && isPlain ? simulation.wanted : SUPPRESSED,
    })),
  };
}

/** The group as the core of the report names it; undefined where the core does not show it. */
function coreGroup(column: string, group: string): Partial<Group> | undefined {
  switch (column) {
    case 'site':
      return { site: group };
    case 'sex':
      return { sex: group };
    case 'age':
      return { ageBand: group };
    case 'device':
      return group.startsWith('other (') ? undefined : { device: group };
    default:
      return undefined;
  }
}

function closedGroups({ column, groups }: FairnessColumn, view: SharedView): Names {
  if (!view.isOpen({})) return new Set(groups.map(({ group }) => group));
  const isPlain = view.isSettled?.({}) ?? true;
  const { describes = () => true } = view;
  const isClosed = (figures: FairnessGroup): boolean => {
    const core = coreGroup(column, figures.group);
    const isHidden = core === undefined ? !isPlain || !describes(null, column, figures.group) : !view.isOpen(core);
    return isHidden || countsOf(figures).some(isSmall);
  };
  const closed = new Set(groups.filter(isClosed).map(({ group }) => group));
  const isInCore = groups.some(({ group }) => coreGroup(column, group) !== undefined);
  return isInCore ? closed : withComplements(groups, closed);
}

/**
 * Closes further groups, the smallest first, until what is left of every total (all groups less the open ones) belongs to at least
 * two groups and is no small count itself. The core of the report does so for the columns that it shows.
 */
function withComplements(groups: readonly FairnessGroup[], closed: ReadonlySet<string>): Names {
  if (closed.size === 0) return closed;
  const members = groups.filter(({ group }) => closed.has(group));
  const rest = groups.filter(({ group }) => !closed.has(group)).sort((a, b) => numberOf(a.n) - numberOf(b.n));
  const kinds = countsOf(groups[0]).keys();
  const left = [...kinds].map((kind) => members.reduce((sum, group) => sum + countsOf(group)[kind], 0));
  const [next] = rest;
  if (next === undefined || (members.length > 1 && !left.some(isSmall))) return closed;
  return withComplements(groups, new Set([...closed, next.group]));
}

/** Every count that a figure of the group tells, or helps to compute. */
function countsOf({ n, people, events, eventPeople, nonEventPeople, confusions }: FairnessGroup): number[] {
  const counts = confusions.flatMap((cell) => {
    const [hits, misses, alarms, quiet] = [
      cell.truePositives,
      cell.falseNegatives,
      cell.falsePositives,
      cell.trueNegatives,
    ].map(numberOf);
    return [hits, misses, alarms, quiet, hits + alarms, misses + quiet];
  });
  const ofPeople = [people, eventPeople, nonEventPeople].map(numberOf);
  return [numberOf(n), numberOf(events), numberOf(n) - numberOf(events), ...ofPeople, ...counts];
}

const numberOf = (count: Count): number => (isSuppressed(count) ? 0 : count);

function isOpenPair({ columns, groups }: Intersection, view: SharedView): boolean {
  return groups.every((figures) => {
    if (countsOf(figures).some(isSmall)) return false;
    const [first, second] = figures.group.split(' × ');
    const core = { ...coreGroup(columns[0], first), ...coreGroup(columns[1], second) };
    const { describes = () => true } = view;
    if (columns[0] === 'site' && !describes(first, columns[1], second)) return false;
    // The core shows the groups of each hospital.
    if (columns[0] !== 'site' || Object.keys(core).length < 2) return view.isSettled?.({}) ?? true;
    return view.isOpen(core);
  });
}

/** A column without what would tell of a closed group; `isPlain`: people may be counted. */
export function shareColumn(column: FairnessColumn, closed: Names, isPlain: boolean): FairnessColumn {
  const isHidden = (name: string) => closed.has(name);
  const several = new Set(column.groups.filter(({ n, people }) => n !== people).map(({ group }) => group));
  return {
    ...column,
    peopleInSeveral: closed.size === 0 && isPlain ? shareCount(column.peopleInSeveral) : SUPPRESSED,
    folded: column.folded && (closed.size > 0 || !isPlain) ? { ...column.folded, rows: SUPPRESSED } : column.folded,
    groups: column.groups.map((group) => {
      if (isHidden(group.group)) return hiddenGroup(group);
      return several.has(group.group) ? withoutReasons(group) : group;
    }),
    gaps: column.gaps.map((gap) => {
      if (isHidden(gap.group) || isHidden(gap.reference)) return hiddenGap(gap);
      const tells = [gap.group, gap.reference].some((name) => several.has(name)) && gap.pValue === null;
      if (tells) return hiddenGap(gap);
      return several.size > 0 && 'cannotTell' in gap.difference ? { ...gap, difference: SUPPRESSED } : gap;
    }),
    odds: column.odds.map((odds) =>
      isHidden(odds.group) || isHidden(column.reference) ? { ...odds, gap: SUPPRESSED } : odds,
    ),
    spreads: column.spreads.map((spread) => {
      const within = column.groups.filter(({ group }) => !spread.leftOut.includes(group));
      // One that cannot be told carries the counts of all groups, hidden ones too.
      return within.some(({ group }) => isHidden(group)) || !isEstimate(spread.minimum) ? hiddenSpread(spread) : spread;
    }),
  };
}

/** Where people have several studies, the reason why a figure cannot be told counts people. */
function withoutReasons(group: FairnessGroup): FairnessGroup {
  const shown = (figure: Figure): Figure => ('cannotTell' in figure ? SUPPRESSED : figure);
  return {
    ...group,
    prevalence: shown(group.prevalence),
    rates: group.rates.map((rate) => ({ ...rate, figure: shown(rate.figure) })),
    auroc: shown(group.auroc),
    observedExpected: shown(group.observedExpected),
    intercept: shown(group.intercept),
  };
}

const shareCount = (count: Count): Count => (typeof count === 'number' && isSmall(count) ? SUPPRESSED : count);

function hiddenGroup({ group, confusions, rates }: FairnessGroup): FairnessGroup {
  const counts = {
    truePositives: SUPPRESSED,
    falseNegatives: SUPPRESSED,
    falsePositives: SUPPRESSED,
    trueNegatives: SUPPRESSED,
  };
  return {
    ...{ group, n: SUPPRESSED, people: SUPPRESSED, events: SUPPRESSED, prevalence: SUPPRESSED },
    ...{ eventPeople: SUPPRESSED, nonEventPeople: SUPPRESSED },
    confusions: confusions.map(({ threshold }) => ({ threshold, ...counts })),
    rates: rates.map(({ metric, threshold }) => ({ metric, threshold, figure: SUPPRESSED })),
    ...{ auroc: SUPPRESSED, observedExpected: SUPPRESSED, intercept: SUPPRESSED },
  };
}

/**
 * The gaps that are shown, corrected as if the hidden ones among as many tests had shown nothing: a correction that was taken over from a
 * hidden gap would tell its p-value. `all` are the same gaps before any was hidden.
 */
function correctedAmongShown(shown: readonly FairnessGap[], all: readonly FairnessGap[]): FairnessGap[] {
  if (shown.every(({ verdict }) => verdict !== 'hidden')) return [...shown];
  const corrected = [...shown];
  for (const family of ['performance', 'predictive'] as const) {
    const places = [...all.keys()].filter((place) => all[place].family === family && all[place].pValue !== null);
    const together = judgedTogether(places.map((place) => testsOf(shown[place])));
    for (const [rank, place] of places.entries())
      if (shown[place].verdict !== 'hidden') corrected[place] = { ...shown[place], ...together[rank] };
  }
  return corrected;
}

/** The gaps of several lists, corrected together, each in its own list again. */
export function correctedLists<Of extends { readonly gaps: readonly FairnessGap[] }>(
  shown: readonly Of[],
  all: readonly { readonly gaps: readonly FairnessGap[] }[],
): Of[] {
  const corrected = correctedAmongShown(
    shown.flatMap(({ gaps }) => gaps),
    all.flatMap(({ gaps }) => gaps),
  );
  let taken = 0;
  return shown.map((one) => {
    taken += one.gaps.length;
    return { ...one, gaps: corrected.slice(taken - one.gaps.length, taken) };
  });
}

/** A gap of which nothing is told. */
export function hiddenGap(gap: FairnessGap): FairnessGap {
  const tests = { pValue: null, holm: null, benjaminiHochberg: null, equivalencePValue: null, equivalenceHolm: null };
  return { ...gap, difference: SUPPRESSED, ratio: SUPPRESSED, ...tests, detectable: null, verdict: 'hidden' };
}

function hiddenSpread({ metric, threshold }: SpreadResult): SpreadResult {
  const figures = { minimum: SUPPRESSED, maximum: SUPPRESSED, difference: SUPPRESSED, ratio: SUPPRESSED };
  return { metric, threshold, lowest: null, highest: null, ...figures, leftOut: [] };
}

/** Without counts and p-values, its difference in whole points: exact ones would give the counts away. */
function shareSlice(finding: SliceResult, isPlain: boolean): SliceResult {
  const hidden = { rows: SUPPRESSED, mistakes: SUPPRESSED, people: SUPPRESSED };
  const { confirmation, rest, difference } = finding;
  const isOpen = [confirmation, rest].every(({ rows, mistakes }) =>
    [numberOf(mistakes), numberOf(rows) - numberOf(mistakes)].every((count) => !isSmall(count)),
  );
  const shown =
    difference === null || isSuppressed(difference) || !isOpen || !isPlain
      ? SUPPRESSED
      : {
          estimate: hundredths(difference.estimate),
          lower: hundredths(difference.lower),
          upper: hundredths(difference.upper),
        };
  const tests = { pValue: SUPPRESSED, holm: SUPPRESSED };
  return { ...finding, seen: hidden, confirmation: hidden, rest: hidden, difference: shown, ...tests };
}

/** Rounded: its tables hold small cells that the last digits would help to find. */
function shareAssociation({ first, second, strength }: AssociationResult): AssociationResult {
  if (isSuppressed(strength) || 'cannotTell' in strength) return { first, second, strength: SUPPRESSED };
  const [estimate, lower, upper] = [strength.estimate, strength.lower, strength.upper].map(hundredths);
  const rounded = { estimate, lower, upper, pValue: Math.round(strength.pValue * 1000) / 1000 };
  return { first, second, strength: { ...strength, ...rounded } };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

function shareSimulation(simulation: SimulationResult, closed: Names, isPlain: boolean): SimulationResult {
  return {
    ...simulation,
    groups: simulation.groups.map((group) => {
      if (closed.has(group.group) || !isPlain) {
        const hidden = { sensitivity: SUPPRESSED, specificity: SUPPRESSED, flagged: SUPPRESSED };
        return { ...group, n: SUPPRESSED, events: SUPPRESSED, common: hidden, own: hidden, shift: SUPPRESSED };
      }
      // New counts: of a group all are shown or none, and one hidden group would follow from nothing that is shown.
      const isSafe = group.own !== null && pricesOf(group.own).every((figure) => !tellsSmall(figure));
      const hidden = { sensitivity: SUPPRESSED, specificity: SUPPRESSED, flagged: SUPPRESSED };
      return group.own === null || isSafe ? group : { ...group, own: hidden, shift: SUPPRESSED };
    }),
  };
}

const pricesOf = ({ sensitivity, specificity, flagged }: PriceResult): Figure[] => [sensitivity, specificity, flagged];

function tellsSmall(figure: Figure): boolean {
  return isEstimate(figure) && (isSmall(figure.events) || isSmall(figure.n - figure.events));
}
