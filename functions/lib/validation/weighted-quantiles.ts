/**
 * Quantiles, as `quantiles` has them (type 7), of values that stand as often as their whole weights say, without sorting all of them:
 * by Hoare's selection (doi 10.1145/366622.366647). Not a number where the weights are all 0. `scratch` saves an allocation where the same
 * number of values comes again and again.
 */
export function weightedQuantiles(
  values: Float64Array,
  weights: Float64Array,
  probabilities: readonly number[],
  scratch: Scratch = scratchFor(values.length),
): number[] {
  const part = presentValues(values, weights, scratch);
  const { n } = part;
  if (n === 0) return probabilities.map(() => Number.NaN);
  return probabilities.map((probability) => {
    const place = (n - 1) * probability;
    const below = Math.floor(place);
    const low = select(part, below);
    const high = place === below ? low : select(part, below + 1);
    return low + (place - below) * (high - low);
  });
}

/** Room for so many values. */
export interface Scratch {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

export const scratchFor = (values: number): Scratch => ({
  values: new Float64Array(values),
  weights: new Float64Array(values),
});

/** Values with their weights, in an order that selection makes. */
interface Part extends Scratch {
  readonly count: number;
  /** Sum of the weights. */
  readonly n: number;
}

function presentValues(values: Float64Array, weights: Float64Array, scratch: Scratch): Part {
  let [count, n] = [0, 0];
  for (let place = 0; place < values.length; place++) {
    const weight = weights[place];
    if (weight === 0) continue;
    scratch.values[count] = values[place];
    scratch.weights[count++] = weight;
    n += weight;
  }
  return { values: scratch.values, weights: scratch.weights, count, n };
}

/** The value that stands at this place of all of them in order, from 0. */
function select({ values, weights, count }: Part, place: number): number {
  let [from, to, passed] = [0, count - 1, 0];
  while (from < to) {
    const pivot = values[(from + to) >> 1];
    let [i, j, lower] = [from, to, 0];
    while (i <= j) {
      while (values[i] < pivot) lower += weights[i++];
      while (values[j] > pivot) j--;
      if (i > j) break;
      swap(values, i, j);
      swap(weights, i, j);
      lower += weights[i++];
      j--;
    }
    // Up to i − 1 stands nothing above the pivot, which all together weighs `lower`; from i on nothing below it.
    if (place < passed + lower) to = i - 1;
    else {
      passed += lower;
      from = i;
    }
  }
  return values[from];
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i];
  values[i] = values[j];
  values[j] = value;
}
