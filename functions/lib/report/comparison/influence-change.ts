import { fewerThan, people } from '#lib/validation/counted.ts';
import { checkedLevel, type Estimate } from '#lib/validation/estimate.ts';
import { errorOfInfluence } from '#lib/validation/influence-variance.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { sum } from '#lib/validation/sum.ts';
import type { Untold } from '../record.ts';

interface Influenced {
  readonly estimate: number;
  readonly influence: Float64Array;
}

const FEWEST_PEOPLE = 10;

/** Second minus first of two figures of the same studies, from what each study adds to both; Student's t over people. */
export function changeOfInfluence(
  first: Influenced,
  second: Influenced,
  clusters: Int32Array | undefined,
  what: string,
): Estimate | Untold {
  const level = checkedLevel(undefined);
  const n = first.influence.length;
  const added = second.influence.map((value, row) => value - first.influence[row]);
  const { standardError, degreesOfFreedom } = errorOfInfluence(added, clusters);
  const count = degreesOfFreedom + 1;
  if (count < FEWEST_PEOPLE) return { cannotTell: `${people(count)} ${fewerThan(count, FEWEST_PEOPLE)}`, n, events: n };
  const estimate = second.estimate - first.estimate;
  const largest = first.influence.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (added.every((value) => Math.abs(value) <= 1e-9 * largest))
    return { cannotTell: 'each study adds alike to both figures', point: estimate, n, events: n };
  const half = studentTMultiplier(level, degreesOfFreedom) * standardError;
  return {
    ...{ estimate, lower: estimate - half, upper: estimate + half, level, n, events: n },
    method: `change of ${what} of the same studies, from what each adds to both (infinitesimal jackknife), Student's t`,
    ...(clusters !== undefined && { clusters: count }),
  };
}

/** Second by first of two mean risks of the same people, of whom the same is observed: by how much O:E falls, inverted. */
export function changeOfExpected(
  first: Float64Array,
  second: Float64Array,
  clusters: Int32Array | undefined,
): Estimate | Untold {
  const n = first.length;
  const means = [first, second].map((risks) => sum(risks) / n);
  if (!means.every((mean) => mean > 0)) return { cannotTell: 'a mean risk is 0', n, events: n };
  const [one, two] = [first, second].map((risks, side) => ({
    estimate: -Math.log(means[side]),
    influence: risks.map((risk) => -(risk - means[side]) / (means[side] * n)),
  }));
  const change = changeOfInfluence(one, two, clusters, 'the mean risk');
  if ('cannotTell' in change)
    return { ...change, ...(change.point !== undefined && { point: Math.exp(change.point) }) };
  const { estimate, lower, upper } = change;
  return { ...change, estimate: Math.exp(estimate), lower: Math.exp(lower), upper: Math.exp(upper) };
}
