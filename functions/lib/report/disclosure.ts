// Which counts may leave the site: cells of 1 to 10 and as many complements as it takes that none can be computed back.
// Rules as in Hundepool et al., Statistical Disclosure Control (doi:10.1002/9781118348239), chapter 4.

/** Counts of 1 up to this may point at a person. */
export const SMALLEST_SAFE_CELL = 11;

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
}

interface Table {
  readonly cells: ReadonlyMap<string, number>;
  readonly hidden: ReadonlySet<string>;
  readonly costOf: (id: string) => number;
}

/**
 * The cells to hide: the small ones (and those `alwaysHidden`), then complements, those that cost least and the smallest first, until the sums that a
 * reader can write down determine no small cell and leave no group of hidden parts that together is still small.
 */
export function cellsToHide(
  cells: ReadonlyMap<string, number>,
  sums: readonly Sum[],
  { alwaysHidden = new Set(), costOf = () => 0 }: HidingOptions = {},
): Set<string> {
  const small = new Set([...cells].filter(([id, count]) => isSmall(count) || alwaysHidden.has(id)).map(([id]) => id));
  const hidden = new Set(small);
  const sumsOf = indexSums(sums);
  const table: Table = { cells, hidden, costOf };
  for (;;) {
    const exposed = [...determined(hidden, sums)].filter((id) => small.has(id));
    const complements = [
      ...exposed.flatMap((id) => complementOf(id, table, sumsOf)),
      ...sums.filter((sum) => isStillSmall(cells, sum, hidden)).flatMap((sum) => cheapestKnown(table, [sum])),
    ];
    if (complements.length === 0) {
      if (exposed.length > 0) throw new Error(`no complement can protect the small cell ${exposed[0]}`);
      return hidden;
    }
    for (const id of complements) hidden.add(id);
  }
}

function indexSums(sums: readonly Sum[]): Map<string, Sum[]> {
  const index = new Map<string, Sum[]>();
  for (const sum of sums) {
    for (const id of [sum.total, ...sum.parts]) index.set(id, [...(index.get(id) ?? []), sum]);
  }
  return index;
}

/** The nearest complement of a cell: in its own sums, or else in the sums that share hidden cells with those, and so on. */
function complementOf(id: string, table: Table, sumsOf: ReadonlyMap<string, readonly Sum[]>): string[] {
  const reached = new Set([id]);
  let found: string[] = [];
  for (let size = 0; found.length === 0 && reached.size > size; ) {
    size = reached.size;
    const sums = [...reached].flatMap((cell) => sumsOf.get(cell) ?? []);
    found = cheapestKnown(table, sums);
    for (const cell of sums.flatMap((sum) => [sum.total, ...sum.parts])) if (table.hidden.has(cell)) reached.add(cell);
  }
  return found;
}

/** The total is known and the hidden parts together are a small cell. */
function isStillSmall(cells: ReadonlyMap<string, number>, sum: Sum, hidden: ReadonlySet<string>): boolean {
  if (hidden.has(sum.total)) return false;
  const parts = sum.parts.filter((id) => hidden.has(id));
  return parts.length > 0 && isSmall(parts.reduce((total, id) => total + (cells.get(id) ?? 0), 0));
}

/** The cell of these sums, neither hidden nor zero, that costs least; of several the smallest. */
function cheapestKnown({ cells, hidden, costOf }: Table, sums: readonly Sum[]): string[] {
  const ids = new Set(sums.flatMap((sum) => [sum.total, ...sum.parts]));
  return [...ids]
    .filter((id) => !hidden.has(id) && (cells.get(id) ?? 0) !== 0)
    .sort((a, b) => costOf(a) - costOf(b) || (cells.get(a) ?? 0) - (cells.get(b) ?? 0) || (a < b ? -1 : 1))
    .slice(0, 1);
}

/** Hidden cells that the linear system of the sums determines: rows with one unknown after Gauss-Jordan elimination. */
export function determined(hidden: ReadonlySet<string>, sums: readonly Sum[]): Set<string> {
  const rows = sums.map((sum) => unknowns(sum, hidden)).filter((row) => row.size > 0);
  const pivots = new Map<string, Map<string, number>>();
  for (const row of rows) {
    for (const [pivot, pivotRow] of pivots) subtract(row, pivotRow, pivot);
    const pivot = row.keys().next().value;
    if (pivot === undefined) continue;
    scale(row, 1 / (row.get(pivot) ?? 1));
    for (const other of pivots.values()) subtract(other, row, pivot);
    pivots.set(pivot, row);
  }
  return new Set([...pivots].filter(([, row]) => row.size === 1).map(([pivot]) => pivot));
}

/** Coefficients of the hidden cells in total − parts = 0. */
function unknowns(sum: Sum, hidden: ReadonlySet<string>): Map<string, number> {
  const row = new Map<string, number>();
  if (hidden.has(sum.total)) row.set(sum.total, 1);
  for (const id of sum.parts) if (hidden.has(id)) row.set(id, (row.get(id) ?? 0) - 1);
  return row;
}

/** Takes `row[pivot]` times the pivot's row from `row`; coefficients below rounding error are zero. */
function subtract(row: Map<string, number>, pivotRow: ReadonlyMap<string, number>, pivot: string): void {
  const factor = row.get(pivot);
  if (factor === undefined) return;
  for (const [id, coefficient] of pivotRow) {
    const value = (row.get(id) ?? 0) - factor * coefficient;
    if (Math.abs(value) < 1e-9) row.delete(id);
    else row.set(id, value);
  }
}

function scale(row: Map<string, number>, factor: number): void {
  for (const [id, coefficient] of row) row.set(id, coefficient * factor);
}
