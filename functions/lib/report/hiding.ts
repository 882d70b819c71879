// What the shareable edition of a report hides: small cells, what gives them away, and what earlier shareable reports would.
import { demandsOf, type HiddenCells, type SharedReport, settledGroups, sharedReport } from './between.ts';
import { hiddenBetween } from './between-sums.ts';
import { cellsOf, costOf, groupId } from './cells.ts';
import { isSmall, Unprotectable } from './disclosure.ts';
import { cellsOfFew } from './few-people.ts';
import type { BetweenReports, ReportPast } from './provenance.ts';
import { isWhole, type ReportBody } from './record.ts';
import { cellsToHideInWholes } from './whole-counts.ts';

export interface Hiding {
  readonly hidden: ReadonlySet<string>;
  /** Groups of the results of which earlier shareable reports say the same or nothing; null: there is no earlier one. */
  readonly settled: ReadonlySet<string> | null;
  readonly between: BetweenReports | null;
}

type Past = Pick<ReportPast, 'shared' | 'lacking'>;
const NO_PAST: Past = { shared: [], lacking: [] };

/** The cells of an internal report that must not leave the sites, whatever was shown before. */
export function hiddenCells(body: ReportBody): Set<string> {
  const { counts, sums } = cellsOf(body);
  return cellsToHideInWholes(counts, sums, { alwaysHidden: fewPeople(body, counts), costOf });
}

const fewPeople = (body: ReportBody, counts: ReadonlyMap<string, number>): Set<string> =>
  cellsOfFew(body, counts, (_, group, of) => {
    const people = group[of];
    return typeof people === 'number' && isSmall(people);
  });

/** What to hide where these reports are out already; everything where that cannot be told, or where nothing else protects. */
export function hidingOf(body: ReportBody, { shared, lacking }: Past = NO_PAST): Hiding {
  if (body.publicData) return { hidden: new Set(), settled: null, between: null };
  const alone = hiddenCells(body);
  if (shared.length + lacking.length === 0) return { hidden: alone, settled: null, between: null };
  const now = sharedReport('', body, { schema: 'tricuspid/hidden-cells/1', withheld: false, hidden: [] });
  const runs = shared.map(({ run }) => run);
  if (lacking.length > 0)
    return withheld(now, runs, `it may be subtracted from reports that cannot be looked at (${lacking.join('; ')})`);
  try {
    const hidden = hiddenAfter(body, now, shared);
    const added = [...hidden].filter((id) => !alone.has(id));
    const closed = body.primary.groups.filter(
      (group) => isWhole(group) && added.includes(`${groupId('primary', group)}/n`),
    );
    return {
      hidden,
      settled: settledGroups(now, shared),
      between: { earlier: runs, cells: added.length, closed: closed.map(({ site }) => site), withheld: null },
    };
  } catch (error) {
    if (!(error instanceof Unprotectable)) throw error;
    return withheld(
      now,
      runs,
      'no choice of hidden counts keeps the difference from earlier reports from telling of 1 to 10 people',
    );
  }
}

function hiddenAfter(body: ReportBody, now: SharedReport, shared: readonly SharedReport[]): Set<string> {
  const { hide, known } = demandsOf(body, now, shared);
  const alwaysHidden = fewPeople(body, now.counts).union(hide);
  const hidden = cellsToHideInWholes(now.counts, now.sums, { alwaysHidden, costOf, knownAnyway: known });
  return hiddenBetween(now, shared, hidden);
}

function withheld({ counts, figures }: SharedReport, earlier: readonly string[], why: string): Hiding {
  return {
    hidden: new Set(counts.keys()),
    settled: figures.size === 0 ? null : new Set(),
    between: { earlier, cells: counts.size, closed: [], withheld: why },
  };
}

/** `internal/hidden-cells.json`. */
export const hiddenCellsFile = ({ hidden, between }: Hiding): HiddenCells => ({
  schema: 'tricuspid/hidden-cells/1',
  withheld: between !== null && between.withheld !== null,
  hidden: [...hidden].sort(),
});
