import type { Interval } from './ecg-truth.ts';
import type { Random } from './random.ts';

type Dipole = readonly [Float64Array, Float64Array, Float64Array];

/** Amplitude in mV of the fundamental on each axis: largest to the front (V1) and towards the feet (II, III, aVF). */
const amplitudesMv = [0.015, 0.04, -0.055] as const;
/** Standard deviations: of the frequency while it wanders, of the amplitude against its mean, and of the size between people (log). */
const wanderHz = 0.7;
const amplitudeWander = 0.4;
const sizeSpread = 0.4;
const harmonics = 3;
const fadeS = 0.1;
/** The wandering is drawn on this grid and is straight in between. */
const gridHz = 50;

/**
 * Adds fibrillatory waves by the sawtooth model of Stridh and Sörnmo 2001 (doi 10.1109/10.900266), a fundamental of 4 to 9 Hz
 * and its harmonics, with changes: three weaker harmonics instead of five, and frequency and amplitude that wander at random,
 * on each axis by themselves, instead of a slow swing. Five harmonics of a steady frequency look like flutter.
 */
export function addFibrillatoryWaves(
  dipole: Dipole,
  samplingRateHz: number,
  { startS, endS }: Interval,
  stream: Random,
): void {
  const frequencyHz = 4 + 5 * stream.uniform();
  const size = Math.exp(stream.normal(0, sizeSpread));
  const start = Math.max(0, Math.round(startS * samplingRateHz));
  const end = Math.min(dipole[0].length, Math.round(endS * samplingRateHz));
  const points = Math.max(2, Math.ceil(((end - start) / samplingRateHz) * gridHz) + 2);
  dipole.forEach((samples, axis) => {
    const [pitch, loudness] = [wander(points, stream), wander(points, stream)];
    let angle = 2 * Math.PI * stream.uniform();
    for (let index = start; index < end; index++) {
      const timeS = index / samplingRateHz;
      const place = ((index - start) / samplingRateHz) * gridHz;
      const fade = Math.min(1, (timeS - startS) / fadeS, (endS - timeS) / fadeS);
      const amplitude = size * amplitudesMv[axis] * Math.max(0, 1 + amplitudeWander * between(loudness, place));
      samples[index] += fade * amplitude * sawtooth(angle);
      angle += (2 * Math.PI * (frequencyHz + wanderHz * between(pitch, place))) / samplingRateHz;
    }
  });
}

/** Noise of unit variance without anything above 2.5 Hz: sines of random frequency and phase. */
function wander(points: number, stream: Random): Float64Array {
  const sines = Array.from({ length: 6 }, () => ({
    step: (2 * Math.PI * (0.1 + 2.4 * stream.uniform())) / gridHz,
    phase: 2 * Math.PI * stream.uniform(),
  }));
  const scale = Math.sqrt(2 / sines.length);
  return Float64Array.from(
    { length: points },
    (_, point) => scale * sines.reduce((sum, { step, phase }) => sum + Math.sin(step * point + phase), 0),
  );
}

function between(values: Float64Array, place: number): number {
  const before = Math.floor(place);
  return values[before] + (place - before) * (values[before + 1] - values[before]);
}

/** Sines of the multiples of an angle by their recurrence: sin(k + 1)a = 2 cos a · sin ka − sin(k − 1)a. */
function sawtooth(angle: number): number {
  const twiceCos = 2 * Math.cos(angle);
  let before = 0;
  let sine = Math.sin(angle);
  let total = sine;
  for (let harmonic = 2; harmonic <= harmonics; harmonic++) {
    [before, sine] = [sine, twiceCos * sine - before];
    total += sine / harmonic ** 1.5;
  }
  return total;
}
