import { clusterTotals } from '../cluster-totals.ts';
import { jackknifeByPerson } from '../jackknife-by-person.ts';
import { differencesOf, type PairedMeasurements } from './measurements.ts';

/**
 * Standard error of the standard deviation of the differences, by the jackknife over people: no normality is taken, as the 1 / (2 (n − 1)) of
 * its logarithm would (compare Tipton and Shuster 2017, doi 10.1002/sim.7352). The standard deviation is that of limits of agreement, between
 * and within people.
 */
export function errorOfDeviation(measurements: PairedMeasurements): number {
  const differences = differencesOf(measurements);
  const { clusters } = measurements;
  const ones = new Float64Array(differences.length).fill(1);
  const squares = differences.map((value) => value * value);
  const [totals, sizes, sums] =
    clusters === undefined ? [differences, ones, squares] : clusterTotals(clusters, [differences, ones, squares]);
  const means = totals.map((total, person) => total / sizes[person]);
  const columns = [
    new Float64Array(means.length).fill(1),
    means,
    means.map((mean) => mean * mean),
    sums.map((square, person) => square - totals[person] * means[person]),
    sizes.map((size) => size - 1),
    sizes.map((size) => 1 / size),
  ];
  const people = Int32Array.from(means.keys());
  return Math.sqrt(jackknifeByPerson(columns, people, [deviationOf]).variances[0]);
}

/** From sums over people: how many, their means and the squares of these, squares about them, further pairs, reciprocals of the pairs. */
function deviationOf([people, mean, squared, about, further, reciprocals]: Float64Array): number {
  const between = (squared - (mean * mean) / people) / (people - 1);
  const within = further > 0 ? (1 - reciprocals / people) * (Math.max(0, about) / further) : 0;
  return Math.sqrt(Math.max(0, between) + within);
}
