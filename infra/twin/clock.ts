// The twin's time: the wall clock, or faster, so that a day of schedules and retries passes in minutes.
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './contract.ts';

/** Longest wait that Node's timers take in one go, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** A clock that starts at the wall time and runs `speed` times as fast (1 = wall clock). */
export function createClock({ speed = 1 }: { readonly speed?: number } = {}): Clock {
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new RangeError(`clock speed: found ${speed}, allowed are numbers above 0`);
  const startedAt = Date.now();
  const now = speed === 1 ? Date.now : () => Math.floor(startedAt + (Date.now() - startedAt) * speed);

  async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    for (let left = Math.max(0, milliseconds) / speed; ; left -= longestTimerMs) {
      await wait(Math.min(left, longestTimerMs), undefined, signal && { signal });
      if (left <= longestTimerMs) return;
    }
  }
  return { now, sleep };
}
