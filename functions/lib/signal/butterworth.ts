import { checkRate } from './check-samples.ts';

/** One second-order section: (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²). A first-order section has b2 = a2 = 0. */
export interface Section {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

export interface ButterworthOptions {
  readonly samplingRateHz: number;
  readonly order: number;
  /** Lower edge at half power; without it the filter is a lowpass. */
  readonly lowHz?: number;
  /** Upper edge at half power; without it the filter is a highpass. */
  readonly highHz?: number;
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

/**
 * Butterworth filter by the bilinear transform with both edges warped, as second-order sections:
 * scipy.signal.butter(order, edges, btype, output='sos', fs). A bandpass of order n has n sections.
 */
export function butterworth({ samplingRateHz, order, lowHz, highHz }: ButterworthOptions): Section[] {
  checkDesign(samplingRateHz, order, lowHz, highHz);
  const low = lowHz === undefined ? undefined : Math.tan((Math.PI * lowHz) / samplingRateHz);
  const high = highHz === undefined ? undefined : Math.tan((Math.PI * highHz) / samplingRateHz);
  const poles = prototype(order).flatMap((pole) => analogPoles(pole, low, high).map(bilinear));
  const sections = paired(poles).map((denominator) => ({ ...zerosOf(denominator, low, high), ...denominator }));
  return sections.map((section) => atUnitGain(section, low, high));
}

function checkDesign(samplingRateHz: number, order: number, lowHz?: number, highHz?: number): void {
  checkRate('butterworth', samplingRateHz);
  if (!Number.isInteger(order) || order < 1 || order > 12) {
    throw new RangeError(`butterworth: found order ${order}, allowed: whole numbers from 1 to 12`);
  }
  const edges = [lowHz, highHz].filter((edge) => edge !== undefined);
  const rising = edges.length > 0 && (edges.length < 2 || edges[0] < edges[1]);
  if (!rising || !edges.every((edge) => edge > 0 && edge < samplingRateHz / 2)) {
    throw new RangeError(
      `butterworth: found edges ${edges.join(' to ') || 'none'} Hz, allowed: rising, above 0 and below ${samplingRateHz / 2} Hz`,
    );
  }
}

/** Poles of the analogue lowpass with edge 1, upper half plane and real axis only: the others are their conjugates. */
function prototype(order: number): Complex[] {
  return Array.from({ length: Math.ceil(order / 2) }, (_, index) => {
    const angle = (Math.PI * (2 * index + 1)) / (2 * order);
    const isReal = 2 * index + 1 === order;
    return { re: isReal ? -1 : -Math.sin(angle), im: isReal ? 0 : Math.cos(angle) };
  });
}

/** Lowpass, highpass or bandpass poles from one of the prototype's, again without conjugates. */
function analogPoles(pole: Complex, low: number | undefined, high: number | undefined): Complex[] {
  if (low === undefined) return [scaled(pole, high ?? Number.NaN)];
  if (high === undefined) return [divided({ re: low, im: 0 }, pole)].map(upper);
  const half = scaled(pole, (high - low) / 2);
  const root = squareRoot({ re: half.re * half.re - half.im * half.im - low * high, im: 2 * half.re * half.im });
  const both = [
    { re: half.re + root.re, im: half.im + root.im },
    { re: half.re - root.re, im: half.im - root.im },
  ];
  if (pole.im !== 0 || root.im === 0) return both.map(upper);
  return [upper(both[0])];
}

/** z = (1 + s) / (1 − s), frequencies being warped to tan(π f / fs). */
function bilinear(pole: Complex): Complex {
  return divided({ re: 1 + pole.re, im: pole.im }, { re: 1 - pole.re, im: -pole.im });
}

/** Denominators: a complex pole with its conjugate, real poles two and two, a last one alone. */
function paired(poles: readonly Complex[]): Pick<Section, 'a1' | 'a2'>[] {
  const complex = poles.filter(({ im }) => im !== 0).map(({ re, im }) => ({ a1: -2 * re, a2: re * re + im * im }));
  const real = poles.filter(({ im }) => im === 0).map(({ re }) => re);
  const pairs: Pick<Section, 'a1' | 'a2'>[] = [];
  for (let index = 0; index < real.length; index += 2) {
    const [first, second] = [real[index], real[index + 1] ?? 0];
    pairs.push({ a1: -(first + second), a2: first * second });
  }
  return [...complex, ...pairs];
}

function zerosOf({ a2 }: Pick<Section, 'a1' | 'a2'>, low?: number, high?: number): Pick<Section, 'b0' | 'b1' | 'b2'> {
  if (low !== undefined && high !== undefined) return { b0: 1, b1: 0, b2: -1 };
  const sign = low === undefined ? 1 : -1;
  return a2 === 0 ? { b0: 1, b1: sign, b2: 0 } : { b0: 1, b1: 2 * sign, b2: 1 };
}

/** Each section passes the filter's middle (0, Nyquist, or the geometric mean of the warped edges) with gain 1. */
function atUnitGain(section: Section, low?: number, high?: number): Section {
  const angle = low === undefined ? 0 : high === undefined ? Math.PI : 2 * Math.atan(Math.sqrt(low * high));
  const { b0, b1, b2, a1, a2 } = section;
  const at = (c0: number, c1: number, c2: number) =>
    Math.hypot(c0 + c1 * Math.cos(angle) + c2 * Math.cos(2 * angle), c1 * Math.sin(angle) + c2 * Math.sin(2 * angle));
  const gain = at(b0, b1, b2) / at(1, a1, a2);
  return { b0: b0 / gain, b1: b1 / gain, b2: b2 / gain, a1, a2 };
}

function upper({ re, im }: Complex): Complex {
  return { re, im: Math.abs(im) };
}

function scaled({ re, im }: Complex, factor: number): Complex {
  return { re: re * factor, im: im * factor };
}

function divided(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

function squareRoot({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im);
  const real = Math.sqrt(Math.max(0, (size + re) / 2));
  return { re: real, im: Math.sign(im || 1) * Math.sqrt(Math.max(0, (size - re) / 2)) };
}
