import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascendingOrder } from '#lib/validation/grouped/score-order.ts';

const score = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, -0, 1, 5e-324, 1e-300, 0.5, 0.5000000000000001),
);

describe('ascendingOrder', () => {
  it('sorts as a comparison does, equal scores in the order of their rows', () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 300 }), (values) => {
        const scores = Float64Array.from(values);
        const { rows, scores: sorted } = ascendingOrder(scores);
        const wanted = values.map((value, row) => ({ value, row })).sort((a, b) => a.value - b.value || a.row - b.row);
        expect([...rows]).toEqual(wanted.map(({ row }) => row));
        // A negative zero is 0.
        expect([...sorted]).toEqual(wanted.map(({ value }) => value + 0));
        expect([...scores]).toEqual(values);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
