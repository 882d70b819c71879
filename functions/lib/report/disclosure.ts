// Which counts may leave the site: cells of 1 to 10 and as many complements as it takes that none can be computed back.
// Rules as in Hundepool et al., Statistical Disclosure Control (doi:10.1002/9781118348239), chapter 4.

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
}

interface Table {
  readonly cells: ReadonlyMap<string, number>;
  readonly sums: readonly Sum[];
  readonly small: ReadonlySet<string>;
  readonly costOf: (id: string) => number;
}

/**
 * The cells to hide: the small ones (and those `alwaysHidden`), then complements, those that cost least and the smallest
 * first, until the sums that a reader can write down determine no small cell and leave no hidden parts that together are
 * still small; at last complements that turned out to protect nothing are shown again, the costly ones first.
 */
export function cellsToHide(
  cells: ReadonlyMap<string, number>,
  sums: readonly Sum[],
  { alwaysHidden = new Set(), costOf = () => 0 }: HidingOptions = {},
): Set<string> {
  const small = new Set([...cells].filter(([id, count]) => isSmall(count) || alwaysHidden.has(id)).map(([id]) => id));
  const table: Table = { cells, sums, small, costOf };
  const hidden = new Set(small);
  for (let leaks = leaksOf(table, hidden); leaks.length > 0; leaks = leaksOf(table, hidden)) {
    for (const leak of leaks) hidden.add(cheapest(table, leak, hidden));
  }
  return withoutNeedless(table, hidden);
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

function cheapest({ cells, costOf }: Table, ids: readonly string[], hidden: ReadonlySet<string>): string {
  const size = (id: string) => cells.get(id) ?? 0;
  const [best] = ids
    .filter((id) => size(id) !== 0)
    .sort(
      (a, b) =>
        Number(hidden.has(b)) - Number(hidden.has(a)) || costOf(a) - costOf(b) || size(a) - size(b) || (a < b ? -1 : 1),
    );
  if (best === undefined) throw new Error(`no complement can protect a small cell that ${ids.join(', ')} give away`);
  return best;
}

function withoutNeedless(table: Table, hidden: ReadonlySet<string>): Set<string> {
  const { costOf, small } = table;
  const kept = new Set(hidden);
  const complements = [...hidden]
    .filter((id) => !small.has(id))
    .sort((a, b) => costOf(b) - costOf(a) || (a < b ? -1 : 1));
  for (const id of complements) {
    kept.delete(id);
    if (leaksOf(table, kept).length > 0) kept.add(id);
  }
  return kept;
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

/** Σ coefficient · cell = 0, the hidden and the known cells apart. */
interface Equation {
  readonly unknown: Map<string, number>;
  readonly known: Map<string, number>;
}

/** Determined cells with the known cells that they follow from: equations with one unknown after Gauss-Jordan elimination. */
function solutions(hidden: ReadonlySet<string>, sums: readonly Sum[]): Map<string, string[]> {
  const pivots = new Map<string, Equation>();
  const users = new Map<string, Set<Equation>>();
  for (const sum of sums) {
    const equation = equationOf(sum, hidden);
    for (const id of [...equation.unknown.keys()]) {
      const pivot = pivots.get(id);
      if (pivot !== undefined) subtract(equation, pivot, id);
    }
    const pivot = equation.unknown.keys().next().value;
    if (pivot === undefined) continue;
    scale(equation, 1 / (equation.unknown.get(pivot) ?? 1));
    for (const other of users.get(pivot) ?? []) {
      subtract(other, equation, pivot);
      register(other, users);
    }
    pivots.set(pivot, equation);
    register(equation, users);
  }
  const solved = [...pivots].filter(([, equation]) => equation.unknown.size === 1);
  return new Map(solved.map(([id, equation]) => [id, [...equation.known.keys()]]));
}

/** Notes which equations hold an unknown, so that a new pivot need not look at all of them. */
function register(equation: Equation, users: Map<string, Set<Equation>>): void {
  for (const id of equation.unknown.keys()) {
    const holding = users.get(id);
    if (holding === undefined) users.set(id, new Set([equation]));
    else holding.add(equation);
  }
}

/** total − parts = 0. */
function equationOf(sum: Sum, hidden: ReadonlySet<string>): Equation {
  const equation: Equation = { unknown: new Map(), known: new Map() };
  const side = (id: string) => (hidden.has(id) ? equation.unknown : equation.known);
  side(sum.total).set(sum.total, 1);
  for (const id of sum.parts) side(id).set(id, (side(id).get(id) ?? 0) - 1);
  return equation;
}

/** Takes `equation.unknown[pivot]` times the pivot's equation from `equation`. */
function subtract(equation: Equation, pivotEquation: Equation, pivot: string): void {
  const factor = equation.unknown.get(pivot);
  if (factor === undefined) return;
  addMultiple(equation.unknown, pivotEquation.unknown, -factor);
  addMultiple(equation.known, pivotEquation.known, -factor);
}

/** Coefficients below rounding error are zero. */
function addMultiple(row: Map<string, number>, other: ReadonlyMap<string, number>, factor: number): void {
  for (const [id, coefficient] of other) {
    const value = (row.get(id) ?? 0) + factor * coefficient;
    if (Math.abs(value) < 1e-9) row.delete(id);
    else row.set(id, value);
  }
}

function scale(equation: Equation, factor: number): void {
  for (const row of [equation.unknown, equation.known]) {
    for (const [id, coefficient] of row) row.set(id, coefficient * factor);
  }
}
