import { butterworth } from './butterworth.ts';
import { filterBothWays } from './filter-both-ways.ts';

export interface HighpassOptions {
  readonly samplingRateHz: number;
  readonly lowHz: number;
  /** @default 3 */
  readonly order?: number;
}

/** Butterworth highpass without delay: scipy.signal.sosfiltfilt(butter(order, lowHz, 'highpass', output='sos')). */
export function highpass(samples: ArrayLike<number>, options: HighpassOptions): Float64Array<ArrayBuffer> {
  return filterBothWays('highpass', butterworth({ order: 3, ...options }), samples);
}
