import { incompleteBetaInverse } from '../beta.ts';
import { countClusters } from '../cluster-totals.ts';
import { counted, fewerThan } from '../counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { jackknifeByPerson } from '../jackknife-by-person.ts';
import { studentTMultiplier } from '../student-t.ts';
import { sum } from '../sum.ts';

/** Values of every row by each of the same raters, raters side by side. */
export interface Rated {
  readonly raters: readonly Float64Array[];
  /** Whose row it is. */
  readonly clusters?: Int32Array;
}

/** Fewer rows give no interval. */
const FEWEST_ROWS = 10;

interface MeanSquares {
  readonly n: number;
  readonly k: number;
  readonly rows: number;
  readonly raters: number;
  readonly rest: number;
}

/**
 * Intraclass correlation of single ratings (Shrout and Fleiss 1979, doi 10.1037/0033-2909.86.2.420; intervals of McGraw and Wong
 * 1996, doi 10.1037/1082-989X.1.1.30). `agreement` is ICC(2,1): raters are a sample, and a rater who measures higher counts
 * against it. `consistency` is ICC(3,1): these raters only, a constant difference between them is forgiven. Where people have several
 * rows, which the F interval does not know, the variance of two raters' ICC is that of its moments summed by person, on Fisher's z scale.
 */
export function intraclass(
  rated: Rated,
  kind: 'agreement' | 'consistency',
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const squares = meanSquares(rated);
  const { n, k } = squares;
  if (n < FEWEST_ROWS) return { cannotTell: `${counted(n, undefined)} ${fewerThan(n, FEWEST_ROWS)}`, n, events: n };
  // 62.1 − 52.1 and 42.3 − 32.3 differ by a rounding error.
  if (!(squares.rest > 1e-12 * squares.rows))
    return { cannotTell: 'the raters do not differ, so that there is no variance', n, events: n };
  const name = kind === 'agreement' ? 'ICC(2,1), absolute agreement' : 'ICC(3,1), consistency';
  const people = rated.clusters === undefined ? n : countClusters(rated.clusters);
  if (rated.clusters !== undefined && people < n) {
    if (people < FEWEST_ROWS)
      return { cannotTell: `${counted(people, rated.clusters)} ${fewerThan(people, FEWEST_ROWS)}`, n, events: n };
    const { estimate } = kind === 'agreement' ? agreement(squares, level) : consistency(squares, level);
    const [variance] = jackknifeByPerson(momentsOf(rated), rated.clusters, [fisherOf(kind)]).variances;
    if (!(variance > 0)) return { cannotTell: 'the ratings vary too little to estimate a variance', n, events: n };
    const half = studentTMultiplier(level, people - 1) * Math.sqrt(variance);
    const [lower, upper] = [-half, half].map((distance) => Math.tanh(Math.atanh(estimate) + distance));
    const method = `${name} of ${k} raters, jackknife by person, interval on Fisher's z scale`;
    return {
      ...{ estimate, lower, upper, level, method },
      ...{ n, events: n, clusters: people },
    };
  }
  const limits = kind === 'agreement' ? agreement(squares, level) : consistency(squares, level);
  return { ...limits, level, method: `${name} of ${k} raters, F interval`, n, events: n };
}

function consistency({ n, k, rows, rest }: MeanSquares, level: number) {
  const ratio = rows / rest;
  const of = (f: number) => (f - 1) / (f + k - 1);
  const [one, two] = [n - 1, (n - 1) * (k - 1)];
  const tail = (1 - level) / 2;
  return {
    estimate: of(ratio),
    lower: of(ratio / fUpperQuantile(tail, one, two)),
    upper: of(ratio * fUpperQuantile(tail, two, one)),
  };
}

function agreement({ n, k, rows, raters, rest }: MeanSquares, level: number) {
  const estimate = (rows - rest) / (rows + (k - 1) * rest + (k * (raters - rest)) / n);
  const a = (k * estimate) / (n * (1 - estimate));
  const b = 1 + (k * estimate * (n - 1)) / (n * (1 - estimate));
  const freedom = (a * raters + b * rest) ** 2 / ((a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1)));
  const tail = (1 - level) / 2;
  const low = fUpperQuantile(tail, n - 1, freedom);
  const high = fUpperQuantile(tail, freedom, n - 1);
  const spread = k * raters + (k * n - k - n) * rest;
  return {
    estimate,
    lower: (n * (rows - low * rest)) / (low * spread + n * rows),
    upper: (n * (high * rows - rest)) / (spread + n * high * rows),
  };
}

/** Columns whose sums give the ICC of two raters: 1, both ratings less the first's mean, their squares and product. */
function momentsOf({ raters }: Rated): Float64Array[] {
  if (raters.length !== 2)
    throw new RangeError(`raters: found ${raters.length} with several rows of one person, allowed: two`);
  const mean = sum(raters[0]) / raters[0].length;
  const [x, y] = raters.map((values) => values.map((value) => value - mean));
  const product = (u: Float64Array, v: Float64Array): Float64Array => u.map((value, row) => value * v[row]);
  return [new Float64Array(x.length).fill(1), x, y, product(x, x), product(y, y), product(x, y)];
}

/** Fisher's z of the ICC from those sums: 2 covariance / (both variances + squared difference of means − noise). */
const fisherOf =
  (kind: 'agreement' | 'consistency') =>
  ([n, x, y, xx, yy, xy]: Float64Array): number => {
    const [variances, covariance] = [(xx - (x * x) / n + yy - (y * y) / n) / (n - 1), (xy - (x * y) / n) / (n - 1)];
    // The mean square of the rest is taken off the squared difference of means: both raters' noise stands in it by chance.
    const shift = ((x - y) / n) ** 2 - (variances - 2 * covariance) / n;
    return Math.atanh((2 * covariance) / (variances + (kind === 'agreement' ? shift : 0)));
  };

function meanSquares({ raters }: Rated): MeanSquares {
  const k = raters.length;
  const n = raters[0]?.length ?? 0;
  if (k < 2 || raters.some((values) => values.length !== n))
    throw new RangeError(
      `raters: found ${raters.map(({ length }) => length).join(', ')} values, allowed: two raters or more, as many values of each`,
    );
  const wrong = raters.findIndex((values) => values.some((value) => !Number.isFinite(value)));
  if (wrong >= 0)
    throw new RangeError(`rater ${wrong}: found a value that is no finite number, allowed: finite numbers`);
  const grand = sum(raters.map((values) => sum(values))) / (n * k);
  const rowMeans = Float64Array.from({ length: n }, (_, row) => sum(raters.map((values) => values[row])) / k);
  const raterMeans = raters.map((values) => sum(values) / n);
  const ofRows = k * sum(rowMeans.map((mean) => (mean - grand) ** 2));
  const ofRaters = n * sum(raterMeans.map((mean) => (mean - grand) ** 2));
  const all = sum(raters.map((values) => sum(values.map((value) => (value - grand) ** 2))));
  const rest = Math.max(0, all - ofRows - ofRaters);
  return { n, k, rows: ofRows / (n - 1), raters: ofRaters / (k - 1), rest: rest / ((n - 1) * (k - 1)) };
}

/** Quantile of Fisher's F by the beta distribution (Abramowitz and Stegun 26.6.2). */
function fUpperQuantile(upperTail: number, one: number, two: number): number {
  const x = incompleteBetaInverse(upperTail, two / 2, one / 2);
  return (two * (1 - x)) / (one * x);
}
