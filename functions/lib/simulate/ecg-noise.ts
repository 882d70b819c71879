import { butterworth } from '#lib/signal/butterworth.ts';
import { filterForward } from '#lib/signal/filter-sections.ts';
import type { Interval, NoiseKind } from './ecg-truth.ts';
import type { Random } from './random.ts';

export interface NoiseShape extends Interval {
  readonly kind: NoiseKind;
  readonly mainsHz: 50 | 60;
}

/** A sample of noise of unit variance or so at every sample of the interval; `addNoise` scales it. */
type Noise = (length: number, samplingRateHz: number, stream: Random, shape: NoiseShape) => Float64Array;

const noises: Readonly<Record<NoiseKind, Noise>> = {
  'baseline-wander': wander,
  mains,
  muscle,
  'electrode-motion': motion,
};

/**
 * Adds noise inside the interval at a signal-to-noise ratio in decibels: 10·log10 of the variance of `clean`, the whole
 * lead without noise, over the mean square of the noise in the interval.
 */
export function addNoise(
  samples: Float64Array,
  clean: Float64Array,
  samplingRateHz: number,
  shape: NoiseShape & { readonly snrDb: number },
  stream: Random,
): void {
  const start = Math.max(0, Math.round(shape.startS * samplingRateHz));
  const end = Math.min(samples.length, Math.round(shape.endS * samplingRateHz));
  if (end <= start) return;
  const noise = noiseOf(shape, end - start, samplingRateHz, stream);
  const scale = Math.sqrt(variance(clean) / meanSquare(noise, 0)) * 10 ** (-shape.snrDb / 20);
  for (let index = start; index < end; index++) samples[index] += scale * noise[index - start];
}

/** Noise of this kind, of no particular size, one value per sample. */
export const noiseOf = (shape: NoiseShape, length: number, samplingRateHz: number, stream: Random): Float64Array =>
  noises[shape.kind](length, samplingRateHz, stream, shape);

function variance(samples: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index];
  return meanSquare(samples, sum / samples.length);
}

/** Mean of the squares of the distances from a center. */
function meanSquare(samples: Float64Array, center: number): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] - center) ** 2;
  return sum / samples.length;
}

/** Respiration and drift: sines from 0.05 to 0.5 Hz, weaker the faster. */
function wander(length: number, samplingRateHz: number, stream: Random): Float64Array {
  const sines = Array.from({ length: 8 }, (_, index) => {
    const frequencyHz = 0.05 + (0.45 * (index + stream.uniform())) / 8;
    return { frequencyHz, amplitude: stream.uniform() / frequencyHz, phase: 2 * Math.PI * stream.uniform() };
  });
  const noise = new Float64Array(length);
  for (const { frequencyHz, amplitude, phase } of sines) {
    addSine(noise, (2 * Math.PI * frequencyHz) / samplingRateHz, phase, amplitude);
  }
  return noise;
}

/** amplitude · sin(step · n + phase), each sample by turning the one before. */
function addSine(samples: Float64Array, step: number, phase: number, amplitude: number): void {
  const [turnRe, turnIm] = [Math.cos(step), Math.sin(step)];
  let re = amplitude * Math.cos(phase);
  let im = amplitude * Math.sin(phase);
  for (let index = 0; index < samples.length; index++) {
    samples[index] += im;
    const next = re * turnRe - im * turnIm;
    im = re * turnIm + im * turnRe;
    re = next;
  }
}

/** The mains frequency and a tenth of its third harmonic where the sampling holds it. */
function mains(length: number, samplingRateHz: number, stream: Random, { mainsHz }: NoiseShape): Float64Array {
  const phase = 2 * Math.PI * stream.uniform();
  const step = (2 * Math.PI * mainsHz) / samplingRateHz;
  const noise = new Float64Array(length);
  addSine(noise, step, phase, 1);
  if (3 * mainsHz < samplingRateHz / 2) addSine(noise, 3 * step, 3 * phase, 0.1);
  return noise;
}

/** Muscle: white noise through a bandpass of 20 to 150 Hz, or as far as the sampling goes. */
function muscle(length: number, samplingRateHz: number, stream: Random): Float64Array {
  const highHz = Math.min(150, 0.45 * samplingRateHz);
  const white = new Float64Array(length);
  for (let index = 0; index < length; index++) white[index] = stream.uint32() / 2 ** 31 - 1;
  const lowHz = Math.min(20, highHz / 2);
  return filterForward(butterworth({ samplingRateHz, order: 2, lowHz, highHz }), white);
}

/** Electrode motion: about one jolt a second, each a step of the potential that fades within tenths of a second. */
function motion(length: number, samplingRateHz: number, stream: Random): Float64Array {
  const noise = new Float64Array(length);
  const jolts = Math.max(1, Math.round(length / samplingRateHz));
  for (let jolt = 0; jolt < jolts; jolt++) {
    const start = stream.integer(0, length - 1);
    const amplitude = stream.normal();
    const rise = 0.03 * samplingRateHz;
    const fade = (0.1 + 0.3 * stream.uniform()) * samplingRateHz;
    const end = Math.min(length, start + Math.ceil(6 * fade));
    for (let index = start; index < end; index++) {
      const since = index - start;
      noise[index] += amplitude * (1 - Math.exp(-since / rise)) * Math.exp(-since / fade);
    }
  }
  return noise;
}
