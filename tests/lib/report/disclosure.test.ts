import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsToHide, determined, isSmall, type Sum } from '#lib/report/disclosure.ts';

const margin: Sum = { total: 'all', parts: ['a', 'b', 'c'] };

describe('cellsToHide', () => {
  it('hides nothing where every cell is zero or above 10', () => {
    expect(
      cellsToHide(
        new Map([
          ['all', 33],
          ['a', 0],
          ['b', 11],
          ['c', 22],
        ]),
        [margin],
      ).size,
    ).toBe(0);
  });

  it('hides the smallest other part, so that the difference to the total gives nothing away', () => {
    expect([
      ...cellsToHide(
        new Map([
          ['all', 58],
          ['a', 5],
          ['b', 20],
          ['c', 33],
        ]),
        [margin],
      ),
    ]).toEqual(['a', 'b']);
  });

  it('hides the total where no other part is left', () => {
    const sums = [{ total: 'all', parts: ['a'] }];
    expect(
      [
        ...cellsToHide(
          new Map([
            ['all', 5],
            ['a', 5],
          ]),
          sums,
        ),
      ].sort(),
    ).toEqual(['a', 'all']);
  });

  it('hides one more part where the hidden ones together are still small', () => {
    const hidden = cellsToHide(
      new Map([
        ['all', 104],
        ['a', 1],
        ['b', 3],
        ['c', 100],
      ]),
      [margin],
    );
    expect([...hidden].sort()).toEqual(['a', 'b', 'c']);
  });

  it('hides cells that are named whatever their count, with complements', () => {
    const cells = new Map([
      ['all', 300],
      ['a', 100],
      ['b', 150],
      ['c', 50],
    ]);
    expect([...cellsToHide(cells, [margin], { alwaysHidden: new Set(['b']) })]).toEqual(['b', 'c']);
  });

  it('lets no small cell of a table with both margins be solved for', () => {
    const cell = fc.oneof(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 5 }), (table) => {
        const { cells, sums } = withMargins(table);
        const hidden = cellsToHide(cells, sums);
        const solved = determined(hidden, sums);
        for (const [id, count] of cells) if (isSmall(count)) expect(hidden.has(id) && !solved.has(id), id).toBe(true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('determined', () => {
  it('solves what only two sums together give away', () => {
    const sums = [
      { total: 't', parts: ['x', 'y', 'z'] },
      { total: 'u', parts: ['x', 'y'] },
    ];
    expect(determined(new Set(['x', 'y', 'z']), sums)).toEqual(new Set(['z']));
  });
});

function withMargins(table: number[][]) {
  const cells = new Map<string, number>();
  const sums: Sum[] = [];
  const columns = table[0].map((_, j) => table.map((_, i) => [i, j]));
  const rows = table.map((row, i) => row.map((_, j) => [i, j]));
  table.forEach((row, i) => {
    row.forEach((count, j) => {
      cells.set(`${i},${j}`, count);
    });
  });
  const add = (total: string, places: number[][]) => {
    cells.set(
      total,
      places.reduce((sum, [i, j]) => sum + table[i][j], 0),
    );
    sums.push({ total, parts: places.map(([i, j]) => `${i},${j}`) });
  };
  rows.forEach((places, i) => {
    add(`row ${i}`, places);
  });
  columns.forEach((places, j) => {
    add(`column ${j}`, places);
  });
  add('all', rows.flat());
  sums.push({ total: 'all', parts: rows.map((_, i) => `row ${i}`) });
  return { cells, sums };
}
