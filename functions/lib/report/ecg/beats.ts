import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { beatAgreement } from '#lib/signal/beat-agreement.ts';
import { fillGaps } from '#lib/signal/fill-gaps.ts';
import { rPeaks } from '#lib/signal/r-peaks.ts';
import { rPeaksTwoAverages } from '#lib/signal/r-peaks-two-averages.ts';
import { quantiles } from '#lib/validation/quantiles.ts';

/** An interval between neighbouring R peaks of one stretch without a gap. */
export interface RrInterval {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface Beats {
  readonly peakSeconds: readonly number[];
  readonly intervals: readonly RrInterval[];
  /**
   * bSQI: beats that two detectors find at the same place (within 150 ms) over all that either finds, 0 to 1, in the first ten
   * minutes (Li, Mark and Clifford 2008, doi 10.1088/0967-3334/29/1/002, there with other detectors); 1 where neither finds any.
   */
  readonly agreement: number;
}

/** RR intervals in ms: shortest, median, longest, standard deviation; rate in beats a minute from their mean. */
export interface RhythmNumbers {
  readonly beats: number;
  readonly ratePerMinute: number;
  readonly shortestMs: number;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly standardDeviationMs: number;
  /** As in Beats. */
  readonly agreement: number;
}

/** Gaps up to this long are bridged for the detector; an interval over a longer one is no interval. */
const BRIDGED_SECONDS = 0.05;
const SHORTEST_STRETCH_SECONDS = 2;
/** Beats are looked for up to here, four hours: publish has 1 GB, and the detector needs some 40 bytes for each sample. */
export const MOST_BEAT_SECONDS = 4 * 3600;
const MOST_AGREEMENT_SECONDS = 600;

/**
 * R peaks of the first four hours of a lead by lib/signal/r-peaks.ts, each stretch without a gap by itself; none where a stretch is
 * shorter than 2 s or flat.
 */
export function beatsOf({ samplesMv, samplingRateHz }: StoredLead): Beats {
  const searched = samplesMv.subarray(0, Math.round(MOST_BEAT_SECONDS * samplingRateHz));
  const { samples, gaps } = fillGaps(searched, { samplingRateHz, longestGapS: BRIDGED_SECONDS });
  const open = gaps.filter(({ filled }) => !filled);
  const starts = [0, ...open.map(({ endSample }) => endSample)];
  const ends = [...open.map(({ startSample }) => startSample), samples.length];
  const peakSeconds: number[] = [];
  const intervals: RrInterval[] = [];
  const most = MOST_AGREEMENT_SECONDS * samplingRateHz;
  let [same, either] = [0, 0];
  starts.forEach((start, n) => {
    const stretch = samples.subarray(start, ends[n]);
    if (stretch.length < SHORTEST_STRETCH_SECONDS * samplingRateHz) return;
    const peaks = Array.from(rPeaks(stretch, samplingRateHz), (peak) => (start + peak) / samplingRateHz);
    peakSeconds.push(...peaks);
    for (let k = 1; k < peaks.length; k++) intervals.push({ startSeconds: peaks[k - 1], endSeconds: peaks[k] });
    const compared = comparedBeats(stretch.subarray(0, Math.max(0, most - start)), samplingRateHz);
    same += compared.same;
    either += compared.either;
  });
  return { peakSeconds, intervals, agreement: either === 0 ? 1 : same / either };
}

function comparedBeats(samples: ArrayLike<number>, samplingRateHz: number): { same: number; either: number } {
  if (samples.length < SHORTEST_STRETCH_SECONDS * samplingRateHz) return { same: 0, either: 0 };
  const seconds = (peaks: Uint32Array) => Float64Array.from(peaks, (sample) => sample / samplingRateHz);
  const { truePositives, falsePositives, falseNegatives } = beatAgreement(
    seconds(rPeaks(samples, samplingRateHz)),
    seconds(rPeaksTwoAverages(samples, samplingRateHz)),
  );
  return { same: truePositives, either: truePositives + falsePositives + falseNegatives };
}

/** Numbers of the intervals that end within a time; undefined below two intervals. */
export function rhythmNumbers(
  { peakSeconds, intervals, agreement }: Beats,
  fromSeconds = 0,
  toSeconds = Number.POSITIVE_INFINITY,
): RhythmNumbers | undefined {
  const inside = intervals.filter(
    ({ startSeconds, endSeconds }) => startSeconds >= fromSeconds && endSeconds < toSeconds,
  );
  if (inside.length < 2) return undefined;
  const ms = Float64Array.from(inside, milliseconds).sort();
  const mean = ms.reduce((sum, value) => sum + value, 0) / ms.length;
  const squares = ms.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    beats: peakSeconds.filter((at) => at >= fromSeconds && at < toSeconds).length,
    ratePerMinute: 60_000 / mean,
    shortestMs: ms[0],
    medianMs: quantiles(ms, [0.5])[0],
    longestMs: ms[ms.length - 1],
    standardDeviationMs: Math.sqrt(squares / (ms.length - 1)),
    agreement,
  };
}

export const milliseconds = ({ startSeconds, endSeconds }: RrInterval): number => 1000 * (endSeconds - startSeconds);
