import { describe, expect, it } from 'vitest';
import { figuresOfGroup } from '#lib/fairness/figures-of-group.ts';
import { groupFigures } from '#lib/fairness/group-figures.ts';
import { random } from '#lib/simulate/random.ts';
import { groupedPerformance } from '#lib/validation/grouped/performance.ts';

const THRESHOLDS = [{ name: 'low', value: 0.3 }];

/** 300 studies of 120 people in two groups; in the second few have the outcome. */
function drawn(isClustered: boolean) {
  const source = random('figures of a group');
  const rows = Array.from({ length: 300 }, () => {
    const group = Number(source.bernoulli(0.4));
    return { group, label: Number(source.bernoulli(group === 0 ? 0.4 : 0.04)), person: source.integer(0, 119) };
  });
  return {
    scores: Float64Array.from(rows, ({ label }) => Math.min(1, 0.7 * source.uniform() + 0.2 * label)),
    labels: Uint8Array.from(rows, ({ label }) => label),
    codes: Uint16Array.from(rows, ({ group }) => group),
    ...(isClustered && { clusters: Int32Array.from(rows, ({ person }) => person) }),
  };
}

describe('figures of a group of a large table', () => {
  it.each([
    ['of independent studies', false],
    ['of people with several studies', true],
  ])('are those that its rows give, %s', (_, isClustered) => {
    const { codes, ...predictions } = drawn(isClustered);
    const table = { ...predictions, columns: [{ name: 'ward', values: ['a', 'b'], codes }] };
    const options = { thresholds: THRESHOLDS.map(({ value }) => value), clipTo: 1e-6, intersections: false };
    const flagged = predictions.scores.map((score) => Number(score >= 0.3));
    const decided = { ...predictions, decisions: [{ threshold: 'low', flagged: Uint8Array.from(flagged) }] };
    const groups = groupedPerformance(table, options).filter(({ group }) => group.length === 1);
    expect(groups).toHaveLength(2);
    for (const own of groups) {
      const [{ value }] = own.group;
      const places = Uint32Array.from(codes.keys()).filter((row) => codes[row] === (value === 'a' ? 0 : 1));
      const fromRows = groupFigures(value, decided, places, { clipTo: 1e-6 });
      expect(rounded(figuresOfGroup(value, own, THRESHOLDS))).toEqual(rounded(fromRows));
      if (value === 'b') expect(fromRows.auroc).toHaveProperty('cannotTell');
    }
  });
});

const rounded = (value: object): object =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(9)) : one)));
