import { butterworth } from './butterworth.ts';
import { filterBothWays } from './filter-both-ways.ts';

export interface BandpassOptions {
  readonly samplingRateHz: number;
  readonly lowHz: number;
  readonly highHz: number;
  /** @default 3 */
  readonly order?: number;
}

/** Butterworth bandpass without delay: scipy.signal.sosfiltfilt(butter(order, [lowHz, highHz], 'bandpass', output='sos')). */
export function bandpass(samples: ArrayLike<number>, options: BandpassOptions): Float64Array<ArrayBuffer> {
  return filterBothWays('bandpass', butterworth({ order: 3, ...options }), samples);
}
