/**
 * Kaiser window, symmetric, with shape `beta`: scipy.signal.windows.kaiser(length, beta) (Kaiser and Schafer,
 * doi 10.1109/TASSP.1980.1163349).
 */
export function kaiser(length: number, beta: number): Float64Array {
  const middle = (length - 1) / 2;
  const scale = besselI0(beta);
  return Float64Array.from({ length }, (_, index) => {
    const position = middle === 0 ? 0 : (index - middle) / middle;
    return besselI0(beta * Math.sqrt(Math.max(0, 1 - position * position))) / scale;
  });
}

/** Modified Bessel function of the first kind, order 0, by its power series (Abramowitz and Stegun 9.6.12). */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let total = 1;
  for (let order = 1; term > total * 1e-17; order++) {
    term *= quarter / (order * order);
    total += term;
  }
  return total;
}
