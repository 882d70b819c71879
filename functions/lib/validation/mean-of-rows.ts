import { clusterTotals } from './cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

/** Fewer people give no interval. */
const FEWEST = 10;

/** Mean of values of rows of which several may be of one person; variance over people, Student's t with people less one. */
export function meanOfRows(
  values: Float64Array,
  clusters?: Int32Array,
  options: { readonly level?: number } = {},
): Estimate | (CannotTell & { readonly point?: number }) {
  const level = checkedLevel(options.level);
  const n = values.length;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`value at index ${wrong}: found ${values[wrong]}, allowed: a finite number`);
  const estimate = sum(values) / n;
  const deviations = values.map((value) => value - estimate);
  const totals = clusters === undefined || n === 0 ? deviations : clusterTotals(clusters, [deviations])[0];
  const people = totals.length;
  if (people < FEWEST) {
    const cannotTell = `${people} ${people === 1 ? 'person is' : 'people are'} fewer than ${FEWEST}`;
    return { cannotTell, n, events: n, ...(n > 0 && { point: estimate }) };
  }
  const squares = sum(totals.map((total) => total * total));
  const half = studentTMultiplier(level, people - 1) * (Math.sqrt((people / (people - 1)) * squares) / n);
  const method = `mean, ${clusters === undefined ? '' : 'clustered variance, '}Student's t interval`;
  const limits = { lower: estimate - half, upper: estimate + half };
  return { estimate, ...limits, level, method, n, events: n, ...(clusters !== undefined && { clusters: people }) };
}
