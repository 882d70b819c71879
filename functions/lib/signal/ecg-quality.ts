import type { Finding } from '#functions/study.ts';
import type { EcgLead } from './ecg.ts';

/** Median peak-to-peak amplitude of one-second windows, in mV, outside which a wrong gain is likelier than the heart. */
const amplitudeMv = { least: 0.02, most: 20 };

/** A lead that stays this long at its highest or lowest value met the end of the amplifier's or converter's range. */
const saturationSeconds = 0.1;

/** What is true about the amplitudes of the leads; the lead is named by its name in the vocabulary. */
export function amplitudeFindings(leads: readonly EcgLead[]): Finding[] {
  return [...leads.flatMap((lead) => [...leadFindings(lead)]), ...lowVoltage(leads)];
}

/** Ours, after the usual bound of low voltage in limb leads: when the chest leads are as small, a gain five times too large looks the same. */
const lowVoltageMv = 0.5;
const fewestLeads = 12;

function lowVoltage(leads: readonly EcgLead[]): Finding[] {
  if (leads.length < fewestLeads) return [];
  let largest = 0;
  for (const { samplesMv, samplingRateHz } of leads) {
    const median = medianOf(swings(samplesMv, Math.max(1, Math.round(samplingRateHz))).windows);
    // One lead is enough, and of most ECGs the first.
    if (median >= lowVoltageMv) return [];
    if (median > largest) largest = median;
  }
  const message = `all leads: found at most ${largest.toPrecision(2)} mV from peak to peak in a median second, ${lowVoltageMv} mV or more is usual in some lead; voltage is low, or the gain in the file is too large`;
  return [warning('low-voltage', message)];
}

function* leadFindings({ name, samplesMv, samplingRateHz }: EcgLead): Generator<Finding> {
  const swing = swings(samplesMv, Math.max(1, Math.round(samplingRateHz)));
  const missing = samplesMv.length - swing.valid;
  if (swing.valid === 0) {
    yield warning('lead-missing', `lead ${name}: found no valid sample`);
    return;
  }
  if (missing > 0)
    yield warning('samples-missing', `lead ${name}: found ${missing} of ${samplesMv.length} samples invalid`);
  if (swing.minimum === swing.maximum) {
    yield warning('flat-line', `lead ${name}: found the same value in every valid sample`);
    return;
  }
  const median = medianOf(swing.windows);
  if (median > amplitudeMv.most || (median < amplitudeMv.least && swing.maximum - swing.minimum < amplitudeMv.least)) {
    const likely = median > amplitudeMv.most ? 'too small' : 'too large';
    yield warning(
      'amplitude-implausible',
      `lead ${name}: found ${median.toPrecision(3)} mV from peak to peak in a median second, ${amplitudeMv.least} to ${amplitudeMv.most} mV is plausible; the gain in the file may be ${likely}`,
    );
  }
  if (isHeldAt(samplesMv, swing.minimum, swing.maximum, Math.max(2, Math.ceil(saturationSeconds * samplingRateHz)))) {
    yield warning(
      'saturated',
      `lead ${name}: found at least ${saturationSeconds} s on end at its highest or lowest value`,
    );
  }
}

interface Swings {
  readonly valid: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Peak to peak of every window that has a valid sample. */
  readonly windows: number[];
}

function swings(samples: Float32Array, window: number): Swings {
  const { length } = samples;
  const windows: number[] = [];
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let missing = 0;
  for (let start = 0; start < length; start += window) {
    const end = Math.min(start + window, length);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) {
      const value = samples[i];
      if (value < low) low = value;
      if (value > high) high = value;
      if (Number.isNaN(value)) missing += 1;
    }
    if (high >= low) windows.push(high - low);
    if (low < minimum) minimum = low;
    if (high > maximum) maximum = high;
  }
  return { valid: length - missing, minimum, maximum, windows };
}

/** True where so many samples on end equal the minimum, or the maximum. A run that long covers one of every `least` samples. */
function isHeldAt(samples: Float32Array, minimum: number, maximum: number, least: number): boolean {
  const { length } = samples;
  for (let i = 0; i < length; i += least) {
    const value = samples[i];
    if (value !== minimum && value !== maximum) continue;
    let start = i;
    while (start > 0 && samples[start - 1] === value) start--;
    let end = i + 1;
    while (end < length && samples[end] === value) end++;
    if (end - start >= least) return true;
  }
  return false;
}

function medianOf(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function warning(code: string, message: string): Finding {
  return { severity: 'warning', code, message };
}
