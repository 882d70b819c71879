import { clusterTotals } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';
import { wilson } from './wilson.ts';

/** Two values of every row, such as right or wrong by two models, or their losses. */
export interface Pairs {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
  /** Whose row it is. */
  readonly clusters?: Int32Array | undefined;
}

/** Fewer rows give no interval. */
const FEWEST_ROWS = 10;

/**
 * Share of ones in the second minus that in the first, over the same rows: Newcombe's square-and-add interval with the
 * correlation of the pairs (method 10, doi 10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C). Where people
 * have several rows, the mean of the differences with a clustered variance and Student's t.
 */
export function pairedProportions(pairs: Pairs, level?: number): Estimate | CannotTell {
  const { first, second, clusters } = pairs;
  const n = first.length;
  const wrong = Array.from(first).findIndex((value, row) => ![0, 1].includes(value) || ![0, 1].includes(second[row]));
  if (wrong >= 0) throw new RangeError(`row ${wrong}: found ${first[wrong]} and ${second[wrong]}, allowed: 0 or 1`);
  if (clusters !== undefined) return pairedMeans(pairs, level);
  const events = sum(second);
  if (n < FEWEST_ROWS) return { cannotTell: `${n} rows are fewer than ${FEWEST_ROWS}`, n, events };
  const checked = checkedLevel(level);
  const both = Array.from(first).reduce((count, value, row) => count + value * second[row], 0);
  const [below, above] = squareAndAdd(both, sum(first) - both, events - both, n, checked);
  const estimate = (events - sum(first)) / n;
  const method = 'difference of paired proportions, Newcombe interval';
  return { estimate, lower: estimate - below, upper: estimate + above, level: checked, method, n, events };
}

/** Distances of the limits from the difference of the second share from the first. */
function squareAndAdd(both: number, onlyFirst: number, onlySecond: number, n: number, level: number) {
  const neither = n - both - onlyFirst - onlySecond;
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  const product = both * neither - onlyFirst * onlySecond;
  const corrected = product > 0 ? Math.max(product - n / 2, 0) : product;
  const correlation = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  const [p1, p2] = [(both + onlyFirst) / n, (both + onlySecond) / n];
  const [one, two] = [wilson(both + onlyFirst, n, level), wilson(both + onlySecond, n, level)];
  const distance = (a: number, b: number) => Math.sqrt(a * a - 2 * correlation * a * b + b * b);
  return [distance(p2 - two.lower, one.upper - p1), distance(two.upper - p2, p1 - one.lower)] as const;
}

/** Mean of the second minus that of the first, over the same rows; variance over people, Student's t with people less one. */
export function pairedMeans({ first, second, clusters }: Pairs, level?: number): Estimate | CannotTell {
  const n = first.length;
  const differences = Float64Array.from({ length: n }, (_, row) => second[row] - first[row]);
  const estimate = sum(differences) / n;
  const deviations = differences.map((difference) => difference - estimate);
  const totals = clusters === undefined ? deviations : clusterTotals(clusters, [deviations])[0];
  const independent = totals.length;
  if (independent < FEWEST_ROWS)
    return { cannotTell: `${independent} people are fewer than ${FEWEST_ROWS}`, n, events: n };
  const squares = sum(totals.map((total) => total * total));
  const error = Math.sqrt((independent / (independent - 1)) * squares) / n;
  const checked = checkedLevel(level);
  const half = studentTMultiplier(checked, independent - 1) * error;
  return {
    estimate,
    lower: estimate - half,
    upper: estimate + half,
    level: checked,
    method: `mean of paired differences, ${clusters === undefined ? '' : 'clustered variance, '}Student's t`,
    n,
    events: n,
    ...(clusters !== undefined && { clusters: independent }),
  };
}
