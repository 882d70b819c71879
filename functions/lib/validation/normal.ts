const SQRT_2_PI = Math.sqrt(2 * Math.PI);

/**
 * Distribution function of the standard normal, Φ(z), by Cody's rational Chebyshev approximations
 * (doi 10.1090/S0025-5718-1969-0247736-4; coefficients for Φ as in Algorithm 715, doi 10.1145/151271.151273).
 * Relative error below 1e-14 also in the far lower tail.
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('normalCdf: found NaN, allowed: a number');
  const size = Math.abs(z);
  if (size <= 0.67448975) return 0.5 + centralPart(z);
  const tail = size <= Math.sqrt(32) ? middleTail(size) : farTail(size);
  return z < 0 ? tail : 1 - tail;
}

/** Density of the standard normal at z. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_2_PI;
}

/**
 * Quantile of the standard normal, Φ⁻¹(p), by Wichura's algorithm AS 241 PPND16 (doi 10.2307/2347330), about 1e-16 relative.
 * p must lie strictly between 0 and 1.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`normalQuantile: found probability ${p}, allowed: between 0 and 1`);
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) return fromMiddle * ratio(0.180625 - fromMiddle * fromMiddle, QUANTILE_MIDDLE);
  const depth = Math.sqrt(-Math.log(fromMiddle < 0 ? p : 1 - p));
  const size = depth <= 5 ? ratio(depth - 1.6, QUANTILE_TAIL) : ratio(depth - 5, QUANTILE_FAR_TAIL);
  return fromMiddle < 0 ? -size : size;
}

/** The multiplier of a two-sided Wald interval: 1.96 for a level of 0.95. */
export function normalMultiplier(level: number): number {
  return normalQuantile(0.5 + level / 2);
}

function centralPart(z: number): number {
  return z * ratio(z * z, CENTRAL);
}

function middleTail(size: number): number {
  return gaussian(size) * ratio(size, MIDDLE);
}

function farTail(size: number): number {
  const inverse = 1 / (size * size);
  return (gaussian(size) * (1 / SQRT_2_PI - inverse * ratio(inverse, FAR))) / size;
}

/** exp(−z²/2) with z split at 1/16, so that the square of the large part is exact. */
function gaussian(size: number): number {
  const coarse = Math.trunc(size * 16) / 16;
  return Math.exp(-0.5 * coarse * coarse) * Math.exp(-0.5 * (size - coarse) * (size + coarse));
}

interface RationalFunction {
  /** Coefficients from the highest power down. */
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

function ratio(x: number, { numerator, denominator }: RationalFunction): number {
  return polynomial(x, numerator) / polynomial(x, denominator);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

const CENTRAL: RationalFunction = {
  numerator: [
    0.065682337918207449113, 2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582, 18154.981253343561249,
  ],
  denominator: [1, 47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956],
};
const MIDDLE: RationalFunction = {
  numerator: [
    1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979,
    597.27027639480026226, 2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218,
  ],
  denominator: [
    1, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755, 18615.571640885098091,
    34900.952721145977266, 38912.003286093271411, 19685.429676859990727,
  ],
};
const FAR: RationalFunction = {
  numerator: [
    0.02307344176494017303, 0.21589853405795699, 0.1274011611602473639, 0.022235277870649807, 0.001421619193227893466,
    2.9112874951168792e-5,
  ],
  denominator: [
    1, 1.28426009614491121, 0.468238212480865118, 0.0659881378689285515, 0.00378239633202758244, 7.29751555083966205e-5,
  ],
};
const QUANTILE_MIDDLE: RationalFunction = {
  numerator: [
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
    1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
  ],
  denominator: [
    5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
    687.1870074920579083, 42.313330701600911252, 1,
  ],
};
const QUANTILE_TAIL: RationalFunction = {
  numerator: [
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
  ],
  denominator: [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
  ],
};
const QUANTILE_FAR_TAIL: RationalFunction = {
  numerator: [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
  ],
  denominator: [
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
  ],
};
