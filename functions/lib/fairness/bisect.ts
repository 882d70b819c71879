/** The place between `low` and `high` at which a monotone function changes its sign, to the last digit that a double holds. */
export function bisect(of: (x: number) => number, low: number, high: number): number {
  const sign = Math.sign(of(low));
  if (sign === 0) return low;
  let left = low;
  let right = high;
  for (let step = 0; step < 200; step++) {
    const middle = left + (right - left) / 2;
    if (middle === left || middle === right) return middle;
    if (Math.sign(of(middle)) === sign) left = middle;
    else right = middle;
  }
  return left + (right - left) / 2;
}
