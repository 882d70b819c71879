import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import type { ClusteredCounts } from '#lib/validation/clustered-proportion.ts';
import { decisionCurve } from '#lib/validation/decision-curve.ts';
import { correlationOf, shareOfRows } from '#lib/validation/share-of-rows.ts';
import { correlationOfPair, shareOf, sumsAtThresholds } from '#lib/validation/sums-at-thresholds.ts';
import { predictions } from './reference.ts';

const source = random('sums at thresholds');
const scores = Float64Array.from({ length: 600 }, () => source.integer(0, 40) / 40);
const labels = Uint8Array.from(scores, (score) => Number(source.bernoulli(score)));
const THRESHOLDS = [0.5, 0, 0.975, 0.3, 0.31, 1.5];
const CLUSTERS: readonly (readonly [string, Int32Array | undefined])[] = [
  ['rows by themselves', undefined],
  ['people with one row each', Int32Array.from(scores, (_, row) => row)],
  ['people with three rows', Int32Array.from(scores, (_, row) => Math.floor(row / 3))],
  ['people with any number of rows', Int32Array.from(scores, () => source.integer(0, 150))],
];

describe('counts at all thresholds in one pass', () => {
  it.each(CLUSTERS)('have the shares and the correlation of a pass for each: %s', (_, clusters) => {
    const sums = sumsAtThresholds({ scores, labels, ...(clusters && { clusters }) }, THRESHOLDS);
    for (const [place, threshold] of THRESHOLDS.entries()) {
      for (const [pair, isCalled] of [
        [sums[place].called, true],
        [sums[place].left, false],
      ] as const) {
        const of = (label: number) =>
          shareOfRows(
            600,
            clusters,
            () => true,
            (row) => scores[row] >= threshold === isCalled && labels[row] === label,
            { level: 0.95 },
          );
        const [first, second] = isCalled ? [of(1), of(0)] : [of(0), of(1)];
        const share = (counts: ClusteredCounts) => shareOf(counts, pair.clustered, 0.95);
        expect([share(pair.first), share(pair.second)]).toEqual([first.share, second.share]);
        expect(correlationOfPair(pair)).toBeCloseTo(correlationOf(first.influence, second.influence, clusters), 10);
      }
    }
  });

  it('leave a decision curve without rows, or with one, what it was', () => {
    expect(decisionCurve(predictions([], []), [0.5])[0].netBenefit).toEqual({
      cannotTell: 'there is no study in the denominator',
      n: 0,
      events: 0,
    });
    expect(decisionCurve(predictions([0.7], [1]), [0.5])[0].netBenefit).toMatchObject({ estimate: 1, n: 1, events: 1 });
  });
});
