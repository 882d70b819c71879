import type { LeadName } from './ecg-leads.ts';
import type { Interval, LeadInterval } from './ecg-truth.ts';

/** Writes one value over a stretch of a lead. */
export function disturbLead(
  samples: Float32Array,
  samplingRateHz: number,
  { startS, endS }: Interval,
  valueMv: number,
) {
  samples.fill(valueMv, Math.max(0, Math.round(startS * samplingRateHz)), Math.round(endS * samplingRateHz));
}

/** Cuts a lead off at ± the range of the converter, and says where it was cut. */
export function saturatedIntervals(
  lead: LeadName,
  samples: Float32Array,
  samplingRateHz: number,
  rangeMv = Number.POSITIVE_INFINITY,
): LeadInterval[] {
  const intervals: LeadInterval[] = [];
  if (rangeMv === Number.POSITIVE_INFINITY) return intervals;
  for (let index = 0; index < samples.length; index++) {
    const start = index;
    while (index < samples.length && Math.abs(samples[index]) > rangeMv) {
      samples[index] = Math.sign(samples[index]) * rangeMv;
      index++;
    }
    if (index > start) intervals.push({ lead, startS: start / samplingRateHz, endS: index / samplingRateHz });
  }
  return intervals;
}
