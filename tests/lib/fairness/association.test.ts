import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { association } from '#lib/fairness/association.ts';
import type { GroupColumn } from '#lib/fairness/columns.ts';
import { noncentralUpperTail } from '#lib/fairness/noncentral-chi-squared.ts';

interface Reference {
  readonly tables: readonly {
    readonly table: readonly (readonly number[])[];
    readonly estimate: number;
    readonly lower: number;
    readonly upper: number;
    readonly pValue: number;
  }[];
  readonly tails: readonly {
    readonly x: number;
    readonly df: number;
    readonly nc: number;
    readonly upperTail: number;
  }[];
}

const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/fairness/association.json', import.meta.url), 'utf8'),
) as Reference;

/** Two columns whose rows are the cells of a table. */
function columnsOf(table: readonly (readonly number[])[]): [GroupColumn, GroupColumn] {
  const cells = table.flatMap((row, i) => row.flatMap((count, j) => Array.from({ length: count }, () => [i, j])));
  const column = (name: string, groups: number, place: number): GroupColumn => ({
    name,
    values: Array.from({ length: groups }, (_, value) => `${name}${value}`),
    codes: Int32Array.from(cells, (cell) => cell[place]),
  });
  return [column('first', table.length, 0), column('second', table[0].length, 1)];
}

const people = (n: number) => Int32Array.from({ length: n }, (_, row) => row);

describe("Cramér's V", () => {
  for (const { table, ...wanted } of reference.tables) {
    it(`of ${JSON.stringify(table)} agrees with scipy`, () => {
      const [first, second] = columnsOf(table);
      const found = association(first, second, people(first.codes.length));
      for (const [name, value] of Object.entries(wanted)) {
        expect(found).toHaveProperty(name, expect.closeTo(value, name === 'pValue' ? 12 : 8));
      }
    });
  }

  it('counts every person once', () => {
    const [first, second] = columnsOf([
      [20, 30],
      [35, 15],
    ]);
    const twice = (column: GroupColumn): GroupColumn => ({
      ...column,
      codes: Int32Array.from({ length: 200 }, (_, row) => column.codes[row >> 1]),
    });
    const doubled = Int32Array.from({ length: 200 }, (_, row) => row >> 1);
    expect(association(twice(first), twice(second), doubled)).toEqual(association(first, second, people(100)));
  });

  it('cannot be told of one group, or of few people', () => {
    const [first, second] = columnsOf([[20, 30]]);
    expect(association(first, second, people(50))).toHaveProperty('cannotTell');
    const [few, other] = columnsOf([
      [3, 4],
      [5, 2],
    ]);
    expect(association(few, other, people(14))).toMatchObject({ cannotTell: '14 people are fewer than 20' });
  });
});

describe('noncentral chi-squared', () => {
  it.each(reference.tails)('has the upper tail of scipy at $x, $df, $nc', ({ x, df, nc, upperTail }) => {
    expect(noncentralUpperTail(x, df, nc) / upperTail).toBeCloseTo(1, 9);
  });
});
