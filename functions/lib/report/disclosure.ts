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
  /** Cells that a reader knows from elsewhere: to hide them would protect nothing. */
  readonly knownAnyway?: ReadonlySet<string>;
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
  { alwaysHidden = new Set(), costOf = () => 0, knownAnyway = new Set() }: HidingOptions = {},
): Set<string> {
  const small = new Set([...cells].filter(([id, count]) => isSmall(count) || alwaysHidden.has(id)).map(([id]) => id));
  const table: Table = { cells, sums, small, costOf, knownAnyway };
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

/**
 * Σ coefficient · cell = 0, the hidden and the known cells apart, cells as numbers. Coefficients are those of the field of integers modulo a
 * prime: exact, where rounding would solve for cells in thousands of equations that nothing determines.
 */
interface Equation {
  readonly unknown: Map<number, number>;
  readonly known: Map<number, number>;
}

/** The largest prime below 2²⁶: products of two coefficients are whole numbers below 2⁵³. Coefficients of sums are small beside it. */
const PRIME = 67_108_859;

/**
 * Determined cells with the known cells that they follow from: equations with one unknown after Gauss-Jordan elimination. Of the known ones
 * only those that matter are named.
 */
export function solutions(
  hidden: ReadonlySet<string>,
  sums: readonly Sum[],
  matters: (id: string) => boolean = () => true,
): Map<string, string[]> {
  const { equations, ids } = equationsOf(hidden, sums, matters);
  const uses = usesOf(equations, ids.length);
  // Unknowns that stand in one equation alone disturb no other as its pivot.
  const isAlone = (id: number) => uses[id] === 1;
  const last = new Set(equations.filter(({ unknown }) => [...unknown.keys()].some(isAlone)));
  const pivots = new Map<number, Equation>();
  const users = new Map<number, Equation[]>();
  for (const equation of [...equations.filter((one) => !last.has(one)), ...last]) {
    for (const id of [...equation.unknown.keys()]) {
      const pivot = pivots.get(id);
      if (pivot !== undefined) subtract(equation, pivot, id);
    }
    const left = [...equation.unknown.keys()];
    const pivot = left.find(isAlone) ?? left[0];
    if (pivot === undefined) continue;
    scale(equation, inverse(equation.unknown.get(pivot) ?? 1));
    for (const other of users.get(pivot) ?? []) subtract(other, equation, pivot, users);
    users.delete(pivot);
    pivots.set(pivot, equation);
    for (const id of left) if (id !== pivot) note(users, id, equation);
  }
  const solved = [...pivots].filter(([, equation]) => equation.unknown.size === 1);
  return new Map(solved.map(([id, { known }]) => [ids[id], [...known.keys()].map((one) => ids[one])]));
}

/** total − parts = 0, of every sum. */
function equationsOf(hidden: ReadonlySet<string>, sums: readonly Sum[], matters: (id: string) => boolean) {
  const ids: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    const stored = numbers.get(id);
    if (stored !== undefined) return stored;
    numbers.set(id, ids.length);
    return ids.push(id) - 1;
  };
  const equations = sums.map(({ total, parts }) => {
    const equation: Equation = { unknown: new Map(), known: new Map() };
    const add = (id: string, coefficient: number) => {
      const side = hidden.has(id) ? equation.unknown : matters(id) ? equation.known : undefined;
      if (side !== undefined) addMultiple(side, [[numberOf(id), coefficient]], 1);
    };
    add(total, 1);
    for (const id of parts) add(id, PRIME - 1);
    return equation;
  });
  return { equations, ids };
}

function usesOf(equations: readonly Equation[], ids: number): Uint32Array {
  const uses = new Uint32Array(ids);
  for (const { unknown } of equations) for (const id of unknown.keys()) uses[id] += 1;
  return uses;
}

/** Which equations hold an unknown, so that a new pivot need not look at all of them; they may have lost it since. */
type Users = Map<number, Equation[]>;

function note(users: Users, id: number, equation: Equation): void {
  const holding = users.get(id);
  if (holding === undefined) users.set(id, [equation]);
  else holding.push(equation);
}

/** Takes `equation.unknown[pivot]` times the pivot's equation from `equation`. */
function subtract(equation: Equation, pivotEquation: Equation, pivot: number, users?: Users): void {
  const factor = equation.unknown.get(pivot);
  if (factor === undefined) return;
  if (users !== undefined)
    for (const id of pivotEquation.unknown.keys()) if (!equation.unknown.has(id)) note(users, id, equation);
  addMultiple(equation.unknown, pivotEquation.unknown, PRIME - factor);
  addMultiple(equation.known, pivotEquation.known, PRIME - factor);
}

function addMultiple(row: Map<number, number>, other: Iterable<readonly [number, number]>, factor: number): void {
  for (const [id, coefficient] of other) {
    const value = ((row.get(id) ?? 0) + factor * coefficient) % PRIME;
    if (value === 0) row.delete(id);
    else row.set(id, value);
  }
}

function scale(equation: Equation, factor: number): void {
  if (factor === 1) return;
  for (const row of [equation.unknown, equation.known]) {
    for (const [id, coefficient] of row) row.set(id, (coefficient * factor) % PRIME);
  }
}

/** The number by which this one gives 1 (Fermat: its power PRIME − 2). */
function inverse(value: number): number {
  let [result, base] = [1, value];
  for (let power = PRIME - 2; power > 0; power = Math.floor(power / 2)) {
    if (power % 2 === 1) result = (result * base) % PRIME;
    base = (base * base) % PRIME;
  }
  return result;
}
