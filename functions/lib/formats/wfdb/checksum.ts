import type { Samples } from './signal-formats.ts';

/** Sum of the samples as stored, in 16 bits (header(5), checksum), 0 to 65535. */
export function checksum(samples: Samples): number {
  const { length } = samples;
  let sum = 0;
  for (let i = 0; i < length; i++) sum = (sum + samples[i]) | 0;
  return sum & 0xffff;
}

/** Headers write the 16 bits with or without sign. */
export function agreesWith(sum: number, written: number): boolean {
  return ((written - sum) & 0xffff) === 0;
}
