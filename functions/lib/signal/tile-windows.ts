export interface TileOptions {
  readonly samplingRateHz: number;
  readonly lengthS: number;
  /** From the start of one window to the start of the next. */
  readonly strideS: number;
  /**
   * What becomes of samples after the last whole window. `last-window`: one more window that ends with the recording and
   * overlaps its neighbour more, so every sample is seen. `drop`: they are left out.
   * @default 'last-window'
   */
  readonly remainder?: 'last-window' | 'drop';
}

export interface Window {
  readonly startSample: number;
  /** Just after the last sample. */
  readonly endSample: number;
}

/** Windows of equal length over a recording of `sampleCount` samples, in order. A recording shorter than one window has none. */
export function tileWindows(
  sampleCount: number,
  { samplingRateHz, lengthS, strideS, remainder = 'last-window' }: TileOptions,
): Window[] {
  const length = Math.round(lengthS * samplingRateHz);
  const stride = Math.round(strideS * samplingRateHz);
  if (!(length >= 1 && stride >= 1)) {
    throw new RangeError(
      `windows: found ${lengthS} s every ${strideS} s at ${samplingRateHz} Hz, allowed: at least one sample each`,
    );
  }
  const windows: Window[] = [];
  for (let start = 0; start + length <= sampleCount; start += stride) {
    windows.push({ startSample: start, endSample: start + length });
  }
  const seen = windows.at(-1)?.endSample;
  if (remainder === 'last-window' && seen !== undefined && seen < sampleCount) {
    windows.push({ startSample: sampleCount - length, endSample: sampleCount });
  }
  return windows;
}
