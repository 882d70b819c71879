import { type CannotTell, type Estimate, isCannotTell } from '../estimate.ts';
import { meanOfRows } from '../mean-of-rows.ts';
import { differencesOf, type PairedMeasurements } from './measurements.ts';

/** Mean absolute error, in the unit of the measurements. */
export function meanAbsoluteError(
  measurements: PairedMeasurements,
  { level }: { readonly level?: number } = {},
): Estimate | CannotTell {
  const errors = differencesOf(measurements).map(Math.abs);
  const figure = meanOfRows(errors, measurements.clusters, { level, what: 'mean absolute error' });
  return isCannotTell(figure) ? figure : { ...figure, lower: Math.max(0, figure.lower) };
}
