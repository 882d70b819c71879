import type { StoredLead } from '#lib/formats/ecg-object.ts';

export interface TimeSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Stretches of a lead without a valid sample between two times. */
export function gapsOf({ samplesMv, samplingRateHz }: StoredLead, { startSeconds, endSeconds }: TimeSpan): TimeSpan[] {
  const gaps: TimeSpan[] = [];
  const end = Math.min(samplesMv.length, Math.round(endSeconds * samplingRateHz));
  for (let n = Math.round(startSeconds * samplingRateHz); n < end; n++) {
    if (!Number.isNaN(samplesMv[n])) continue;
    const from = n;
    while (n < end && Number.isNaN(samplesMv[n])) n++;
    gaps.push({ startSeconds: from / samplingRateHz, endSeconds: n / samplingRateHz });
  }
  return gaps;
}
