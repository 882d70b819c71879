import { describe, expect, it } from 'vitest';
import { differenceFrom, expressions, solutions } from '#lib/report/elimination.ts';
import { random } from '#lib/simulate/random.ts';

const all = (): boolean => true;

describe('elimination', () => {
  it('solves for a cell that two sums share, and names what it follows from', () => {
    const sums = [
      { total: 'T', parts: ['a', 'b'] },
      { total: 'U', parts: ['b', 'c'] },
    ];
    expect(solutions(new Set(['a', 'b']), sums)).toEqual(
      new Map([
        ['a', expect.arrayContaining(['T', 'U', 'c'])],
        ['b', expect.arrayContaining(['U', 'c'])],
      ]),
    );
    expect(solutions(new Set(['a', 'b', 'c']), sums)).toEqual(new Map());
    expect(solutions(new Set(['a', 'b']), sums, (id) => id === 'c').get('a')).toEqual(['c']);
  });

  it('finds a difference that is determined though neither cell is', () => {
    const sums = [
      { total: 'T', parts: ['a', 'x'] },
      { total: 'U', parts: ['b', 'x'] },
    ];
    const expression = expressions(new Set(['a', 'b', 'x']), sums, all);
    expect(['a', 'b', 'x'].map((id) => expression(id).free === '')).toEqual([false, false, false]);
    expect(differenceFrom(expression('a'), expression('b'))?.sort()).toEqual(['T', 'U']);
    expect(differenceFrom(expression('a'), expression('x'))).toBeUndefined();
    expect(differenceFrom(expression('T'), expression('U'))?.sort()).toEqual(['T', 'U']);
  });

  it.each([1, 2, 3, 4, 5])('determines in random systems what their rank says is determined (%i)', (seed) => {
    const draw = random(`elimination ${seed}`);
    const cells = Array.from({ length: 14 }, (_, i) => `c${i}`);
    const sums = Array.from({ length: 11 }, () => {
      const [total, ...parts] = draw.shuffle([...cells]).slice(0, draw.integer(2, 5));
      return { total, parts };
    });
    const hidden = new Set(cells.filter(() => draw.bernoulli(0.7)));
    const rows = sums.map(({ total, parts }) =>
      [...hidden].map((id) => BigInt(Number(id === total)) - BigInt(parts.filter((part) => part === id).length)),
    );
    const rank = rankOf(rows);
    const fixed = [...hidden].filter((_, place) => {
      const unit = [...hidden].map((__, i) => BigInt(Number(i === place)));
      return rankOf([...rows, unit]) === rank;
    });
    expect([...solutions(hidden, sums).keys()].sort()).toEqual(fixed.sort());
  });
});

/** Rank over the rationals, by elimination without fractions. */
function rankOf(matrix: readonly (readonly bigint[])[]): number {
  const rows = matrix.map((row) => [...row]);
  let rank = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const at = rows.findIndex((row, i) => i >= rank && row[column] !== 0n);
    if (at < 0) continue;
    [rows[rank], rows[at]] = [rows[at], rows[rank]];
    const pivot = rows[rank];
    for (let i = rank + 1; i < rows.length; i++) {
      const factor = rows[i][column];
      if (factor !== 0n) rows[i] = rows[i].map((value, j) => value * pivot[column] - factor * pivot[j]);
    }
    rank += 1;
  }
  return rank;
}
