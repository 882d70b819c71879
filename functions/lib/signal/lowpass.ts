import { butterworth } from './butterworth.ts';
import { filterBothWays } from './filter-both-ways.ts';

export interface LowpassOptions {
  readonly samplingRateHz: number;
  readonly highHz: number;
  /** @default 3 */
  readonly order?: number;
}

/** Butterworth lowpass without delay: scipy.signal.sosfiltfilt(butter(order, highHz, 'lowpass', output='sos')). */
export function lowpass(samples: ArrayLike<number>, options: LowpassOptions): Float64Array<ArrayBuffer> {
  return filterBothWays('lowpass', butterworth({ order: 3, ...options }), samples);
}
