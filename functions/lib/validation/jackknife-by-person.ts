import { clusterTotals } from './cluster-totals.ts';

/**
 * Variance of statistics of sums over rows when one person after the other is left out with all their rows: (C − 1) / C Σ (θ without
 * one − their mean)². With few people it is less often too small than the sandwich (Bell and McCaffrey's CR3; MacKinnon, Nielsen and
 * Webb 2023, doi 10.1002/jae.2969).
 */
export function jackknifeByPerson(
  columns: readonly ArrayLike<number>[],
  clusters: Int32Array,
  statistics: readonly ((sums: Float64Array) => number)[],
): { readonly variances: number[]; readonly people: number } {
  const totals = clusterTotals(clusters, columns);
  const people = totals[0].length;
  const sums = Float64Array.from(totals, (column) => column.reduce((sum, value) => sum + value, 0));
  const without = Array.from({ length: people }, (_, person) => {
    const rest = sums.map((sum, k) => sum - totals[k][person]);
    return statistics.map((statistic) => statistic(rest));
  });
  const variances = statistics.map((_, k) => {
    const mean = without.reduce((sum, values) => sum + values[k], 0) / people;
    return ((people - 1) / people) * without.reduce((sum, values) => sum + (values[k] - mean) ** 2, 0);
  });
  return { variances, people };
}
