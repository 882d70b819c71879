/**
 * Columns of a restricted cubic spline (linear beyond the outer knots) in Harrell's form (Regression Modeling Strategies,
 * 2015, section 2.4.5), scaled by the squared distance of the outer knots: x itself, then one column per inner knot.
 */
export function restrictedCubicSpline(values: Float64Array, knots: readonly number[]): Float64Array[] {
  if (knots.length < 3 || knots.some((knot, index) => index > 0 && !(knot > knots[index - 1]))) {
    throw new RangeError(`spline knots: found ${knots.join(', ')}, allowed: at least three, ascending`);
  }
  const last = knots[knots.length - 1];
  const beforeLast = knots[knots.length - 2];
  const scale = (last - knots[0]) ** 2;
  const bends = knots.slice(0, -2).map((knot) =>
    values.map((x) => {
      const atEnds = cube(x - beforeLast) * (last - knot) - cube(x - last) * (beforeLast - knot);
      return (cube(x - knot) - atEnds / (last - beforeLast)) / scale;
    }),
  );
  return [values, ...bends];
}

function cube(distance: number): number {
  return distance > 0 ? distance * distance * distance : 0;
}
