// What follows from sums of which some cells are known: exact elimination.

import type { Sum } from './disclosure.ts';

/**
 * Σ coefficient · cell = 0, the hidden and the known cells apart, cells as numbers. Coefficients are those of the field of integers modulo a
 * prime: exact, where rounding would solve for cells in thousands of equations that nothing determines.
 */
interface Equation {
  readonly unknown: Map<number, number>;
  readonly known: Map<number, number>;
}

/** The largest prime below 2²⁶: products of two coefficients are whole numbers below 2⁵³. Coefficients of sums are small beside it. */
export const PRIME = 67_108_859;

/**
 * Determined cells with the known cells that they follow from: equations with one unknown after Gauss-Jordan elimination. Of the known ones
 * only those that matter are named.
 */
export function solutions(
  hidden: ReadonlySet<string>,
  sums: readonly Sum[],
  matters: (id: string) => boolean = () => true,
): Map<string, string[]> {
  const { pivots, ids } = eliminated(hidden, sums, matters);
  const solved = [...pivots].filter(([, equation]) => equation.unknown.size === 1);
  return new Map(solved.map(([id, { known }]) => [ids[id], [...known.keys()].map((one) => ids[one])]));
}

/** What the sums say of a cell: what follows from known cells, and what may have any value. */
export interface Expression {
  /** Empty where the cell is determined, else an undetermined cell with its coefficient a line; the same text for two cells where their difference is. */
  readonly free: string;
  /** Coefficients of the known cells. */
  readonly known: ReadonlyMap<string, number>;
}

/** Every cell by the known and the undetermined ones. */
export function expressions(
  hidden: ReadonlySet<string>,
  sums: readonly Sum[],
  matters: (id: string) => boolean,
): (id: string) => Expression {
  const { pivots, ids } = eliminated(hidden, sums, matters);
  const pivotOf = new Map([...pivots].map(([id, equation]) => [ids[id], { id, equation }] as const));
  const made = new Map<string, Expression>();
  const negative = ([id, coefficient]: readonly [number, number]) => [ids[id], PRIME - coefficient] as const;
  const make = (cell: string): Expression => {
    if (!hidden.has(cell)) return { free: '', known: new Map(matters(cell) ? [[cell, 1]] : []) };
    const pivot = pivotOf.get(cell);
    if (pivot === undefined) return { free: `${cell} 1`, known: new Map() };
    const { known, unknown } = pivot.equation;
    const free = [...unknown].filter(([id]) => id !== pivot.id).map((one) => negative(one).join(' '));
    return { free: free.sort().join('\n'), known: new Map([...known].map(negative)) };
  };
  return (cell) => {
    const expression = made.get(cell) ?? make(cell);
    made.set(cell, expression);
    return expression;
  };
}

/** The known cells from which the difference of two cells follows; undefined where it is not determined. */
export function differenceFrom(a: Expression, b: Expression): string[] | undefined {
  if (a.free !== b.free) return undefined;
  const ids = new Set([...a.known.keys(), ...b.known.keys()]);
  return [...ids].filter((id) => a.known.get(id) !== b.known.get(id));
}

/** Gauss-Jordan elimination: each pivot with its equation, in which no other pivot stands. */
function eliminated(hidden: ReadonlySet<string>, sums: readonly Sum[], matters: (id: string) => boolean) {
  const { equations, ids } = equationsOf(hidden, sums, matters);
  const uses = usesOf(equations, ids.length);
  // Unknowns that stand in few equations disturb few others as pivots: equations with such come last.
  const rarest = ({ unknown }: Equation) => Math.min(...[...unknown.keys()].map((id) => uses[id]));
  const ordered = equations
    .filter(({ unknown }) => unknown.size > 0)
    .map((equation) => ({ equation, rank: rarest(equation) }))
    .sort((one, other) => other.rank - one.rank || one.equation.unknown.size - other.equation.unknown.size);
  const pivots = new Map<number, Equation>();
  const users = new Map<number, Equation[]>();
  for (const { equation } of ordered) {
    for (const id of [...equation.unknown.keys()]) {
      const pivot = pivots.get(id);
      if (pivot !== undefined) subtract(equation, pivot, id);
    }
    const left = [...equation.unknown.keys()];
    if (left.length === 0) continue;
    const pivot = left.reduce((rare, id) => (uses[id] < uses[rare] ? id : rare));
    scale(equation, inverse(equation.unknown.get(pivot) ?? 1));
    for (const other of users.get(pivot) ?? []) subtract(other, equation, pivot, users);
    users.delete(pivot);
    pivots.set(pivot, equation);
    for (const id of left) if (id !== pivot) note(users, id, equation);
  }
  return { pivots, ids };
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
