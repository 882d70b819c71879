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
  numerator: [0.06568233791820745, 2.2352520354606837, 161.02823106855587, 1067.6894854603709, 18154.98125334356],
  denominator: [1, 47.202581904688245, 976.0985517377767, 10260.932208618979, 45507.78933502673],
};
const MIDDLE: RationalFunction = {
  numerator: [
    1.0765576773720192e-8, 0.39894151208813466, 8.883149794388377, 93.50665613217785, 597.2702763948002,
    2494.5375852903726, 6848.190450536283, 11602.65143764735, 9842.714838383978,
  ],
  denominator: [
    1, 22.266688044328117, 235.387901782625, 1519.3775994075547, 6485.558298266761, 18615.571640885097,
    34900.95272114598, 38912.00328609327, 19685.429676859992,
  ],
};
const FAR: RationalFunction = {
  numerator: [
    0.023073441764940174, 0.215898534057957, 0.12740116116024736, 0.022235277870649807, 0.0014216191932278934,
    2.9112874951168793e-5,
  ],
  denominator: [
    1, 1.284260096144911, 0.4682382124808651, 0.06598813786892856, 0.0037823963320275824, 7.297515550839662e-5,
  ],
};
const QUANTILE_MIDDLE: RationalFunction = {
  numerator: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  denominator: [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
};
const QUANTILE_TAIL: RationalFunction = {
  numerator: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  denominator: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};
const QUANTILE_FAR_TAIL: RationalFunction = {
  numerator: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  denominator: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};
