import { checkRate } from './check-samples.ts';

export interface Stretch {
  readonly startSample: number;
  /** Just after the last sample. */
  readonly endSample: number;
  /** `flat-line` for long; `saturated` at the highest or lowest value; `samples-missing` without one. */
  readonly code: 'flat-line' | 'saturated' | 'samples-missing';
}

export interface StillOptions {
  readonly samplingRateHz: number;
  /** A lead that does not change for this long is not being recorded. @default 1 */
  readonly flatS?: number;
  /** At its highest or lowest value this long the lead has met the end of the range. @default 0.02 */
  readonly saturatedS?: number;
}

/**
 * Where a lead stands still: stretches without a sample, flat ones, and ones cut off at the end of the range. A lead that is flat
 * all through is flat, not saturated.
 */
export function stillStretches(
  samplesMv: ArrayLike<number>,
  { samplingRateHz, flatS = 1, saturatedS = 0.02 }: StillOptions,
): Stretch[] {
  checkRate('still stretches', samplingRateHz);
  const [lowest, highest] = range(samplesMv);
  const stretches: Stretch[] = [];
  for (let start = 0, end = 0; start < samplesMv.length; start = end) {
    end = endOfRun(samplesMv, start);
    const value = samplesMv[start];
    const isExtreme = lowest !== highest && (value === lowest || value === highest);
    const seconds = (end - start) / samplingRateHz;
    if (Number.isNaN(value)) stretches.push({ startSample: start, endSample: end, code: 'samples-missing' });
    else if (isExtreme && end - start > 2 && seconds >= saturatedS) {
      stretches.push({ startSample: start, endSample: end, code: 'saturated' });
    } else if (seconds >= flatS) stretches.push({ startSample: start, endSample: end, code: 'flat-line' });
  }
  return stretches;
}

function range(samples: ArrayLike<number>): [lowest: number, highest: number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < samples.length; index++) {
    if (samples[index] < lowest) lowest = samples[index];
    if (samples[index] > highest) highest = samples[index];
  }
  return [lowest, highest];
}

/** End of the run of equal samples, or of missing ones, that begins here. */
function endOfRun(samples: ArrayLike<number>, start: number): number {
  let end = start + 1;
  while (end < samples.length && Object.is(samples[end], samples[start])) end++;
  return end;
}
