import { counted, fewerThan } from '#lib/validation/counted.ts';
import type { CannotTell } from '#lib/validation/estimate.ts';
import { bisect } from './bisect.ts';
import type { GroupColumn } from './columns.ts';
import { noncentralUpperTail } from './noncentral-chi-squared.ts';

/** How closely two columns go together among people: Cramér's V, 0 not at all, 1 wholly. */
export interface Association {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Of no association, chi-squared. */
  readonly pValue: number;
  readonly people: number;
}

const LEVEL = 0.95;
const FEWEST_PEOPLE = 20;

/**
 * Cramér's V of two columns, one study per person (the first in the order of the rows), so that rows are independent. The chi-squared
 * statistic less its degrees of freedom estimates the noncentrality without bias; its interval are the noncentralities
 * that the statistic does not reject (Smithson, doi 10.4135/9781412983761, chapter 4). V is the root of noncentrality / (n (k − 1)),
 * k the smaller number of groups.
 */
export function association(first: GroupColumn, second: GroupColumn, people: Int32Array): Association | CannotTell {
  const table = tableOf(first, second, people);
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = second.values.map((_, place) => table.reduce((sum, row) => sum + row[place], 0));
  const [occupiedRows, occupiedColumns] = [rows, columns].map((totals) => totals.filter((total) => total > 0).length);
  const degreesOfFreedom = (occupiedRows - 1) * (occupiedColumns - 1);
  if (degreesOfFreedom < 1) return { cannotTell: 'one of the two has a single group', n, events: 0 };
  if (n < FEWEST_PEOPLE) return { cannotTell: `${counted(n, people)} ${fewerThan(n, FEWEST_PEOPLE)}`, n, events: 0 };
  let statistic = 0;
  table.forEach((row, i) => {
    row.forEach((count, j) => {
      const expected = (rows[i] * columns[j]) / n;
      if (expected > 0) statistic += (count - expected) ** 2 / expected;
    });
  });
  const largest = n * (Math.min(occupiedRows, occupiedColumns) - 1);
  const strength = (noncentrality: number) => Math.sqrt(Math.min(1, Math.max(0, noncentrality) / largest));
  const at = (tail: number): number => {
    const beyond = (noncentrality: number) => noncentralUpperTail(statistic, degreesOfFreedom, noncentrality) - tail;
    return beyond(0) >= 0 ? 0 : bisect(beyond, 0, 2 * statistic + 20 * Math.sqrt(statistic) + 100);
  };
  return {
    estimate: strength(statistic - degreesOfFreedom),
    lower: strength(at((1 - LEVEL) / 2)),
    upper: strength(at((1 + LEVEL) / 2)),
    pValue: noncentralUpperTail(statistic, degreesOfFreedom, 0),
    people: n,
  };
}

function tableOf(first: GroupColumn, second: GroupColumn, people: Int32Array): number[][] {
  const table = first.values.map(() => second.values.map(() => 0));
  const seen = new Set<number>();
  for (let row = 0; row < people.length; row++) {
    if (seen.has(people[row])) continue;
    seen.add(people[row]);
    table[first.codes[row]][second.codes[row]] += 1;
  }
  return table;
}
