import { checkRate, checkSamples } from './check-samples.ts';
import { kaiser } from './kaiser.ts';

export interface ResampleOptions {
  readonly fromHz: number;
  readonly toHz: number;
  /**
   * What is taken to lie beyond both ends. `line`: the straight line through the first and the last sample goes on, so
   * that an offset does not ring at the ends. `zero`: nothing.
   * @default 'line'
   */
  readonly beyond?: 'line' | 'zero';
}

interface Ratio {
  readonly up: number;
  readonly down: number;
}

interface Polyphase extends Ratio {
  readonly taps: Float64Array;
  readonly halfLength: number;
}

const beta = 5;
const zeroCrossings = 10;
const largestFactor = 5000;
const filters = new Map<string, Polyphase>();

/**
 * Resamples by a rational factor, with no delay: scipy.signal.resample_poly with its own filter (linear phase, cut-off at
 * the lower of both Nyquist rates, Kaiser window of beta 5 over 2 · 10 · max(up, down) + 1 taps) and padtype
 * `line` or `constant` (zero). Sample 0 stays at time 0; the result has ceil(length · toHz / fromHz) samples.
 */
export function resample(samples: ArrayLike<number>, { fromHz, toHz, beyond = 'line' }: ResampleOptions): Float64Array {
  checkSamples('resample', samples);
  const ratio = rationalRatio(fromHz, toHz);
  return ratio.up === ratio.down ? Float64Array.from(samples) : polyphase(samples, filterOf(ratio), beyond);
}

/** Rates such as 360, 257, 500 or 128.5 Hz as up/down in lowest terms; anything finer than 1/5000 is refused. */
function rationalRatio(fromHz: number, toHz: number): Ratio {
  checkRate('resample from', fromHz);
  checkRate('resample to', toHz);
  const wanted = toHz / fromHz;
  for (let down = 1; down <= largestFactor; down++) {
    const up = Math.round(wanted * down);
    if (up > 0 && up <= largestFactor && Math.abs(up / down / wanted - 1) < 1e-12) return { up, down };
  }
  throw new RangeError(
    `resample: found ${fromHz} to ${toHz} Hz, allowed: rates whose ratio is a fraction of numbers up to ${largestFactor}`,
  );
}

function filterOf(ratio: Ratio): Polyphase {
  const name = `${ratio.up}/${ratio.down}`;
  const known = filters.get(name);
  if (known) return known;
  const made = lowpassTaps(ratio);
  if (filters.size >= 32) filters.clear();
  filters.set(name, made);
  return made;
}

/** scipy.signal.firwin(2 · halfLength + 1, 1 / max(up, down), window=('kaiser', 5)) · up. */
function lowpassTaps({ up, down }: Ratio): Polyphase {
  const widest = Math.max(up, down);
  const halfLength = zeroCrossings * widest;
  const window = kaiser(2 * halfLength + 1, beta);
  const taps = window.map((weight, index) => (weight * sinc((index - halfLength) / widest)) / widest);
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return { up, down, halfLength, taps: taps.map((tap) => (tap / gain) * up) };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Only the taps that meet a sample are visited: about 20 · max(1, down / up) for each output. */
function polyphase(
  samples: ArrayLike<number>,
  { up, down, taps, halfLength }: Polyphase,
  beyond: 'line' | 'zero',
): Float64Array {
  const margin = Math.ceil(halfLength / up) + 1;
  const inputs = extended(samples, margin, beyond);
  const resampled = new Float64Array(Math.ceil((samples.length * up) / down));
  for (let output = 0; output < resampled.length; output++) {
    const position = output * down + halfLength;
    const newest = Math.floor(position / up);
    let total = 0;
    for (let tap = position - newest * up, input = newest + margin; tap < taps.length; tap += up, input--) {
      total += taps[tap] * inputs[input];
    }
    resampled[output] = total;
  }
  return resampled;
}

/** `margin` more samples at both ends: zeros, or the line through the first and the last sample. */
function extended(samples: ArrayLike<number>, margin: number, beyond: 'line' | 'zero'): Float64Array {
  const length = samples.length;
  const longer = new Float64Array(length + 2 * margin);
  for (let index = 0; index < length; index++) longer[margin + index] = samples[index];
  if (beyond === 'zero') return longer;
  const [first, last] = [samples[0], samples[length - 1]];
  const slope = length > 1 ? (last - first) / (length - 1) : 0;
  for (let step = 1; step <= margin; step++) {
    longer[margin - step] = first - slope * step;
    longer[margin + length - 1 + step] = last + slope * step;
  }
  return longer;
}
