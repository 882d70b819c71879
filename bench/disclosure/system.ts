// What an attacker computes from a system of equations about counts: elimination, and bounds of whole numbers that are not negative.

/** Σ coefficient · unknown = constant. */
export interface Equation {
  readonly of: readonly (readonly [unknown: string, coefficient: number])[];
  readonly constant: number;
}

/** `total` is the sum of `parts`. */
export const sumOf = (total: string, parts: readonly string[]): Equation => ({
  of: [[total, 1], ...parts.map((part) => [part, -1] as const)],
  constant: 0,
});

/** A number that is printed. */
export const printed = (id: string, count: number): Equation => ({ of: [[id, 1]], constant: count });

interface Row {
  readonly coefficients: Float64Array;
  constant: number;
}

const TINY = 1e-7;

/** Unknowns that can have one value only. */
export function determinedBy(equations: readonly Equation[]): Map<string, number> {
  const ids = [...new Set(equations.flatMap(({ of }) => of.map(([id]) => id)))];
  const places = new Map(ids.map((id, place) => [id, place]));
  const rows = equations.map(({ of, constant }): Row => {
    const coefficients = new Float64Array(ids.length);
    for (const [id, coefficient] of of) coefficients[places.get(id) ?? 0] += coefficient;
    return { coefficients, constant };
  });
  const given = rows.map(({ coefficients, constant }) => ({ coefficients: coefficients.slice(), constant }));
  const reduced = eliminate(rows, ids.length);
  const lower = new Float64Array(ids.length);
  const upper = new Float64Array(ids.length).fill(Number.POSITIVE_INFINITY);
  tighten([...given, ...reduced], lower, upper);
  return new Map(ids.flatMap((id, place) => (lower[place] === upper[place] ? [[id, lower[place]] as const] : [])));
}

/** Gauss-Jordan with the largest pivot. */
function eliminate(rows: Row[], unknowns: number): Row[] {
  const done: Row[] = [];
  let left = rows;
  for (let place = 0; place < unknowns && left.length > 0; place++) {
    const pivot = left.reduce((a, b) => (Math.abs(b.coefficients[place]) > Math.abs(a.coefficients[place]) ? b : a));
    const size = pivot.coefficients[place];
    if (Math.abs(size) < TINY) continue;
    left = left.filter((row) => row !== pivot);
    for (let k = 0; k < unknowns; k++) pivot.coefficients[k] /= size;
    pivot.constant /= size;
    for (const row of [...left, ...done]) {
      const factor = row.coefficients[place];
      if (Math.abs(factor) < TINY) continue;
      for (let k = 0; k < unknowns; k++) row.coefficients[k] -= factor * pivot.coefficients[k];
      row.constant -= factor * pivot.constant;
    }
    done.push(pivot);
  }
  return done;
}

/** Every equation bounds each of its unknowns by the bounds of the others, until nothing moves. */
function tighten(rows: readonly Row[], lower: Float64Array, upper: Float64Array): void {
  const sparse = rows.map(({ coefficients, constant }) => ({
    constant,
    terms: [...coefficients.entries()].filter(([, coefficient]) => Math.abs(coefficient) > TINY),
  }));
  for (let moved = true; moved; ) {
    moved = false;
    for (const { terms, constant } of sparse) {
      for (const [place, coefficient] of terms) {
        let [least, most] = [constant, constant];
        for (const [other, factor] of terms) {
          if (other === place) continue;
          least -= Math.max(factor * lower[other], factor * upper[other]);
          most -= Math.min(factor * lower[other], factor * upper[other]);
        }
        const [a, b] =
          coefficient > 0 ? [least / coefficient, most / coefficient] : [most / coefficient, least / coefficient];
        const [low, high] = [Math.ceil(a - TINY), Math.floor(b + TINY)];
        if (low > lower[place]) {
          lower[place] = low;
          moved = true;
        }
        if (high < upper[place]) {
          upper[place] = high;
          moved = true;
        }
      }
    }
  }
}

/** Small counts that are determined: what must not happen. */
export function leaks(equations: readonly Equation[], truth: ReadonlyMap<string, number>): string[] {
  const determined = determinedBy(equations);
  return [...determined].flatMap(([id, count]) => {
    const real = truth.get(id);
    if (real !== undefined && real !== count) throw new Error(`${id}: the attacker found ${count}, it is ${real}`);
    return real !== undefined && real >= 1 && real <= 10 ? [`${id} = ${real}`] : [];
  });
}
