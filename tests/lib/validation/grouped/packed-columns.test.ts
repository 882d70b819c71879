import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns, reorderPacked, unpackColumns } from '#lib/validation/grouped/packed-columns.ts';

describe('packed columns', () => {
  it('hold labels and codes of any number of columns through another order', () => {
    const table = fc
      .tuple(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 9 }), fc.integer({ min: 0, max: 20 }))
      .chain(([sizes, rows]) =>
        fc.record({
          labels: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows }),
          columns: fc.tuple(
            ...sizes.map((size) =>
              fc
                .array(fc.integer({ min: 0, max: size - 1 }), { minLength: rows, maxLength: rows })
                .map((codes) => ({ size, codes })),
            ),
          ),
          order: fc.shuffledSubarray([...new Array(rows).keys()], { minLength: rows, maxLength: rows }),
        }),
      );
    fc.assert(
      fc.property(table, ({ labels, columns, order }) => {
        const given = columns.map(({ size, codes }, place) => ({
          name: `column ${place}`,
          values: Array.from({ length: size }, (_, value) => String(value)),
          codes: Uint16Array.from(codes),
        }));
        const packed = packColumns(Uint8Array.from(labels), given);
        const found = unpackColumns(reorderPacked(packed, Uint32Array.from(order)), given);
        expect([...found.labels]).toEqual(order.map((row) => labels[row]));
        expect(found.columns.map(({ name, codes }) => [name, ...codes])).toEqual(
          given.map(({ name, codes }) => [name, ...order.map((row) => codes[row])]),
        );
      }),
      { numRuns: 200, seed: 9 },
    );
  });
});
