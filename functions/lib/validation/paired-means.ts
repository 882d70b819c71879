import { clusterTotals } from './cluster-totals.ts';
import { fewerThan, people } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

/** Two values of every row, such as the losses of two models. */
export interface Pairs {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
  /** Whose row it is. */
  readonly clusters?: Int32Array | undefined;
}

/** Fewer rows give no interval. */
const FEWEST_ROWS = 10;

/** Mean of the second minus that of the first, over the same rows; variance over people, Student's t with people less one. */
export function pairedMeans({ first, second, clusters }: Pairs, level?: number): Estimate | CannotTell {
  const n = first.length;
  const differences = Float64Array.from({ length: n }, (_, row) => second[row] - first[row]);
  const estimate = sum(differences) / n;
  const deviations = differences.map((difference) => difference - estimate);
  const totals = clusters === undefined ? deviations : clusterTotals(clusters, [deviations])[0];
  const independent = totals.length;
  if (independent < FEWEST_ROWS)
    return { cannotTell: `${people(independent)} ${fewerThan(independent, FEWEST_ROWS)}`, n, events: n };
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
