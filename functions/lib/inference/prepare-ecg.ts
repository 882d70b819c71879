// From the leads of an ECG to the windows that a model reads, step by step as its contract says, or the reason why not.
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { tileWindows, type Window } from '#lib/signal/tile-windows.ts';
import type { EcgContract } from './ecg-contract.ts';
import { type EcgOperation, operationOf } from './ecg-operations.ts';
import { type Channel, type Refusal, selectLeads, takeStep } from './ecg-steps.ts';

export interface PreparedEcg {
  /** What was selected, as it came. */
  readonly sources: readonly StoredLead[];
  /** Channels of one rate and one length, in the model's order. */
  readonly channels: readonly Float64Array[];
  readonly samplingRateHz: number;
  /** Time of sample 0 of the channels in the recording. */
  readonly startSeconds: number;
  readonly windows: readonly Window[];
}

export interface Unreadable {
  /** Code of the reason for tables and reports. */
  readonly abstain: string;
}

/** Prepares an ECG, or says why the model keeps silent about it. */
export function prepareEcg(contract: EcgContract, leads: readonly StoredLead[]): PreparedEcg | Unreadable {
  const [selection, ...steps] = contract.preprocessing;
  if (selection?.operation !== 'select-lead' && selection?.operation !== 'select-leads')
    throw new Error(`prepare: found ${selection?.operation} first, expected what readContract has checked`);
  const sources = selectLeads(selection, leads);
  if (typeof sources === 'string') return { abstain: sources };
  const outside = outsideLimits(contract, sources);
  if (outside !== undefined) return { abstain: outside };
  const channels: Channel[] = [];
  for (const source of sources) {
    const channel = prepareChannel(contract, source, selection, steps);
    if (typeof channel === 'string') return { abstain: channel };
    channels.push(channel);
  }
  return windowed(contract, sources, channels);
}

function outsideLimits({ accepts, abstain }: EcgContract, sources: readonly StoredLead[]): Refusal | undefined {
  const { samplingRateHz: rate, durationSeconds: duration } = accepts;
  for (const { samplesMv, samplingRateHz } of sources) {
    if (!(samplingRateHz >= rate.minimum && samplingRateHz <= rate.maximum)) return 'sampling-rate-outside';
    const seconds = samplesMv.length / samplingRateHz;
    if (seconds < duration.minimum || seconds > duration.maximum) return 'duration-outside';
    for (const rule of abstain) {
      if (rule.rule !== 'duration-outside') continue;
      if (seconds < rule.minimumSeconds || seconds > rule.maximumSeconds) return 'duration-outside';
    }
  }
  return undefined;
}

function prepareChannel(
  contract: EcgContract,
  { samplesMv, samplingRateHz }: StoredLead,
  selection: EcgOperation,
  steps: readonly EcgOperation[],
): Channel | Refusal {
  let channel: Channel = { samples: new Float64Array(samplesMv), samplingRateHz, startSeconds: 0 };
  const isFilled = operationOf(contract.preprocessing, 'fill-gaps') !== undefined;
  if (!isFilled && channel.samples.some((sample) => !Number.isFinite(sample))) return 'samples-missing';
  const refusal = amplitudeRefusal(contract, selection, channel);
  if (refusal !== undefined) return refusal;
  for (const step of steps) {
    if (step.operation === 'tile-windows' || step.operation === 'combine-windows') break;
    if (step.operation === 'select-lead' || step.operation === 'select-leads') continue;
    const next = takeStep(step, channel);
    if (typeof next === 'string') return next;
    const outside = amplitudeRefusal(contract, step, next);
    if (outside !== undefined) return outside;
    channel = next;
  }
  return channel;
}

function amplitudeRefusal({ abstain }: EcgContract, after: EcgOperation, { samples }: Channel): Refusal | undefined {
  for (const rule of abstain) {
    if (rule.rule !== 'standard-deviation-below' && rule.rule !== 'standard-deviation-above') continue;
    if (rule.after !== after.operation) continue;
    const deviation = standardDeviation(samples);
    if (rule.rule === 'standard-deviation-below' && deviation < rule.millivolts) return 'amplitude-too-low';
    if (rule.rule === 'standard-deviation-above' && deviation > rule.millivolts) return 'amplitude-too-high';
  }
  return undefined;
}

/** Of the samples with a value: root of the mean square of what is left without the mean (divisor n). */
function standardDeviation(samples: Float64Array): number {
  let [count, sum] = [0, 0];
  for (const sample of samples) {
    if (!Number.isFinite(sample)) continue;
    count++;
    sum += sample;
  }
  const mean = sum / count;
  let squares = 0;
  for (const sample of samples) if (Number.isFinite(sample)) squares += (sample - mean) ** 2;
  return Math.sqrt(squares / count);
}

function windowed(
  { preprocessing }: EcgContract,
  sources: readonly StoredLead[],
  channels: readonly Channel[],
): PreparedEcg | Unreadable {
  const [{ samplingRateHz, startSeconds }] = channels as [Channel];
  if (channels.some((channel) => channel.samplingRateHz !== samplingRateHz))
    return { abstain: 'sampling-rates-differ' };
  const length = Math.min(...channels.map(({ samples }) => samples.length)); // leads of several rates may round apart
  const windows = windowsOf(preprocessing, length, samplingRateHz);
  if (windows.length === 0) return { abstain: 'duration-outside' };
  const equal = channels.map(({ samples }) => samples.subarray(0, length));
  return { sources, channels: equal, samplingRateHz, startSeconds, windows };
}

function windowsOf(preprocessing: readonly EcgOperation[], length: number, samplingRateHz: number): readonly Window[] {
  const whole = [{ startSample: 0, endSample: length }];
  const tile = operationOf(preprocessing, 'tile-windows');
  if (tile === undefined) return whole;
  const { lengthSeconds: lengthS, strideSeconds: strideS, remainder, shorter } = tile;
  const windows = tileWindows(length, { samplingRateHz, lengthS, strideS, remainder });
  return windows.length === 0 && shorter === 'whole' ? whole : windows;
}
