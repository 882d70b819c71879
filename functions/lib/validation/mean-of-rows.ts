import { fewerThan, people } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { errorOfInfluence } from './influence-variance.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

/** Fewer people give no interval. */
const FEWEST = 10;

/** Said instead of an interval of no width. */
export const ALL_ALIKE = 'all studies have the same value';

interface MeanOptions {
  readonly level?: number | undefined;
  /** What the values are, in the words of the method. @default 'mean' */
  readonly what?: string;
}

/**
 * Mean of values of rows of which several may be of one person; variance over people, Student's t with people less one. Values that are
 * all alike give no interval: its width would be 0.
 */
export function meanOfRows(
  values: Float64Array,
  clusters?: Int32Array,
  { level: asked, what = 'mean' }: MeanOptions = {},
): Estimate | (CannotTell & { readonly point?: number }) {
  const level = checkedLevel(asked);
  const n = values.length;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`value at index ${wrong}: found ${values[wrong]}, allowed: a finite number`);
  const estimate = sum(values) / n;
  const influence = values.map((value) => (value - estimate) / n);
  const { standardError, degreesOfFreedom } = errorOfInfluence(influence, n === 0 ? undefined : clusters);
  const independent = degreesOfFreedom + 1;
  const untold = { n, events: n, ...(n > 0 && { point: estimate }) };
  if (independent < FEWEST)
    return { cannotTell: `${people(independent)} ${fewerThan(independent, FEWEST)}`, ...untold };
  if (isAllAlike(values)) return { cannotTell: ALL_ALIKE, ...untold };
  const half = studentTMultiplier(level, degreesOfFreedom) * standardError;
  const method = `${what}, ${clusters === undefined ? '' : 'clustered variance, '}Student's t interval`;
  const limits = { lower: estimate - half, upper: estimate + half };
  return { estimate, ...limits, level, method, n, events: n, ...(clusters !== undefined && { clusters: independent }) };
}

/** Values that differ by rounding alone, as 62.1 − 52.1 and 42.3 − 32.3 do, are alike. */
export function isAllAlike(values: Float64Array): boolean {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return highest - lowest <= 1e-9 * Math.max(Math.abs(lowest), Math.abs(highest));
}
