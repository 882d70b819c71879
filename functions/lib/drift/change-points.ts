import type { Random } from '#lib/simulate/random.ts';

/** From `time` on the mean is another. */
export interface ChangePoint {
  /** First time after the change, in the unit of the series. */
  readonly time: number;
  /** Means between the change before and this one, and between this one and the next. */
  readonly before: number;
  readonly after: number;
  readonly pValue: number;
}

export interface ChangePointOptions {
  readonly random: Random;
  /** Chance of finding any change in a series without one. @default 0.01 */
  readonly falseAlarms?: number;
  /** Fewest values on either side of a change. @default 30 */
  readonly fewest?: number;
  /** @default 999 */
  readonly permutations?: number;
}

interface Series {
  readonly values: Float64Array;
  /** Ascending; values of one time are not told apart. */
  readonly times: Float64Array;
}

/**
 * Changes of the mean of a series by binary segmentation (Scott and Knott, doi 10.2307/2529204): the split with the largest
 * standardised difference of means counts where fewer than `falseAlarms` of the permuted series have a larger one, then both parts
 * are searched alike. Stopping at the first split that is not significant keeps the chance of any false change at `falseAlarms`
 * in a series without one. Values must be independent: give one per person. They come in the order of their times.
 */
export function changePoints(series: Series, options: ChangePointOptions): ChangePoint[] {
  const { values, times } = series;
  if (values.length !== times.length) {
    throw new RangeError(`series: found ${values.length} values at ${times.length} times, allowed: one time each`);
  }
  const wrong = times.findIndex(
    (time, place) => !(time >= (times[place - 1] ?? -Infinity)) || Number.isNaN(values[place]),
  );
  if (wrong >= 0)
    throw new RangeError(`series at index ${wrong}: found no number or a time before the last, allowed: order`);
  const splits = segment(series, 0, values.length, options).sort((a, b) => a.place - b.place);
  const bounds = [0, ...splits.map(({ place }) => place), values.length];
  return splits.map(({ place, pValue }, index) => ({
    time: times[place],
    before: mean(values, bounds[index], place),
    after: mean(values, place, bounds[index + 2]),
    pValue,
  }));
}

interface Split {
  /** Place of the first value after the change. */
  readonly place: number;
  readonly pValue: number;
}

function segment({ values, times }: Series, from: number, to: number, options: ChangePointOptions): Split[] {
  const { random, falseAlarms = 0.01, fewest = 30, permutations = 999 } = options;
  const places: number[] = [];
  for (let place = from + fewest; place <= to - fewest; place++) {
    if (times[place] !== times[place - 1]) places.push(place - from);
  }
  if (places.length === 0) return [];
  const part = values.slice(from, to);
  const best = largestDifference(part, places);
  if (!(best.size > 0)) return [];
  let atLeast = 1;
  const allowed = falseAlarms * (permutations + 1);
  for (let round = 0; round < permutations && atLeast <= allowed; round++) {
    if (largestDifference(random.shuffle(part), places).size >= best.size - 1e-12) atLeast++;
  }
  if (atLeast > allowed) return [];
  const place = from + best.place;
  const within = (start: number, end: number) => segment({ values, times }, start, end, options);
  return [...within(from, place), { place, pValue: atLeast / (permutations + 1) }, ...within(place, to)];
}

/** The split with the largest difference of means in units of its standard error, the variance being the same for all splits. */
function largestDifference(
  values: Float64Array,
  places: readonly number[],
): { readonly place: number; readonly size: number } {
  const total = values.reduce((all, value) => all + value, 0);
  let [left, done] = [0, 0];
  const best = { place: 0, size: 0 };
  for (const place of places) {
    for (; done < place; done++) left += values[done];
    const right = values.length - place;
    const size = Math.abs(left / place - (total - left) / right) / Math.sqrt(1 / place + 1 / right);
    if (size > best.size) Object.assign(best, { place, size });
  }
  return best;
}

const mean = (values: Float64Array, from: number, to: number): number =>
  values.subarray(from, to).reduce((all, value) => all + value, 0) / (to - from);
