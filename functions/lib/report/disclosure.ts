// Which counts may leave the site: cells of 1 to 10 and as many complements as it takes that none can be computed back.
// Rules as in Hundepool et al., Statistical Disclosure Control (doi:10.1002/9781118348239), chapter 4.

import { solutions } from './elimination.ts';

/** Counts of 1 up to this may point at a person. */
const SMALLEST_SAFE_CELL = 11;

/** One published number is the sum of others. */
export interface Sum {
  readonly total: string;
  readonly parts: readonly string[];
}

export function isSmall(count: number): boolean {
  return count >= 1 && count < SMALLEST_SAFE_CELL;
}

export interface HidingOptions {
  /** Cells to hide whatever their count. */
  readonly alwaysHidden?: ReadonlySet<string>;
  /** What a reader loses with a cell: complements are taken where it is least. */
  readonly costOf?: (id: string) => number;
  /** Cells that a reader knows from elsewhere: to hide them would protect nothing. */
  readonly knownAnyway?: ReadonlySet<string>;
  /** Cells that nobody prints: once hidden they stay so, whether they turn out to protect or not. */
  readonly isUnprinted?: (id: string) => boolean;
}

/** A small cell follows from cells that a reader knows from elsewhere: nothing that could still be hidden protects it. */
export class Unprotectable extends Error {
  override readonly name = 'Unprotectable';
}

interface Table {
  readonly cells: ReadonlyMap<string, number>;
  readonly sums: readonly Sum[];
  readonly small: ReadonlySet<string>;
  readonly costOf: (id: string) => number;
  readonly knownAnyway: ReadonlySet<string>;
}

/**
 * The cells to hide: the small ones (and those `alwaysHidden`), then complements, those that cost least and the smallest
 * first, until the sums that a reader can write down determine no small cell and leave no hidden parts that together are
 * still small; at last complements that turned out to protect nothing are shown again, the costly ones first.
 */
export function cellsToHide(
  cells: ReadonlyMap<string, number>,
  sums: readonly Sum[],
  {
    alwaysHidden = new Set(),
    costOf = () => 0,
    knownAnyway = new Set(),
    isUnprinted = () => false,
  }: HidingOptions = {},
): Set<string> {
  const small = new Set([...cells].filter(([id, count]) => isSmall(count) || alwaysHidden.has(id)).map(([id]) => id));
  const table: Table = { cells, sums, small, costOf, knownAnyway };
  const hidden = new Set(small);
  for (let leaks = leaksOf(table, hidden); leaks.length > 0; leaks = leaksOf(table, hidden)) {
    for (const leak of leaks) hidden.add(cheapest(table, leak, hidden));
  }
  return withoutNeedless(table, hidden, isUnprinted);
}

/** Ways to come near a small cell: for each the known cells that the computation needs, any of which stops it. */
function leaksOf({ cells, sums, small }: Table, hidden: ReadonlySet<string>): string[][] {
  const solved = solutions(hidden, sums);
  const unknown = new Set([...hidden].filter((id) => !solved.has(id)));
  const narrow = sums
    .filter((sum) => isStillSmall(cells, sum, unknown))
    .map((sum) => [sum.total, ...sum.parts].flatMap((id) => solved.get(id) ?? (hidden.has(id) ? [] : [id])));
  return [...[...solved].filter(([id]) => small.has(id)).map(([, known]) => known), ...narrow];
}

function cheapest({ cells, costOf, knownAnyway }: Table, ids: readonly string[], hidden: ReadonlySet<string>): string {
  const size = (id: string) => cells.get(id) ?? 0;
  const [best] = ids
    .filter((id) => size(id) !== 0 && !knownAnyway.has(id))
    .sort(
      (a, b) =>
        Number(hidden.has(b)) - Number(hidden.has(a)) || costOf(a) - costOf(b) || size(a) - size(b) || (a < b ? -1 : 1),
    );
  if (best === undefined)
    throw new Unprotectable(`no complement can protect a small cell that ${ids.join(', ')} give away`);
  return best;
}

function withoutNeedless(table: Table, hidden: ReadonlySet<string>, isUnprinted: (id: string) => boolean): Set<string> {
  const { costOf, small } = table;
  const kept = new Set(hidden);
  const complements = [...hidden]
    .filter((id) => !small.has(id) && !isUnprinted(id))
    .sort((a, b) => costOf(b) - costOf(a) || (a < b ? -1 : 1));
  const sumsOf = sumsByCell(table.sums);
  for (const id of complements) {
    kept.delete(id);
    // What is shown again is told to the sums around it, and through their hidden cells to others; nothing changes beyond.
    if (leaksOf({ ...table, sums: sumsAround(id, kept, sumsOf) }, kept).length > 0) kept.add(id);
  }
  return kept;
}

function sumsByCell(sums: readonly Sum[]): Map<string, Sum[]> {
  const found = new Map<string, Sum[]>();
  for (const sum of sums) {
    for (const id of new Set([sum.total, ...sum.parts])) {
      const own = found.get(id);
      if (own === undefined) found.set(id, [sum]);
      else own.push(sum);
    }
  }
  return found;
}

/** The sums with this cell, those that share a hidden cell with them, and so on. */
function sumsAround(start: string, hidden: ReadonlySet<string>, sumsOf: ReadonlyMap<string, readonly Sum[]>): Sum[] {
  const found = new Set<Sum>();
  const seen = new Set([start]);
  for (const id of seen) {
    for (const sum of sumsOf.get(id) ?? []) {
      if (found.has(sum)) continue;
      found.add(sum);
      for (const cell of [sum.total, ...sum.parts]) if (hidden.has(cell)) seen.add(cell);
    }
  }
  return [...found];
}

/** The total is known and the hidden parts together are a small cell. */
function isStillSmall(cells: ReadonlyMap<string, number>, sum: Sum, hidden: ReadonlySet<string>): boolean {
  if (hidden.has(sum.total)) return false;
  const parts = sum.parts.filter((id) => hidden.has(id));
  return parts.length > 0 && isSmall(parts.reduce((total, id) => total + (cells.get(id) ?? 0), 0));
}

/** Hidden cells that the linear system of the sums determines. */
export function determined(hidden: ReadonlySet<string>, sums: readonly Sum[]): Set<string> {
  return new Set(solutions(hidden, sums).keys());
}
