import type { Samples } from './signal-formats.ts';

/** From converter values to mV: (value - baseline) / stepsPerMillivolt. */
export interface Calibration {
  readonly stepsPerMillivolt: number;
  readonly baseline: number;
  /** Converter value of an invalid sample, which becomes NaN; one that no sample has where the format knows none. */
  readonly invalid: number;
}

/** Amplitudes in mV. The first `skew` samples belong to the time before the record; after the last one nothing is known. */
export function toMillivolts(samples: Samples, skew: number, calibration: Calibration): Float32Array {
  const { stepsPerMillivolt, baseline, invalid } = calibration;
  const out = new Float32Array(samples.length);
  const known = Math.max(0, samples.length - skew);
  for (let i = 0; i < known; i++) out[i] = (samples[i + skew] - baseline) / stepsPerMillivolt;
  // Looked for apart: a choice within the loop made it twice as slow.
  for (let at = samples.indexOf(invalid, skew); at >= 0; at = samples.indexOf(invalid, at + 1)) {
    out[at - skew] = Number.NaN;
  }
  return out.fill(Number.NaN, known);
}

/**
 * Mean amplitude of each frame in mV, as `Record.smooth_frames('physical')` of wfdb-python; a frame with an invalid sample has none.
 * (Its `rdrecord` averages converter values instead and cuts their fraction off.)
 */
export function toFrameMeans(
  samples: Samples,
  skew: number,
  samplesPerFrame: number,
  calibration: Calibration,
): Float32Array {
  const { stepsPerMillivolt, baseline, invalid } = calibration;
  const out = new Float32Array(samples.length / samplesPerFrame).fill(Number.NaN);
  for (let frame = 0; (frame + 1) * samplesPerFrame + skew <= samples.length; frame++) {
    let sum = 0;
    for (let i = 0; i < samplesPerFrame; i++) {
      const value = samples[frame * samplesPerFrame + skew + i];
      sum += value === invalid ? Number.NaN : (value - baseline) / stepsPerMillivolt;
    }
    out[frame] = sum / samplesPerFrame;
  }
  return out;
}
