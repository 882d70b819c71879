import { describe, expect, it } from 'vitest';
import { type BinnedRows, binnedRecalibration } from '#lib/validation/grouped/binned-recalibration.ts';
import { binMoments, logitBins } from '#lib/validation/grouped/logit-bins.ts';
import { logisticRegression } from '#lib/validation/logistic-regression.ts';
import { simulatedTable } from './tables.ts';

/** Rows of one group by ascending score, and the same as moments. */
function simulated(tilt: number): { labels: Uint8Array; logits: Float64Array; binned: BinnedRows } {
  const { scores, labels } = simulatedTable({ seed: `binned ${tilt}`, rows: 6000, columns: [], shift: 0.3, tilt });
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  const logits = Float64Array.from(order, (row) => Math.log(scores[row] / (1 - scores[row])));
  const sorted = Uint8Array.from(order, (row) => labels[row]);
  const bins = logitBins(logits);
  const moments = binMoments(logits, new Uint16Array(6000), bins, Int32Array.of(0), 1);
  const events = sorted.reduce((sum, label) => sum + label, 0);
  const eventLogits = logits.reduce((sum, logit, row) => sum + sorted[row] * logit, 0);
  return { labels: sorted, logits, binned: { bins, moments, places: 1, place: 0, events, eventLogits } };
}

describe('binnedRecalibration', () => {
  it.each([-0.5, 0.2, 1, 2, 3.5])('finds the fit of the rows from their moments, slope near %d', (tilt) => {
    const { labels, logits, binned } = simulated(tilt);
    const ones = new Float64Array(labels.length).fill(1);
    const offset = logisticRegression({ labels, columns: [ones], offset: logits });
    const slope = logisticRegression({ labels, columns: [ones, logits] });
    for (const [wanted, found] of [
      [offset, binnedRecalibration(binned, false)],
      [slope, binnedRecalibration(binned, true)],
    ] as const) {
      const numbers = (fit: typeof wanted | typeof found) => [
        ...(fit?.coefficients.slice(0, fit.covariance.length) ?? []),
        ...(fit?.covariance.flatMap((row) => [...row]) ?? []),
      ];
      expect(numbers(found)).toHaveLength(numbers(wanted).length);
      numbers(found).forEach((value, place) => {
        expect(Math.abs(value - numbers(wanted)[place])).toBeLessThan(1e-11);
      });
    }
  });

  it('gives no answer where its series is not good enough, so that the rows are asked', () => {
    expect(binnedRecalibration(simulated(7).binned, true)).toBeUndefined();
  });

  it('gives no answer where all scores are nearly equal', () => {
    const { binned } = simulated(1);
    const moments = new Float64Array(8);
    moments.set([6000, 0.001, 1e-9]);
    const narrow = { ...binned, bins: { from: Uint32Array.of(0, 6000), middles: Float64Array.of(-1) }, moments };
    expect(binnedRecalibration(narrow, true)).toBeUndefined();
  });
});
