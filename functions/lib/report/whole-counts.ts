// Elimination knows no signs: a sum of zero, or one that leaves a single way in whole numbers, tells more. Here every small cell is shown to
// have another value that fits everything that is printed, or more is hidden.
import { random } from '#lib/simulate/random.ts';
import { cellsToHide, type HidingOptions, isSmall, type Sum, Unprotectable } from './disclosure.ts';
import { expressions, PRIME } from './elimination.ts';

/** By how much each hidden cell changes together with the others, so that every sum stays. */
type Direction = ReadonlyMap<string, number>;

/** A coefficient beyond this is a fraction in the field of the elimination: its direction is not in whole numbers. */
const LARGEST = 1000;

/** Steps of the walk for each direction. */
const STEPS = 200;

/**
 * Small hidden cells for which no other table of counts was found that fits all shown cells: a walk from table to table by directions, and
 * by two at once, as long as no count becomes negative; every cell that ever changed has another value that fits.
 */
export function cellsWithoutAnother(
  cells: ReadonlyMap<string, number>,
  sums: readonly Sum[],
  hidden: ReadonlySet<string>,
): string[] {
  const ids = [...hidden];
  const places = new Map(ids.map((id, place) => [id, place]));
  const directions = directionsOf(sums, hidden).map((direction) =>
    [...direction].map(([id, by]): Move => [places.get(id) ?? -1, by]),
  );
  const counts = Float64Array.from(hidden, (id) => cells.get(id) ?? 0);
  const stuck = new Set([...hidden].filter((id) => isSmall(cells.get(id) ?? 0)));
  const seen = counts.slice();
  const source = random('other tables');
  for (let step = 0; stuck.size > 0 && step < STEPS * directions.length; step++) {
    const first = source.pick(directions);
    const second = step % 2 === 0 ? [] : source.pick(directions);
    const [one, other] = [source.bernoulli(0.5) ? 1 : -1, source.bernoulli(0.5) ? 1 : -1];
    move(counts, first, one);
    move(counts, second, other);
    const moved = [...first, ...second];
    if (moved.some(([place]) => counts[place] < 0)) {
      move(counts, first, -one);
      move(counts, second, -other);
    } else for (const [place] of moved) if (counts[place] !== seen[place]) stuck.delete(ids[place]);
  }
  return [...stuck];
}

type Move = readonly [place: number, by: number];

function move(counts: Float64Array, direction: readonly Move[], times: number): void {
  for (const [place, by] of direction) counts[place] += times * by;
}

/** One direction for every cell that the sums leave free: it moves by one, the others as they follow from it. */
function directionsOf(sums: readonly Sum[], hidden: ReadonlySet<string>): Direction[] {
  const expressionOf = expressions(hidden, sums, () => false);
  const directions = new Map<string, Map<string, number>>();
  for (const id of hidden) {
    for (const line of expressionOf(id)
      .free.split('\n')
      .filter((text) => text !== '')) {
      const cut = line.lastIndexOf(' ');
      const [cell, residue] = [line.slice(0, cut), Number(line.slice(cut + 1))];
      const own = directions.get(cell) ?? new Map<string, number>();
      own.set(id, residue > PRIME / 2 ? residue - PRIME : residue);
      directions.set(cell, own);
    }
  }
  return [...directions.values()].filter((direction) => [...direction.values()].every((by) => Math.abs(by) <= LARGEST));
}

/** The cells to hide so that no small one follows by elimination (`cellsToHide`), nor because counts are whole and not negative. */
export function cellsToHideInWholes(
  cells: ReadonlyMap<string, number>,
  sums: readonly Sum[],
  options: HidingOptions = {},
): Set<string> {
  const alwaysHidden = new Set(options.alwaysHidden);
  for (;;) {
    const hidden = cellsToHide(cells, sums, { ...options, alwaysHidden });
    const found = cellsWithoutAnother(cells, sums, hidden.difference(options.knownAnyway ?? new Set()));
    if (found.length === 0) return hidden;
    const more = new Set(found.flatMap((id) => nearest(id, cells, sums, hidden, options)));
    if (more.size === 0) return hidden;
    for (const id of more) alwaysHidden.add(id);
  }
}

/**
 * The cheapest shown cell in a sum with this one, or with one that stands in a sum with it, and so on; none where all are hidden. Cells that
 * are known from elsewhere protect nothing.
 */
function nearest(
  id: string,
  cells: ReadonlyMap<string, number>,
  sums: readonly Sum[],
  hidden: ReadonlySet<string>,
  { costOf = () => 0, knownAnyway = new Set() }: HidingOptions,
): string[] {
  const size = (cell: string): number => cells.get(cell) ?? 0;
  const reached = new Set([id]);
  for (let grown = true; grown; ) {
    const around = new Set(
      sums.flatMap(({ total, parts }) => {
        const all = [total, ...parts];
        return all.some((cell) => reached.has(cell)) ? all : [];
      }),
    );
    const [best] = [...around]
      .filter((cell) => !hidden.has(cell) && !knownAnyway.has(cell) && size(cell) !== 0)
      .sort((a, b) => costOf(a) - costOf(b) || size(a) - size(b) || (a < b ? -1 : 1));
    if (best !== undefined) return [best];
    grown = around.size > reached.size;
    for (const cell of around) reached.add(cell);
  }
  if (reached.intersection(knownAnyway).size > 0)
    throw new Unprotectable(`no complement can protect ${id} from what is known from elsewhere`);
  return [];
}
