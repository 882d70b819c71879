import { describe, expect, it } from 'vitest';
import { clusterTotals, countClusters } from '#lib/validation/cluster-totals.ts';

describe('clusterTotals', () => {
  it('sums in the order of first appearance, whether the numbers lie close together or far apart', () => {
    const values = [[1, 2, 4, 8, 16], new Float64Array(5).fill(1)];
    const expected = [Float64Array.of(5, 2, 24), Float64Array.of(2, 1, 2)];
    expect(clusterTotals(Int32Array.of(2, -1, 2, 0, 0), values)).toEqual(expected);
    expect(clusterTotals(Int32Array.of(2_000_000_000, -2_000_000_000, 2_000_000_000, 0, 0), values)).toEqual(expected);
  });

  it('counts the different clusters, none of no rows', () => {
    expect(countClusters(Int32Array.of(7, 7, 8, 1_000_000_000))).toBe(3);
    expect(countClusters(new Int32Array(0))).toBe(0);
  });
});
