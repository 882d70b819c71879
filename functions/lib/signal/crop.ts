import { checkRate } from './check-samples.ts';

export interface CropOptions {
  readonly samplingRateHz: number;
  readonly durationS: number;
  /** Which part of a longer recording stays. @default 'start' */
  readonly keep?: 'start' | 'center' | 'end';
}

/** The first, middle or last `durationS` seconds of every lead, as views of the same memory. A shorter recording is refused: nothing is invented. */
export function crop<Samples extends Float64Array | Float32Array>(
  leads: readonly Samples[],
  { samplingRateHz, durationS, keep = 'start' }: CropOptions,
): Samples[] {
  checkRate('crop', samplingRateHz);
  const wanted = Math.round(durationS * samplingRateHz);
  return leads.map((samples) => {
    if (!(wanted > 0 && samples.length >= wanted)) {
      throw new RangeError(
        `crop: found ${samples.length / samplingRateHz} s where ${durationS} s are wanted, allowed: above 0 s and no longer than the recording`,
      );
    }
    const spare = samples.length - wanted;
    const start = keep === 'start' ? 0 : keep === 'end' ? spare : Math.floor(spare / 2);
    return samples.subarray(start, start + wanted) as Samples;
  });
}
