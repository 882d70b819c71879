import type { Random } from '#lib/simulate/random.ts';
import type { GroupColumn } from './columns.ts';
import { type EffectiveCounts, effectiveCounts } from './effective-counts.ts';
import { fisherGreater } from './fisher.ts';
import { ALPHA } from './judge.ts';
import { holm } from './multiplicity.ts';
import { differenceInterval, differenceScore } from './score-difference.ts';

/** A mistake of the model that may be more frequent in some slice: among which rows, and on which of them it was made. */
export interface SliceTarget {
  readonly name: string;
  /** 1 where the mistake could be made: those with the outcome for a missed case. */
  readonly possible: Uint8Array;
  /** 1 where it was made. */
  readonly made: Uint8Array;
}

export interface SliceCondition {
  readonly column: string;
  readonly value: string;
}

export interface SliceOptions {
  /** Columns that a slice may combine. @default 3 */
  readonly mostConditions?: number;
  /** Slices per target that go to confirmation. @default 3 */
  readonly candidates?: number;
  /** Fewest people in a slice, and in the rest, in each half. @default 15 */
  readonly fewestPeople?: number;
}

/** Share of mistakes with the rows that it was seen in. */
export interface SliceShare {
  readonly rows: number;
  readonly mistakes: number;
  readonly people: number;
}

/** A slice that looked worst among one half of the people, with what the other half says of it. */
export interface SliceFinding {
  readonly target: string;
  readonly conditions: readonly SliceCondition[];
  /** In the half that it was chosen in: too bad, because it was chosen for it. */
  readonly seen: SliceShare;
  /** In the other half. */
  readonly confirmation: SliceShare;
  /** All others of the other half. */
  readonly rest: SliceShare;
  /** Share in the slice less share in the rest, of the other half, with its 95 % interval; null where too few people are there. */
  readonly difference: { readonly estimate: number; readonly lower: number; readonly upper: number } | null;
  /** One-sided, of no higher share in the slice; 1 where too few people are there. */
  readonly pValue: number;
  /** Holm's, over the candidates of all targets. */
  readonly holm: number;
  readonly confirmed: boolean;
}

export interface SliceSearch {
  /** Slices looked at in the first half, over all targets. */
  readonly lookedAt: number;
  readonly people: { readonly search: number; readonly confirmation: number };
  /** Candidates, those with the smallest corrected p first. */
  readonly findings: readonly SliceFinding[];
}

/**
 * Searches conjunctions of groups for those in which the model errs most, among one half of the people drawn at random: all
 * single groups and all pairs, and triples that extend the 20 worst pairs (a beam search). The worst few per target are tested
 * once among the other half, one-sided by Fisher's exact test (at effective sizes where people have several rows), Holm over all candidates: the chance of
 * any false alarm is 5 % however many slices were looked at, because the second half took no part in choosing.
 */
export function searchSlices(
  columns: readonly GroupColumn[],
  targets: readonly SliceTarget[],
  people: Int32Array,
  random: Random,
  { mostConditions = 3, candidates = 3, fewestPeople = 15 }: SliceOptions = {},
): SliceSearch {
  const isSearch = halfOfPeople(people, random);
  let lookedAt = 0;
  const chosen = targets.flatMap((target) => {
    const rows = rowsWhere((row) => target.possible[row] === 1 && isSearch[row] === 1, people.length);
    const found = worstSlices({ columns, target, people, fewestPeople }, rows, mostConditions);
    lookedAt += found.lookedAt;
    return distinctSlices(found.slices, candidates).map((slice) => ({ target, slice }));
  });
  const tested = chosen.map(({ target, slice }) => {
    const rows = rowsWhere((row) => target.possible[row] === 1 && isSearch[row] === 0, people.length);
    return confirmation(target, slice, { columns, rows, people, fewestPeople });
  });
  const corrected = holm(tested.map(({ pValue }) => pValue));
  const findings = tested
    .map((finding, place) => ({ ...finding, holm: corrected[place], confirmed: corrected[place] < ALPHA }))
    .sort((a, b) => a.holm - b.holm || a.pValue - b.pValue);
  return { lookedAt, people: peopleOfHalves(people, isSearch), findings };
}

/** 1 for rows of the people of the first half. */
function halfOfPeople(people: Int32Array, random: Random): Uint8Array {
  const all = random.shuffle([...new Set(people)]);
  const first = new Set(all.slice(0, Math.ceil(all.length / 2)));
  return Uint8Array.from(people, (person) => Number(first.has(person)));
}

function peopleOfHalves(people: Int32Array, isSearch: Uint8Array): SliceSearch['people'] {
  const search = new Set(people.filter((_, row) => isSearch[row] === 1)).size;
  return { search, confirmation: new Set(people).size - search };
}

function rowsWhere(test: (row: number) => boolean, count: number): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (test(row)) rows.push(row);
  return Uint32Array.from(rows);
}

interface SearchSpace {
  readonly columns: readonly GroupColumn[];
  readonly target: SliceTarget;
  readonly people: Int32Array;
  readonly fewestPeople: number;
}

interface Slice {
  /** Places of the columns and of their groups. */
  readonly conditions: readonly (readonly [column: number, value: number])[];
  readonly rows: Uint32Array;
  readonly share: SliceShare;
  /** Score statistic against the rest; above 0 the slice is worse. */
  readonly score: number;
}

/** Width of the beam: how many pairs are extended to triples. */
const BEAM = 20;

function worstSlices(
  space: SearchSpace,
  rows: Uint32Array,
  mostConditions: number,
): { slices: Slice[]; lookedAt: number } {
  const whole: Slice = { conditions: [], rows, share: shareOf(space, rows), score: 0 };
  const all: Slice[] = [];
  let level: readonly Slice[] = [whole];
  for (let depth = 1; depth <= mostConditions; depth++) {
    const parents = depth <= 2 ? level : level.toSorted(worstFirst).slice(0, BEAM);
    level = parents.flatMap((parent) => extensions(space, parent, whole.share));
    all.push(...level);
  }
  return { slices: all.sort(worstFirst), lookedAt: all.length };
}

/** The worse slice first; of equal ones the simpler. */
const worstFirst = (a: Slice, b: Slice): number => b.score - a.score || a.conditions.length - b.conditions.length;

/** A slice narrowed by one group of a later column, so that every conjunction comes once. */
function extensions(space: SearchSpace, parent: Slice, whole: SliceShare): Slice[] {
  const { columns, fewestPeople } = space;
  const used = parent.conditions.map(([column]) => column);
  const isBeam = parent.conditions.length >= 2;
  return columns.flatMap((column, place) => {
    if (used.includes(place) || (!isBeam && place < Math.max(-1, ...used))) return [];
    const byValue = column.values.map((): number[] => []);
    for (const row of parent.rows) byValue[column.codes[row]].push(row);
    return byValue.flatMap((members, value) => {
      if (members.length < fewestPeople || members.length === parent.rows.length) return [];
      const rows = Uint32Array.from(members);
      const share = shareOf(space, rows);
      if (share.people < fewestPeople || whole.people - share.people < fewestPeople) return [];
      const conditions = [...parent.conditions, [place, value] as const].sort(([a], [b]) => a - b);
      return [{ conditions, rows, share, score: scoreAgainstRest(share, whole) }];
    });
  });
}

function shareOf({ target, people }: SearchSpace, rows: Uint32Array): SliceShare {
  const seen = new Set<number>();
  let mistakes = 0;
  for (const row of rows) {
    mistakes += target.made[row];
    seen.add(people[row]);
  }
  return { rows: rows.length, mistakes, people: seen.size };
}

function scoreAgainstRest(slice: SliceShare, whole: SliceShare): number {
  const rest = { successes: whole.mistakes - slice.mistakes, n: whole.rows - slice.rows };
  return rest.n === 0 ? 0 : differenceScore({ successes: slice.mistakes, n: slice.rows }, rest, 0);
}

/** More of the rows in common than this, and two slices are one finding. */
const MOST_OVERLAP = 0.7;

/** The worst slices that are worse than the rest and hold mostly different rows. */
function distinctSlices(slices: readonly Slice[], most: number): Slice[] {
  const chosen: Slice[] = [];
  for (const slice of slices) {
    if (chosen.length === most || slice.score <= 0) break;
    if (chosen.every((other) => overlap(slice.rows, other.rows) <= MOST_OVERLAP)) chosen.push(slice);
  }
  return chosen;
}

/** Rows in common by rows in either. */
function overlap(one: Uint32Array, two: Uint32Array): number {
  const other = new Set(two);
  const common = one.reduce((sum, row) => sum + Number(other.has(row)), 0);
  return common / (one.length + two.length - common);
}

interface ConfirmationRows {
  readonly columns: readonly GroupColumn[];
  readonly rows: Uint32Array;
  readonly people: Int32Array;
  readonly fewestPeople: number;
}

function confirmation(
  target: SliceTarget,
  slice: Slice,
  { columns, rows, people, fewestPeople }: ConfirmationRows,
): Omit<SliceFinding, 'holm' | 'confirmed'> {
  const isIn = (row: number) => slice.conditions.every(([column, value]) => columns[column].codes[row] === value);
  const counts = (of: Uint32Array): EffectiveCounts =>
    effectiveCounts(
      Uint8Array.from(of, (row) => target.made[row]),
      Int32Array.from(of, (row) => people[row]),
    );
  const inside = counts(rows.filter(isIn));
  const outside = counts(rows.filter((row) => !isIn(row)));
  const isEnough = inside.people >= fewestPeople && outside.people >= fewestPeople;
  const estimate = inside.successes / inside.rows - outside.successes / outside.rows;
  return {
    target: target.name,
    conditions: slice.conditions.map(([column, value]) => ({
      column: columns[column].name,
      value: columns[column].values[value],
    })),
    seen: slice.share,
    confirmation: plainShare(inside),
    rest: plainShare(outside),
    difference: isEnough ? { estimate, ...differenceInterval(inside.effective, outside.effective, 0.95) } : null,
    pValue: isEnough ? fisherGreater(whole(inside), whole(outside)) : 1,
  };
}

/** Effective counts in whole trials. */
const whole = ({ effective }: EffectiveCounts) => ({
  successes: Math.round(effective.successes),
  n: Math.round(effective.n),
});

const plainShare = ({ rows, successes, people }: EffectiveCounts): SliceShare => ({
  rows,
  mistakes: successes,
  people,
});
