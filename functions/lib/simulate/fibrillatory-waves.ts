import type { Interval } from './ecg-truth.ts';
import type { Random } from './random.ts';

type Dipole = readonly [Float64Array, Float64Array, Float64Array];

/** Amplitude in mV of the fundamental on each axis: largest to the front (V1) and towards the feet (II, III, aVF). */
const amplitudesMv = [0.02, 0.05, -0.07] as const;
const harmonics = 5;
const fadeS = 0.1;

/**
 * Adds fibrillatory waves by the sawtooth model of Stridh and Sörnmo 2001 (doi 10.1109/10.900266): five harmonics of a
 * frequency of 4 to 9 Hz that swings by 0.2 Hz, amplitudes that swing by a third; each axis has its own phases.
 */
export function addFibrillatoryWaves(
  dipole: Dipole,
  samplingRateHz: number,
  { startS, endS }: Interval,
  stream: Random,
): void {
  const frequencyHz = 4 + 5 * stream.uniform();
  const start = Math.max(0, Math.round(startS * samplingRateHz));
  const end = Math.min(dipole[0].length, Math.round(endS * samplingRateHz));
  dipole.forEach((samples, axis) => {
    const [phase, slow] = [2 * Math.PI * stream.uniform(), 2 * Math.PI * stream.uniform()];
    const frequencySwingHz = 0.08 + 0.06 * stream.uniform();
    for (let index = start; index < end; index++) {
      const timeS = index / samplingRateHz;
      const swing = Math.sin(2 * Math.PI * frequencySwingHz * timeS + slow);
      const angle = 2 * Math.PI * frequencyHz * timeS + (0.2 / frequencySwingHz) * swing + phase;
      const fade = Math.min(1, (timeS - startS) / fadeS, (endS - timeS) / fadeS);
      samples[index] += fade * amplitudesMv[axis] * (1 + swing / 3) * sawtooth(angle);
    }
  });
}

/** Sines of the multiples of an angle by their recurrence: sin(k + 1)a = 2 cos a · sin ka − sin(k − 1)a. */
function sawtooth(angle: number): number {
  const twiceCos = 2 * Math.cos(angle);
  let before = 0;
  let sine = Math.sin(angle);
  let total = sine;
  for (let harmonic = 2; harmonic <= harmonics; harmonic++) {
    [before, sine] = [sine, twiceCos * sine - before];
    total += sine / harmonic;
  }
  return total;
}
