import type { AnalysedRow } from '#lib/cohort/select.ts';
import { ageBand, ageBands } from '#lib/fairness/groups.ts';
import type { ChapterInput } from '../chapter.ts';
import { sexOf } from '../measure.ts';
import { type Group, wholeOf } from '../record.ts';

/** A group of the report with its rows. */
export interface GroupRows {
  readonly group: Group;
  readonly rows: readonly AnalysedRow[];
}

type Selected = Pick<ChapterInput, 'rows' | 'sites'>;

/** By the rows of a report and by those of a hospital: chapters share the arrays, and what is known of them (measure.ts). */
const wholes = new WeakMap<Selected['rows'], { readonly sites: Selected['sites']; readonly groups: GroupRows[] }>();
const parts = new WeakMap<GroupRows, GroupRows[]>();

/** Each hospital that has rows, in the order of the report, then all of them (crude) where there are several. */
export function wholeGroups({ rows, sites }: Selected): readonly GroupRows[] {
  const known = wholes.get(rows);
  if (known !== undefined && known.sites === sites) return known.groups;
  const groups = groupsBySite(rows, sites);
  wholes.set(rows, { sites, groups });
  return groups;
}

/** Sexes, age bands and named recorders of a hospital or of all, as the core of the report has them. */
export function partsOf(whole: GroupRows): readonly GroupRows[] {
  const groups = parts.get(whole) ?? groupsWithin(whole);
  parts.set(whole, groups);
  return groups;
}

function groupsBySite(rows: Selected['rows'], sites: Selected['sites']): GroupRows[] {
  const bySite = Map.groupBy(rows, ({ site }) => site);
  const occupied = sites.flatMap((site) => {
    const here = bySite.get(site);
    return here === undefined ? [] : [{ group: wholeOf(site), rows: here }];
  });
  return occupied.length > 1 ? [...occupied, { group: wholeOf(null), rows }] : occupied;
}

function groupsWithin({ group, rows }: GroupRows): GroupRows[] {
  const by = (keyOf: (row: AnalysedRow) => string, order: readonly string[], part: (key: string) => Partial<Group>) => {
    const byKey = Map.groupBy(rows, keyOf);
    return order.flatMap((key) => {
      const own = byKey.get(key);
      return own === undefined ? [] : [{ group: { ...group, ...part(key) }, rows: own }];
    });
  };
  const named = rows.some(({ device }) => device !== undefined);
  const devices = named ? [...new Set(rows.flatMap(({ device }) => device ?? []))].sort() : [];
  return [
    ...by(
      (row) => sexOf(row),
      ['female', 'male', 'unknown'],
      (sex) => ({ sex }),
    ),
    ...by(
      (row) => ageBand(row.ageYears ?? null),
      ageBands(),
      (band) => ({ ageBand: band }),
    ),
    ...by(
      (row) => row.device ?? 'unknown',
      named ? [...devices.filter((name) => name !== 'unknown'), 'unknown'] : [],
      (device) => ({ device }),
    ),
  ];
}
