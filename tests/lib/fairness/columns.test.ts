import { describe, expect, it } from 'vitest';
import {
  crossedColumn,
  type GroupColumn,
  groupColumn,
  isGroupColumn,
  type RefusedColumn,
  referenceGroup,
  rowsOfGroups,
} from '#lib/fairness/columns.ts';

const column = (of: GroupColumn | RefusedColumn): GroupColumn => {
  if (!isGroupColumn(of)) throw new Error(of.refused);
  return of;
};

describe('columns of groups', () => {
  it('keep missing values as a group of its own, last', () => {
    const { values, codes } = column(groupColumn('ethnicity', ['white', undefined, 'asian', 'white', undefined]));
    expect(values).toEqual(['asian', 'white', 'unknown']);
    expect([...codes]).toEqual([1, 2, 0, 1, 2]);
    expect(rowsOfGroups({ name: 'ethnicity', values, codes }).map((rows) => [...rows])).toEqual([[2], [0, 3], [1, 4]]);
  });

  it('stand in the order given', () => {
    expect(column(groupColumn('age', ['50+', '<40', undefined], ['<40', '40-49', '50+'])).values).toEqual([
      '<40',
      '50+',
      'unknown',
    ]);
  });

  it('of more than 20 values keep the largest and say how many are put together', () => {
    const cells = Array.from({ length: 30 }, (_, value) => Array.from({ length: value + 1 }, () => `d${value}`)).flat();
    const folded = column(groupColumn('device', [...cells, undefined]));
    expect(folded.values).toHaveLength(20);
    expect(folded.values.slice(-2)).toEqual(['other (12 values)', 'unknown']);
    expect(folded.folded).toEqual({ values: 12, rows: 78 });
    expect(rowsOfGroups(folded).reduce((sum, rows) => sum + rows.length, 0)).toBe(cells.length + 1);
    expect(referenceGroup(folded)).toBe('d29');
  });

  it('of 10,000 values are refused by name', () => {
    const cells = Array.from({ length: 10_000 }, (_, value) => `v${value}`);
    expect(groupColumn('postcode', cells)).toEqual({
      name: 'postcode',
      refused:
        'column postcode: found 10000 values in 10000 studies, allowed: at most 200; a number or an identifier is no group',
    });
  });

  it('have the largest known group as reference, or the one that is named', () => {
    const sex = column(groupColumn('sex', ['F', 'M', 'M', undefined, undefined, undefined]));
    expect(referenceGroup(sex)).toBe('M');
    expect(referenceGroup(sex, 'F')).toBe('F');
    expect(() => referenceGroup(sex, 'X')).toThrow('reference group of sex: found X, allowed: F, M, unknown');
  });

  it('cross to the combinations that occur', () => {
    const sex = column(groupColumn('sex', ['F', 'M', 'M']));
    const site = column(groupColumn('site', ['a', 'b', 'a']));
    expect(crossedColumn(sex, site)).toEqual({
      name: 'sex × site',
      values: ['F × a', 'M × a', 'M × b'],
      codes: Int32Array.from([0, 2, 1]),
    });
    const many = (name: string) =>
      column(
        groupColumn(
          name,
          Array.from({ length: 400 }, (_, i) => `${name}${name === 'x' ? i % 20 : i % 19}`),
        ),
      );
    expect(crossedColumn(many('x'), many('y'))).toEqual({
      name: 'x × y',
      refused: 'x × y: found 380 combinations, allowed: at most 100',
    });
  });
});
