import type { Random } from './random.ts';

/** Time to the next beat, given the time of the last one, both in seconds. */
export type NextInterval = (timeS: number) => number;

/**
 * RR intervals of sinus rhythm with the two-peaked spectrum of McSharry et al. 2003 (doi 10.1109/TBME.2003.808805):
 * Gaussian bands at 0.1 Hz (Mayer waves) and 0.25 Hz (respiration), widths 0.01 Hz, power ratio LF/HF 0.5, random phases.
 * The standard deviation is that of the process, so a short stretch may vary less; it is a sum of sines in continuous time.
 */
export function sinusIntervals(meanS: number, deviationS: number, stream: Random): NextInterval {
  const lines = Array.from({ length: 80 }, (_, index) => {
    const frequencyHz = (index + 0.5) / 160;
    const power = 0.5 * band(frequencyHz, 0.1) + band(frequencyHz, 0.25);
    return { frequencyHz, amplitude: Math.sqrt(power), phase: 2 * Math.PI * stream.uniform() };
  });
  const scale = deviationS / Math.sqrt(lines.reduce((sum, { amplitude }) => sum + (amplitude * amplitude) / 2, 0));
  const shortest = 0.6 * meanS;
  return (timeS) => {
    const wave = lines.reduce(
      (sum, { frequencyHz, amplitude, phase }) => sum + amplitude * Math.cos(2 * Math.PI * frequencyHz * timeS + phase),
      0,
    );
    return Math.max(meanS + scale * wave, shortest);
  };
}

function band(frequencyHz: number, centerHz: number): number {
  return Math.exp(-0.5 * ((frequencyHz - centerHz) / 0.01) ** 2);
}

/**
 * RR intervals of atrial fibrillation by the atrioventricular node model of Corino et al. 2011
 * (doi 10.1109/TBME.2011.2166262), one pathway: atrial impulses arrive as a Poisson process of 6.5 per second; none is
 * conducted in the refractory time; then the probability of conduction rises linearly to 1. So the wait after the
 * refractory time has the hazard rate·min(t/rise, 1). The refractory time is set to give the wanted mean.
 */
export function fibrillationIntervals(meanS: number, stream: Random): NextInterval {
  const impulsesPerS = 6.5;
  const riseS = meanS / 3;
  const refractoryS = meanS - meanWait(impulsesPerS, riseS);
  if (refractoryS < 0.1) {
    throw new RangeError(`atrial fibrillation: found a mean RR of ${meanS} s, allowed: at least 0.3 s`);
  }
  const hazardOfRise = (impulsesPerS * riseS) / 2;
  return () => {
    const hazard = -Math.log(1 - stream.uniform());
    const wait =
      hazard < hazardOfRise
        ? Math.sqrt((2 * riseS * hazard) / impulsesPerS)
        : riseS + (hazard - hazardOfRise) / impulsesPerS;
    return refractoryS + wait;
  };
}

/** Integral of the survival function of the wait: the trapezoidal rule over the rise, closed form beyond. */
function meanWait(impulsesPerS: number, riseS: number): number {
  const steps = 200;
  const survival = (timeS: number) => Math.exp((-impulsesPerS * timeS * timeS) / (2 * riseS));
  let total = (1 + survival(riseS)) / 2;
  for (let step = 1; step < steps; step++) total += survival((step * riseS) / steps);
  return (total * riseS) / steps + survival(riseS) / impulsesPerS;
}
