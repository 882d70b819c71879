import { checkRate } from './check-samples.ts';

export interface FillOptions {
  readonly samplingRateHz: number;
  /** Longer gaps stay as they are. */
  readonly longestGapS: number;
}

export interface Gap {
  readonly startSample: number;
  /** Just after the last missing sample. */
  readonly endSample: number;
  /** False where the gap is too long, or at an end of the recording with a sample on one side only. */
  readonly filled: boolean;
}

export interface Filled {
  readonly samples: Float64Array<ArrayBuffer>;
  readonly gaps: readonly Gap[];
}

/** Bridges short runs of missing samples (NaN or infinite) by a straight line, and reports every gap, bridged or not. */
export function fillGaps(samples: ArrayLike<number>, { samplingRateHz, longestGapS }: FillOptions): Filled {
  checkRate('fillGaps', samplingRateHz);
  const filled = Float64Array.from(samples);
  const gaps = gapsOf(filled).map(({ startSample, endSample }) => {
    const inside = startSample > 0 && endSample < filled.length;
    const isFilled = inside && endSample - startSample <= longestGapS * samplingRateHz;
    if (isFilled) bridge(filled, startSample, endSample);
    return { startSample, endSample, filled: isFilled };
  });
  return { samples: filled, gaps };
}

function gapsOf(samples: Float64Array): Omit<Gap, 'filled'>[] {
  const gaps: Omit<Gap, 'filled'>[] = [];
  for (let index = 0; index < samples.length; index++) {
    if (Number.isFinite(samples[index])) continue;
    const startSample = index;
    while (index < samples.length && !Number.isFinite(samples[index])) index++;
    gaps.push({ startSample, endSample: index });
  }
  return gaps;
}

function bridge(samples: Float64Array, start: number, end: number): void {
  const before = samples[start - 1];
  const slope = (samples[end] - before) / (end - start + 1);
  for (let index = start; index < end; index++) samples[index] = before + slope * (index - start + 1);
}
