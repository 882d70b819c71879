/**
 * Sum by Neumaier's compensated summation (doi 10.1002/zamm.19740540106): the error does not grow with the number of
 * terms, so sums over millions of rows keep their last digits.
 */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let compensation = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    const next = total + value;
    compensation += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + compensation;
}
