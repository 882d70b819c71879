import { describe, expect, it } from 'vitest';
import { simulateGroupThresholds } from '#lib/fairness/group-thresholds.ts';
import { random } from '#lib/simulate/random.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';

/** Group 1 scores lower by `shift` with and without the outcome. */
function rows(n: number, shift: number) {
  const source = random(`thresholds/${n}/${shift}`);
  const labels = Uint8Array.from({ length: n }, () => Number(source.bernoulli(0.4)));
  const codes = Int32Array.from(labels, () => Number(source.bernoulli(0.5)));
  const margins = Float64Array.from(labels, (label, row) => 2 * label - 1 - shift * codes[row] + source.normal());
  const people = Int32Array.from(labels, (_, row) => row);
  return { margins, labels, people, column: { name: 'group', values: ['a', 'b'], codes }, random: source };
}

const estimate = (figure: object | undefined): number => {
  if (figure === undefined || isCannotTell(figure) || !('estimate' in figure)) throw new Error('a figure can be told');
  return Number(figure.estimate);
};

describe('thresholds of groups, simulated', () => {
  it('level the sensitivity and show what every group pays', () => {
    const simulation = simulateGroupThresholds(rows(4000, 1));
    const [a, b] = simulation?.groups ?? [];
    expect(estimate(a.common.sensitivity) - estimate(b.common.sensitivity)).toBeGreaterThan(0.15);
    for (const group of [a, b]) {
      expect(Math.abs(estimate(group.own?.sensitivity) - (simulation?.wanted ?? 0))).toBeLessThan(0.04);
    }
    expect(estimate(b.own?.specificity)).toBeLessThan(estimate(b.common.specificity));
    expect(estimate(b.own?.flagged)).toBeGreaterThan(estimate(b.common.flagged));
    expect((a.shift ?? 0) - (b.shift ?? 0)).toBeCloseTo(1, 0);
  });

  it('are not chosen where too few have the outcome, and not at all where nobody has', () => {
    const few = rows(40, 0);
    expect(simulateGroupThresholds(few)?.groups.every(({ own, shift }) => own === null && shift === null)).toBe(true);
    expect(simulateGroupThresholds({ ...few, labels: new Uint8Array(40) })).toBeUndefined();
  });
});
