import type { Section } from './butterworth.ts';
import { checkRate } from './check-samples.ts';
import { filterBothWays } from './filter-both-ways.ts';

export interface NotchOptions {
  readonly samplingRateHz: number;
  /** Mains frequency, 50 or 60 Hz. */
  readonly centerHz: number;
  /** Centre over bandwidth at half power. @default 30 */
  readonly qualityFactor?: number;
}

/** Takes out one frequency without delay: scipy.signal.filtfilt(*iirnotch(centerHz, qualityFactor, samplingRateHz)). */
export function notch(samples: ArrayLike<number>, options: NotchOptions): Float64Array<ArrayBuffer> {
  return filterBothWays('notch', [notchSection(options)], samples);
}

function notchSection({ samplingRateHz, centerHz, qualityFactor = 30 }: NotchOptions): Section {
  checkRate('notch', samplingRateHz);
  if (!(centerHz > 0 && centerHz < samplingRateHz / 2 && qualityFactor > 0)) {
    throw new RangeError(
      `notch: found ${centerHz} Hz with quality factor ${qualityFactor}, allowed: between 0 and ${samplingRateHz / 2} Hz, factor above 0`,
    );
  }
  const angle = (2 * Math.PI * centerHz) / samplingRateHz;
  const gain = 1 / (1 + Math.tan(angle / qualityFactor / 2));
  const b1 = -2 * gain * Math.cos(angle);
  return { b0: gain, b1, b2: gain, a1: b1, a2: 2 * gain - 1 };
}
