// The operations of an ECG contract on samples, one at a time.
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { bandpass } from '#lib/signal/bandpass.ts';
import { crop } from '#lib/signal/crop.ts';
import { fillGaps } from '#lib/signal/fill-gaps.ts';
import { highpass } from '#lib/signal/highpass.ts';
import { lowpass } from '#lib/signal/lowpass.ts';
import { notch } from '#lib/signal/notch.ts';
import { resample } from '#lib/signal/resample.ts';
import { zscorePerLead } from '#lib/signal/zscore-per-lead.ts';
import type { EcgOperation } from './ecg-operations.ts';

export interface Channel {
  readonly samples: Float64Array;
  readonly samplingRateHz: number;
  /** Time of sample 0 in the recording. */
  readonly startSeconds: number;
}

/** A code of the reason where a step cannot be taken with this ECG. */
export type Refusal = string;

type SelectStep = Extract<EcgOperation, { operation: 'select-lead' | 'select-leads' }>;
type ChannelStep = Exclude<EcgOperation, SelectStep | { operation: 'tile-windows' | 'combine-windows' }>;
type FillStep = Extract<EcgOperation, { operation: 'fill-gaps' }>;
type CropStep = Extract<EcgOperation, { operation: 'crop' }>;
type ResampleStep = Extract<EcgOperation, { operation: 'resample' }>;

/** The leads that the model reads, in the order of its channels; of two with one name the first. */
export function selectLeads(step: SelectStep, leads: readonly StoredLead[]): readonly StoredLead[] | Refusal {
  const found = step.order.flatMap((name) => leads.find((lead) => lead.name === name) ?? []);
  if (step.operation === 'select-lead') return found.length > 0 ? found.slice(0, 1) : 'lead-missing';
  return found.length === step.order.length ? found : 'lead-missing';
}

/** One channel after one step. */
export function takeStep(step: ChannelStep, channel: Channel): Channel | Refusal {
  const { samples, samplingRateHz } = channel;
  switch (step.operation) {
    case 'fill-gaps':
      return fill(step, channel);
    case 'resample':
      return resampled(step, channel);
    case 'crop':
      return cropped(step, channel);
    case 'bandpass':
      return { ...channel, samples: bandpass(samples, { samplingRateHz, ...step }) };
    case 'highpass':
      return { ...channel, samples: highpass(samples, { samplingRateHz, ...step }) };
    case 'lowpass':
      return { ...channel, samples: lowpass(samples, { samplingRateHz, ...step }) };
    case 'notch':
      return { ...channel, samples: notch(samples, { samplingRateHz, ...step }) };
    case 'zscore-per-lead':
      return { ...channel, samples: zscorePerLead([samples])[0] as Float64Array };
  }
}

function fill({ longestSeconds, largestShare }: FillStep, channel: Channel): Channel | Refusal {
  const { samplingRateHz } = channel;
  const { samples, gaps } = fillGaps(channel.samples, { samplingRateHz, longestGapS: longestSeconds });
  const missing = gaps.reduce((sum, { startSample, endSample }) => sum + endSample - startSample, 0);
  if (gaps.some(({ filled }) => !filled) || missing > largestShare * samples.length) return 'samples-missing';
  return { ...channel, samples };
}

/** Rates whose ratio is no fraction of small numbers cannot be resampled (lib/signal/resample.ts). */
function resampled({ toHz, beyond }: ResampleStep, channel: Channel): Channel | Refusal {
  try {
    const samples = resample(channel.samples, { fromHz: channel.samplingRateHz, toHz, beyond });
    return { ...channel, samples, samplingRateHz: toHz };
  } catch (error) {
    if (error instanceof RangeError) return 'sampling-rate-outside';
    throw error;
  }
}

function cropped({ durationSeconds, keep }: CropStep, channel: Channel): Channel {
  const { samplingRateHz, samples } = channel;
  const [kept] = crop([samples], { samplingRateHz, durationS: durationSeconds, keep }) as [Float64Array];
  const skipped = (kept.byteOffset - samples.byteOffset) / Float64Array.BYTES_PER_ELEMENT;
  return { ...channel, samples: kept, startSeconds: channel.startSeconds + skipped / samplingRateHz };
}
