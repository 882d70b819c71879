import { clusterTotals } from '../cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { studentTMultiplier } from '../student-t.ts';
import { sum } from '../sum.ts';
import { differencesOf, FEWEST_ROWS, type PairedMeasurements } from './measurements.ts';

/** Mean absolute error, in the unit of the measurements; variance over people, Student's t with people less one. */
export function meanAbsoluteError(
  measurements: PairedMeasurements,
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const errors = differencesOf(measurements).map(Math.abs);
  const n = errors.length;
  const estimate = sum(errors) / n;
  const deviations = errors.map((error) => error - estimate);
  const { clusters } = measurements;
  const totals = clusters === undefined ? deviations : clusterTotals(clusters, [deviations])[0];
  const people = totals.length;
  if (people < FEWEST_ROWS) return { cannotTell: `${people} people are fewer than ${FEWEST_ROWS}`, n, events: n };
  const squares = sum(totals.map((total) => total * total));
  const half = (studentTMultiplier(level, people - 1) * Math.sqrt((people / (people - 1)) * squares)) / n;
  const method = `mean absolute error, ${clusters === undefined ? '' : 'clustered variance, '}Student's t interval`;
  const limits = { lower: Math.max(0, estimate - half), upper: estimate + half };
  return { estimate, ...limits, level, method, n, events: n, ...(clusters !== undefined && { clusters: people }) };
}
